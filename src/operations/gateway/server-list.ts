/** `server_list`: all servers of the stack, problems first. */
import { z } from 'zod';
import type { Operation } from '../../model/operation.ts';
import { operation } from '../operation.ts';
import { type GatewaySource, type GatewayView, viewFor } from './gateway-view.ts';
import { explain, isProblem, type ServerRow, serverRow, serves, toRow } from './server-row.ts';

const input = z.strictObject({
  problems: z.boolean().default(false).describe('only servers with problems'),
  limit: z.int().min(1).max(500).default(100),
});

const output = z.object({
  stack: z.string(),
  engine: z.string().describe('ready, or why there is no container engine'),
  total: z.int().min(0),
  ready: z.int().min(0),
  servers: z.array(serverRow).describe('problems first'),
  ignored: z
    .array(z.object({ container: z.string(), reason: z.string() }))
    .describe('labelled containers that are not served'),
});

export const serverList = (source: GatewaySource): Operation =>
  operation({
    name: 'server_list',
    title: 'List servers',
    summary:
      'Lists the MCP servers behind this gateway, problems first. Use it if a tool is missing or fails.',
    effect: 'read',
    input,
    output,
    run({ problems, limit }, { caller }) {
      const view = viewFor(source, caller);
      const { status, redact } = view;
      const rows = status.servers.map((server) => withLast(view, toRow(server))).sort(problemsFirst);
      return {
        stack: status.stack,
        engine: redact(status.engine),
        total: rows.length,
        ready: rows.filter(serves).length,
        servers: rows.filter((row) => !problems || isProblem(row)).slice(0, limit),
        ignored: status.ignored.map(({ containerName, reason }) => ({
          container: containerName,
          reason: redact(reason),
        })),
      };
    },
    text({ stack, engine, total, ready, servers, ignored }) {
      const working = servers.filter((row) => rank(row) === 2).map(inShort);
      return [
        `${ready} of ${total} servers of ${stack} serve; container engine: ${engine}`,
        ...servers.filter((row) => rank(row) < 2).map(explain),
        ...(working.length > 0 ? [working.join(', ')] : []),
        ...ignored.map(({ container, reason }) => `container ${container} is ignored: ${reason}`),
      ].join('\n');
    },
  });

/** Adds the last note of the gateway: while a failed server is restarted, its status has no reason. */
function withLast(view: GatewayView, row: ServerRow): ServerRow {
  if (serves(row) || row.reason !== undefined) return row;
  const last = view.log(row.name).findLast(({ stream }) => stream === 'hive');
  return last ? { ...row, last: view.redact(last.text) } : row;
}

/** Order in the list: 0 for a problem, 1 for a server that does not serve yet, 2 for any other. */
const rank = (row: ServerRow): number => (isProblem(row) ? 0 : serves(row) ? 2 : 1);

const problemsFirst = (a: ServerRow, b: ServerRow): number => rank(a) - rank(b) || (a.name < b.name ? -1 : 1);

const inShort = ({ name, state, tools }: ServerRow): string =>
  `${name}: ${state}, ${tools} tool${tools === 1 ? '' : 's'}`;
