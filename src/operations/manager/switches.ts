/** `docker_stop_server`, `docker_start_server` and `docker_restart_server`. */
import { z } from 'zod';
import { GatewayError } from '../../errors.ts';
import type { Operation } from '../../model/operation.ts';
import { describeState, type ServerStatus } from '../../model/status.ts';
import type { Switches } from '../gateway/server-switches.ts';
import { operation } from '../operation.ts';
import { type ManagerSource, managedServer } from './source.ts';
import { isSettled, untilState } from './states.ts';

const input = z.strictObject({
  server_name: z.string(),
  timeout: z.int().min(0).max(300).default(45).describe('seconds to wait for it'),
});

const output = z.looseObject({ server_name: z.string(), state: z.string() });

interface Verb {
  readonly name: string;
  readonly title: string;
  readonly summary: string;
  readonly run: (switches: Switches, serverName: string) => void | Promise<void>;
  readonly isReached: (server: ServerStatus | undefined) => boolean;
}

const serves = (server: ServerStatus | undefined): boolean => !server || isSettled(server.state);

const VERBS: readonly Verb[] = [
  {
    name: 'docker_stop_server',
    title: 'Stop a server',
    summary: 'Stops a server after its calls have finished. It stays stopped until docker_start_server.',
    run: (switches, serverName) => switches.stopServer(serverName),
    isReached: (server) => !server || server.state === 'stopped',
  },
  {
    name: 'docker_start_server',
    title: 'Start a server',
    summary: 'Starts a stopped server, or tries a failed one again.',
    run: (switches, serverName) => switches.startServer(serverName),
    isReached: serves,
  },
  {
    name: 'docker_restart_server',
    title: 'Restart a server',
    summary: 'Restarts a server after its calls have finished; starts a stopped one.',
    run: (switches, serverName) => switches.restartServer(serverName),
    isReached: serves,
  },
];

export const switches = (source: ManagerSource): readonly Operation[] =>
  VERBS.map(({ name, title, summary, run, isReached }) =>
    operation({
      name,
      title,
      summary,
      effect: 'change',
      input,
      output,
      async run({ server_name, timeout }, { caller, signal }) {
        const { serverName } = managedServer(source, caller, server_name);
        await run(source, serverName);
        const wait = { ms: timeout * 1000, signal };
        const server = await untilState(source, serverName, isReached, wait);
        return { server_name, ...(server ? stateOf(server, source) : { state: 'removed' }) };
      },
      text: ({ server_name, state, reason }) =>
        `${server_name} ${describeState(state as ServerStatus['state'], reason as string | undefined)}`,
    }),
  );

/** @throws GatewayError of a server that failed */
function stateOf({ serverName, state, reason, hint, code }: ServerStatus, { redact }: ManagerSource) {
  if (state !== 'failed' && state !== 'unavailable') return { state };
  const why = redact(reason ?? 'for an unknown reason');
  throw new GatewayError((code ?? 'START_FAILED') as GatewayError['code'], `${serverName} failed: ${why}`, {
    hint: hint === undefined ? `docker_get_logs shows what it wrote` : redact(hint),
  });
}
