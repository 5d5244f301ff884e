/** A line for each change, for output that is not a terminal. */
import type { ServerStatus } from '../../model/status.ts';
import { describeServer } from '../stack/describe-server.ts';
import { type Printable, rendered } from '../terminal/print.ts';
import { hasOutcome, isReplaced, nameWidth, outcomeOf, type Reported, type View } from './reported.ts';

export function plainView(print: (text: Printable) => void, reported: Reported): View {
  const printed = new Map<string, string>();
  const isKnown = (server: ServerStatus, text: string): boolean => {
    const { serverName, state } = server;
    if (isReplaced(server)) return true;
    if (hasOutcome(server)) return reported.get(serverName) === outcomeOf(server);
    // Progress is shown at the first start only.
    return state !== 'starting' || reported.has(serverName) || printed.get(serverName) === text;
  };
  return {
    show(servers) {
      const width = nameWidth(servers);
      for (const server of servers) {
        const shown = describeServer(server, width);
        const text = rendered(shown);
        if (!isKnown(server, text)) print(shown);
        printed.set(server.serverName, text);
      }
    },
    end: async () => {},
  };
}
