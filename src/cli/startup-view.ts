import { styleText } from 'node:util';
import { Listr } from 'listr2';
import type { GatewayStatus, ServerStatus } from '../model/status.ts';

const SETTLED = new Set<ServerStatus['state']>(['ready', 'failed', 'unavailable']);

/**
 * Shows each server's line go from pending to ready or failed, until none is on its way any more; resolves with the
 * last status. On a TTY the lines change in place, elsewhere each change is a line of its own.
 */
export async function showStartup(
  statuses: AsyncIterable<GatewayStatus>,
  out: NodeJS.WriteStream = process.stdout,
): Promise<GatewayStatus | undefined> {
  const view = out.isTTY ? liveView() : plainView(out);
  let last: GatewayStatus | undefined;
  for await (const status of statuses) {
    last = status;
    view.show(status.servers);
    if (status.servers.every((server) => SETTLED.has(server.state))) break;
  }
  await view.end();
  return last;
}

interface View {
  show(servers: readonly ServerStatus[]): void;
  end(): Promise<void>;
}

function plainView(out: NodeJS.WriteStream): View {
  const said = new Map<string, string>();
  return {
    show(servers) {
      for (const server of servers) {
        const line = describe(server);
        if (said.get(server.serverName) === line) continue;
        said.set(server.serverName, line);
        out.write(`${line}\n`);
      }
    },
    end: async () => {},
  };
}

interface Waiting {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
  output: (text: string) => void;
}

function liveView(): View {
  const waiting = new Map<string, Waiting>();
  let list: Listr | undefined;
  let finished: Promise<unknown> = Promise.resolve();
  const add = (server: ServerStatus): Waiting => {
    const entry: Waiting = { ...Promise.withResolvers<void>(), output: () => {} };
    waiting.set(server.serverName, entry);
    list?.add({
      title: server.serverName,
      rendererOptions: { outputBar: 1 },
      task: (_context, task) => {
        entry.output = (text) => {
          task.output = text;
        };
        return entry.promise.then(() => {
          task.title = describe(latest.get(server.serverName) ?? server);
        });
      },
    });
    return entry;
  };
  const latest = new Map<string, ServerStatus>();
  return {
    show(servers) {
      const first = list === undefined;
      list ??= new Listr([], {
        concurrent: true,
        exitOnError: false,
        rendererOptions: { collapseErrors: false },
      });
      for (const server of servers) {
        latest.set(server.serverName, server);
        const entry = waiting.get(server.serverName) ?? add(server);
        entry.output(server.detail ?? server.state);
        if (server.state === 'ready') entry.resolve();
        else if (SETTLED.has(server.state)) entry.reject(new Error(describe(server)));
      }
      if (first) finished = list.run();
    },
    end: async () => void (await finished.catch(() => {})),
  };
}

/** `basic_memory  ready  19 tools` or `context7  failed  reason`, the fix on a line of its own. */
function describe(server: ServerStatus): string {
  const text = server.state === 'ready' ? offers(server) : (server.reason ?? server.detail ?? '');
  const fix = server.hint && server.reason ? `\n    fix: ${server.hint}` : '';
  return `${server.serverName}  ${server.state}  ${text}${fix}`;
}

function offers({ counts, detail }: ServerStatus): string {
  const parts = Object.entries({
    tools: counts.tools,
    resources: counts.resources + counts.templates,
    prompts: counts.prompts,
  });
  const shown = parts.filter(([, count]) => count > 0).map(([what, count]) => `${count} ${what}`);
  return `${shown.join(', ') || 'offers nothing'}${detail ? ` (${detail})` : ''}`;
}

/** What is served and where: the last word of `up`. */
export function renderServed(status: GatewayStatus): string {
  const ready = status.servers.filter((server) => server.state === 'ready');
  const tools = ready.reduce((sum, server) => sum + server.counts.tools, 0);
  const base = status.url.replace(/\/mcp$/, '');
  const title = `Hive serves ${ready.length} of ${status.servers.length} servers (${tools} tools) at ${status.url}`;
  return [
    '',
    styleText('bold', title, { stream: process.stdout }),
    `  one server      ${status.url}/SERVER`,
    `  health          ${base}/health`,
    '  what it does    npx hive ps, npx hive logs [SERVER]',
  ].join('\n');
}
