/** `hive stop`, `hive start` and `hive restart`: ask the gateway, and report how it went. */
import { GatewayError } from '../../errors.ts';
import { type GatewayStatus, isUp, type ServerStatus } from '../../model/status.ts';
import type { ControlClient } from '../stack/control-client.ts';
import { controlOf } from '../stack/control-of.ts';
import { counted, describeServer } from '../stack/describe-server.ts';
import type { ConfigOption } from '../stack/stack-file.ts';
import { print } from '../terminal/print.ts';
import { askRestart } from './ask-restart.ts';

type Verb = 'stop' | 'start' | 'restart';
type Command = (serverNames: readonly string[], options: ConfigOption) => Promise<number>;

/**
 * Stops servers, and waits until they have ended.
 * @returns the exit code
 * @throws GatewayError USAGE with the names of all servers if none was named; SERVER_UNKNOWN, SERVER_OFF
 */
export const stop: Command = (serverNames, options) => switched('stop', serverNames, options);

/**
 * Starts servers, by preset all that are stopped, and waits until each has come up or failed.
 * @returns the exit code: 1 if one has failed
 * @throws GatewayError SERVER_UNKNOWN, SERVER_OFF
 */
export const start: Command = (serverNames, options) => switched('start', serverNames, options);

/** As `start`, but ends first what runs. By preset all servers, as Compose does. */
export const restart: Command = (serverNames, options) => switched('restart', serverNames, options);

async function switched(verb: Verb, serverNames: readonly string[], options: ConfigOption): Promise<number> {
  const control = await controlOf(options);
  try {
    const named = serverNames.length > 0 ? serverNames : await presetOf(verb, control);
    if (named.length === 0) return 0;
    const before = await control.status();
    const answer = await control.runOperation(`server_${verb}`, { servers: named }, 'json');
    const { servers } = JSON.parse(answer) as { readonly servers: readonly string[] };
    return await follow(verb, servers, control, discoveredIn(before));
  } finally {
    await control.close();
  }
}

/** Names of the servers that are meant if none is named. */
async function presetOf(verb: Verb, control: ControlClient): Promise<string[]> {
  const { servers } = await control.status();
  const names = (some: readonly ServerStatus[]): string[] => some.map(({ serverName }) => serverName);
  if (verb === 'stop') throw nothingNamed(names(servers));
  if (verb === 'restart') return (await askRestart(counted(servers.length, 'server'))) ? names(servers) : [];
  const stopped = servers.filter(({ state }) => state === 'stopped');
  if (stopped.length === 0) print('no server is stopped');
  return names(stopped);
}

function nothingNamed(names: readonly string[]): GatewayError {
  const [first = 'SERVER'] = names;
  return new GatewayError(
    'USAGE',
    `stop needs the names of servers: ${names.join(', ') || 'there are none'}`,
    {
      hint: `npx hive stop ${first}; for the whole stack: npx hive down`,
    },
  );
}

/** States that pass by themselves. */
const PASSING_STATES: ReadonlySet<ServerStatus['state']> = new Set(['pending', 'starting', 'draining']);

/** These are not listed while their container does not run. */
const discoveredIn = ({ servers }: GatewayStatus): ReadonlySet<string> =>
  new Set(servers.filter(({ type }) => type === 'discovered').map(({ serverName }) => serverName));

const isDone = (verb: Verb, { state }: ServerStatus): boolean =>
  verb === 'stop' ? state === 'stopped' : !PASSING_STATES.has(state);

/**
 * Prints each server when it has reached a state that lasts. A server whose entry goes away is not waited
 * for.
 * @returns the exit code
 */
async function follow(
  verb: Verb,
  serverNames: readonly string[],
  control: ControlClient,
  discovered: ReadonlySet<string>,
): Promise<number> {
  const waiting = new Set(serverNames);
  const width = Math.max(...serverNames.map(({ length }) => length));
  let failures = 0;
  const report = (serverName: string, server: ServerStatus | undefined): void => {
    if (server ? !isDone(verb, server) : verb !== 'stop' && discovered.has(serverName)) return;
    waiting.delete(serverName);
    if (server) print(describeServer(server, width));
    if (verb !== 'stop' && !(server && isUp(server.state))) failures += 1;
  };
  for await (const { servers } of control.events()) {
    const known = new Map(servers.map((it) => [it.serverName, it]));
    for (const serverName of waiting) report(serverName, known.get(serverName));
    if (waiting.size === 0) return failures > 0 ? 1 : 0;
  }
  return 1;
}
