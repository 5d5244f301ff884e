/** A line for each change, for output that is not a terminal. */
import { describeServer } from '../stack/describe-server.ts';
import { type Printable, rendered } from '../terminal/print.ts';
import { hasOutcome, nameWidth, outcomeOf, type Reported, type View } from './reported.ts';

export function plainView(print: (text: Printable) => void, reported: Reported): View {
  const printed = new Map<string, string>();
  return {
    show(servers) {
      const width = nameWidth(servers);
      for (const server of servers) {
        const { serverName, state } = server;
        const shown = describeServer(server, width);
        const text = rendered(shown);
        // Progress is shown at the first start only.
        const isKnown = hasOutcome(server)
          ? reported.get(serverName) === outcomeOf(server)
          : state !== 'starting' || reported.has(serverName) || printed.get(serverName) === text;
        printed.set(serverName, text);
        if (!isKnown) print(shown);
      }
    },
    end: async () => {},
  };
}
