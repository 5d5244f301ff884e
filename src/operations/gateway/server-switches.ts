/** `server_stop`, `server_start` and `server_restart`: change which servers are to run. */
import { z } from 'zod';
import { GatewayError } from '../../errors.ts';
import type { Operation } from '../../model/operation.ts';
import type { GatewayControl } from '../../model/operator.ts';
import { operation } from '../operation.ts';
import { type GatewaySource, type GatewayView, viewFor } from './gateway-view.ts';

/** What the operations do to one server. Each returns before the server has reached its new state. */
export type Switches = Pick<GatewayControl, 'stopServer' | 'startServer' | 'restartServer'>;

export interface SwitchSource extends GatewaySource, Switches {}

const input = z.strictObject({
  servers: z.array(z.string()).min(1).max(500).describe('names as in server_list'),
});

const output = z.object({ servers: z.array(z.string()).describe('in the order of the input, each once') });

interface Verb {
  readonly name: string;
  readonly title: string;
  readonly summary: string;
  /** `stopping a, b`. */
  readonly doing: string;
  readonly run: (switches: Switches, serverName: string) => void | Promise<void>;
}

const VERBS: readonly Verb[] = [
  {
    name: 'server_stop',
    title: 'Stop servers',
    summary:
      'Stops servers: calls under way may finish, tools leave the lists, containers are kept. ' +
      'They stay stopped until server_start, or until their entries are edited.',
    doing: 'stopping',
    run: (switches, serverName) => switches.stopServer(serverName),
  },
  {
    name: 'server_start',
    title: 'Start servers',
    summary: 'Starts servers that were stopped, and tries failed ones again. Leaves those alone that run.',
    doing: 'starting',
    run: (switches, serverName) => switches.startServer(serverName),
  },
  {
    name: 'server_restart',
    title: 'Restart servers',
    summary: 'Ends what runs of these servers, after calls under way have finished, and starts it again.',
    doing: 'restarting',
    run: (switches, serverName) => switches.restartServer(serverName),
  },
];

export const serverSwitches = (source: SwitchSource): readonly Operation[] =>
  VERBS.map(({ name, title, summary, doing, run }) =>
    operation({
      name,
      title,
      summary,
      effect: 'change',
      input,
      output,
      async run({ servers }, { caller }) {
        const view = viewFor(source, caller);
        // All names are known before anything changes.
        const names = [...new Set(servers)].map((it) => switchable(view, it));
        for (const serverName of names) await run(source, serverName);
        return { servers: names };
      },
      text: ({ servers }) => `${doing} ${servers.join(', ')}`,
    }),
  );

/** @throws GatewayError SERVER_UNKNOWN, SERVER_OFF */
function switchable(view: GatewayView, serverName: string): string {
  const off = view.status.off?.find((it) => it.serverName === serverName);
  if (!off) return view.server(serverName).serverName;
  const { path, line } = off.place;
  throw new GatewayError('SERVER_OFF', `${serverName} is switched off in its entry`, {
    hint: `remove \`enabled: false\` (or \`disabled: true\`) from its entry at ${view.redact(path)}:${line}`,
    place: off.place,
  });
}
