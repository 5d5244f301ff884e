/** `server_list`: every server of the stack, those with problems first. */
import { z } from 'zod';
import type { Operation } from '../../model/operation.ts';
import { operation } from '../operation.ts';
import { type GatewaySource, viewFor } from './gateway-view.ts';
import { explain, isProblem, type ServerRow, serverRow, toRow } from './server-row.ts';

const input = z.strictObject({
  problems: z.boolean().default(false).describe('only servers that do not work as they should'),
  limit: z.int().min(1).max(500).default(100),
});

const output = z.object({
  stack: z.string(),
  engine: z.string().describe('`ready`, or why there is no container engine'),
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
      'Lists the MCP servers behind this gateway with state, reason and fix, problems first. Use it when a tool is missing or a call fails.',
    effect: 'read',
    input,
    output,
    run({ problems, limit }, { caller }) {
      const { status, redact } = viewFor(source, caller);
      const rows = status.servers.map(toRow).sort(problemsFirst);
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
      const others = servers.filter((row) => !isProblem(row)).map(inShort);
      return [
        `${ready} of ${total} servers of ${stack} serve; container engine: ${engine}`,
        ...servers.filter(isProblem).map(explain),
        ...(others.length > 0 ? [others.join(', ')] : []),
        ...ignored.map(({ container, reason }) => `container ${container} is ignored: ${reason}`),
      ].join('\n');
    },
  });

const serves = ({ state }: ServerRow): boolean =>
  state === 'ready' || state === 'idle' || state === 'unhealthy';

const problemsFirst = (a: ServerRow, b: ServerRow): number =>
  Number(isProblem(b)) - Number(isProblem(a)) || (a.name < b.name ? -1 : 1);

const inShort = ({ name, state, tools }: ServerRow): string =>
  `${name}: ${state}, ${tools} tool${tools === 1 ? '' : 's'}`;
