/** The gateway that clients are connected with, whether it runs or not. */
import { basename } from 'node:path';
import type { Reached } from '../../clients/connection.ts';
import type { Endpoint } from '../../clients/dialects.ts';
import { GatewayError } from '../../errors.ts';
import type { Stack } from '../../model/stack.ts';
import { suggest } from '../../model/text/suggest.ts';
import { connectControl } from '../stack/control-client.ts';
import { readConfig } from '../stack/read-config.ts';
import { type ConfigOption, stackFile } from '../stack/stack-file.ts';
import { peekState } from '../stack/state.ts';

export interface Target extends Reached {
  readonly stack: Stack;
  /** True if the gateway of the stack answers. */
  readonly isRunning: boolean;
  /** Tools that the gateway offers; undefined if it does not run. */
  readonly tools: number | undefined;
  /** Names for a new entry, the best one first. */
  readonly names: readonly string[];
  /** True if HTTP needs a bearer token. */
  readonly needsToken: boolean;
}

/** @throws ConfigError, GatewayError SERVER_UNKNOWN, NOT_RUNNING */
export async function openTarget(
  options: ConfigOption & { readonly server?: string; readonly view?: string },
): Promise<Target> {
  const file = fileOf(options);
  const { stack } = await readConfig(file);
  const { server, view } = options;
  if (view !== undefined) checkView(view, server, stack);
  const known = stack.servers.map(({ serverName }) => serverName);
  if (server !== undefined && !known.includes(server))
    throw new GatewayError(
      'SERVER_UNKNOWN',
      `there is no server ${server}; known servers: ${known.join(', ')}`,
      {
        hint: 'name one of them, or leave --server out for all',
      },
    );
  const running = await runningGateway(file, server);
  const url = running?.url ?? configuredUrl(stack);
  return {
    stack,
    file,
    serverName: server,
    viewName: view,
    isRunning: running !== undefined,
    url: addressOf(url, server, view),
    // What a view shows is counted by the gateway alone; a limit is for its client anyway.
    tools: view === undefined ? running?.tools : undefined,
    names: namesFor(server ?? view, stack.name),
    needsToken: Object.keys(stack.auth?.tokens ?? {}).length > 0,
  };
}

/** @throws GatewayError CONFIG_NOT_FOUND */
function fileOf(options: ConfigOption): string {
  try {
    return stackFile(options);
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    throw new GatewayError(
      error.code,
      `clients connect with the gateway of a config file, and ${error.message}`,
      {
        hint: error.hint,
      },
    );
  }
}

async function runningGateway(
  file: string,
  server: string | undefined,
): Promise<{ url: string; tools: number } | undefined> {
  const control = await connectControl((await peekState(file)).socket);
  if (control === undefined) return undefined;
  try {
    const { url, servers } = await control.status();
    const counted = servers.filter(({ serverName }) => server === undefined || serverName === server);
    return { url, tools: counted.reduce((sum, { counts }) => sum + counts.tools, 0) };
  } finally {
    await control.close();
  }
}

/** The address of the file. @throws GatewayError NOT_RUNNING for a port that only a start decides */
function configuredUrl({ gateway: { host, port }, file }: Stack): string {
  if (port === 0)
    throw new GatewayError(
      'NOT_RUNNING',
      `${basename(file)} lets the gateway choose its port, and it does not run`,
      {
        hint: 'start it: npx hive up -d',
      },
    );
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}/mcp`;
}

const namesFor = (part: string | undefined, stack: string): string[] =>
  part === undefined ? ['hive', `hive-${stack}`] : [`hive-${part}`, `hive-${stack}-${part}`];

function addressOf(url: string, server: string | undefined, view: string | undefined): string {
  if (view !== undefined) return `${url}?view=${encodeURIComponent(view)}`;
  return server === undefined ? url : `${url}/${encodeURIComponent(server)}`;
}

/** @throws GatewayError USAGE */
function checkView(view: string, server: string | undefined, { views = [] }: Stack): void {
  if (server !== undefined)
    throw new GatewayError('USAGE', '--view and --server exclude each other', {
      hint: 'leave one of them out',
    });
  const names = views.map(({ viewName }) => viewName);
  if (names.includes(view)) return;
  const near = suggest(view, names);
  const hint =
    near === undefined ? `views of the file: ${names.join(', ') || 'none'}` : `did you mean ${near}?`;
  throw new GatewayError('USAGE', `there is no view ${view}`, { hint });
}

/** The command that a client runs; paths are absolute, since clients have their own folder and PATH. */
export function stdioEndpoint({ file, serverName, viewName }: Reached): Endpoint {
  const [, script = ''] = process.argv;
  const server = serverName === undefined ? [] : [serverName];
  const view = viewName === undefined ? [] : ['--view', viewName];
  return {
    kind: 'stdio',
    command: process.execPath,
    args: [script, 'stdio', ...server, ...view, '-c', file],
  };
}
