/** A line for each change, for output that is not a terminal. */
import { describeServer } from '../stack/describe-server.ts';
import { hasOutcome, nameWidth, outcomeOf, type Reported, type View } from './reported.ts';

export function plainView(out: NodeJS.WriteStream, reported: Reported): View {
  const printed = new Map<string, string>();
  return {
    show(servers) {
      const width = nameWidth(servers);
      for (const server of servers) {
        const { serverName, state } = server;
        const text = describeServer(server, width);
        // Progress is shown at the first start only.
        const isKnown = hasOutcome(server)
          ? reported.get(serverName) === outcomeOf(server)
          : state !== 'starting' || reported.has(serverName) || printed.get(serverName) === text;
        printed.set(serverName, text);
        if (!isKnown) out.write(`${text}\n`);
      }
    },
    end: async () => {},
  };
}
