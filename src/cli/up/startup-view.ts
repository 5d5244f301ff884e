import { styleText } from 'node:util';
import { Listr } from 'listr2';
import type { GatewayStatus, ServerStatus } from '../../model/status.ts';
import { counted, describeServer } from './server-lines.ts';

const VERDICT = new Set<ServerStatus['state']>(['ready', 'idle', 'failed', 'unavailable']);

/** Its tools can be called. */
const SERVED = new Set<ServerStatus['state']>(['ready', 'idle']);

/** What was said last about each server, so that a retry that fails the same way is not told again. */
export type Said = Map<string, string>;

export interface Started {
  readonly status: GatewayStatus;
  readonly said: Said;
}

/**
 * Shows each server's line go from pending to ready or failed, until each has come up or failed once; those that are tried
 * again do not hold up the rest. Undefined when the statuses end before that: the gateway was stopped. On a TTY the lines
 * change in place, elsewhere each change is a line of its own.
 */
export async function showStartup(
  statuses: AsyncIterable<GatewayStatus>,
  out: NodeJS.WriteStream = process.stdout,
): Promise<Started | undefined> {
  const said: Said = new Map();
  const view = out.isTTY && out.columns > 0 ? liveView() : plainView(out, said);
  let started: GatewayStatus | undefined;
  for await (const status of statuses) {
    view.show(status.servers);
    remember(said, status.servers);
    if (!status.servers.every(({ serverName }) => said.has(serverName))) continue;
    started = status;
    break;
  }
  await view.end();
  return started && { status: started, said };
}

/** From then on: who comes up, who fails, each a line. Ends with the statuses. */
export async function showChanges(
  statuses: AsyncIterable<GatewayStatus>,
  said: Said,
  out: NodeJS.WriteStream = process.stdout,
): Promise<void> {
  const view = plainView(out, said);
  for await (const { servers } of statuses) {
    view.show(servers);
    remember(said, servers);
  }
}

function remember(said: Said, servers: readonly ServerStatus[]): void {
  for (const server of servers) if (VERDICT.has(server.state)) said.set(server.serverName, verdictOf(server));
  const names = new Set(servers.map(({ serverName }) => serverName));
  for (const name of said.keys()) if (!names.has(name)) said.delete(name);
}

function verdictOf({ state, code, reason }: ServerStatus): string {
  return `${state} ${code} ${reason}`;
}

interface View {
  show(servers: readonly ServerStatus[]): void;
  end(): Promise<void>;
}

function plainView(out: NodeJS.WriteStream, said: Said): View {
  const steps = new Map<string, string>();
  return {
    show(servers) {
      const width = widthOf(servers);
      for (const server of servers) {
        const { serverName, state } = server;
        const text = describeServer(server, width);
        const known = VERDICT.has(state)
          ? said.get(serverName) === verdictOf(server)
          : state !== 'starting' || said.has(serverName) || steps.get(serverName) === text;
        steps.set(serverName, text);
        if (!known) out.write(`${text}\n`);
      }
    },
    end: async () => {},
  };
}

interface Line {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
  title: (text: string) => void;
}

function liveView(): View {
  const lines = new Map<string, Line>();
  // Ctrl-C is the gateway's to handle: it has servers to end.
  const list = new Listr([], {
    concurrent: true,
    exitOnError: false,
    registerSignalListeners: false,
    rendererOptions: { showErrorMessage: false, collapseErrors: false },
  });
  let finished: Promise<unknown> | undefined;
  const add = (title: string): Line => {
    const line: Line = { ...Promise.withResolvers<void>(), title: () => {} };
    let latest = title;
    line.title = (text) => {
      latest = text;
    };
    list.add({
      title,
      task: (_context, task) => {
        task.title = latest;
        line.title = (text) => {
          task.title = text;
        };
        return line.promise;
      },
    });
    return line;
  };
  return {
    show(servers) {
      const width = widthOf(servers);
      for (const server of servers) {
        const text = describeServer(server, width);
        const line = lines.get(server.serverName) ?? add(text);
        lines.set(server.serverName, line);
        line.title(text);
        if (SERVED.has(server.state)) line.resolve();
        else if (VERDICT.has(server.state)) line.reject(new Error(server.state));
      }
      finished ??= list.run();
    },
    async end() {
      for (const line of lines.values()) line.reject(new Error('stopped'));
      await finished?.catch(() => {});
    },
  };
}

function widthOf(servers: readonly ServerStatus[]): number {
  return Math.max(0, ...servers.map(({ serverName }) => serverName.length));
}

/** What is served and where: the last word of `up`. */
export function renderServed(status: GatewayStatus): string {
  const ready = status.servers.filter((server) => SERVED.has(server.state));
  const tools = ready.reduce((sum, server) => sum + server.counts.tools, 0);
  const base = status.url.replace(/\/mcp$/, '');
  const title = `Hive serves ${ready.length} of ${counted(status.servers.length, 'server')} (${counted(tools, 'tool')}) at ${status.url}`;
  return [
    '',
    styleText('bold', title, { stream: process.stdout }),
    `  one server      ${status.url}/SERVER`,
    `  health          ${base}/health`,
    '  what it does    npx hive ps, npx hive logs [SERVER]',
  ].join('\n');
}
