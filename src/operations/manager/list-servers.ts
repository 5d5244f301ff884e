/** `docker_list_servers`: the servers in containers. */
import { z } from 'zod';
import type { Operation } from '../../model/operation.ts';
import type { ServerStatus } from '../../model/status.ts';
import { operation } from '../operation.ts';
import { containersFor, type ManagerSource } from './source.ts';
import { KINDS, kindOf } from './states.ts';

const input = z.strictObject({
  status: z.enum([...KINDS, 'all']).default('all'),
  server_type: z.string().optional().describe('template or catalogue id'),
  limit: z.int().min(1).max(500).default(100),
  cursor: z.string().optional(),
});

const row = z.looseObject({
  server_name: z.string(),
  status: z.enum(KINDS),
  state: z.string(),
  managed: z.boolean(),
});

const output = z.looseObject({
  servers: z.array(row),
  total: z.int(),
  next_cursor: z.string().optional(),
});

type Row = z.output<typeof row>;

export const listServers = (source: ManagerSource): Operation =>
  operation({
    name: 'docker_list_servers',
    title: 'List servers',
    summary: 'Lists MCP servers in containers. Those that Hive did not make are managed: false.',
    effect: 'read',
    input,
    output,
    run({ status, server_type, limit, cursor }, { caller }) {
      const rows = containersFor(source, caller)
        .filter(({ serverName }) => server_type === undefined || isOf(source, serverName, server_type))
        .map(rowOf)
        .filter((it) => status === 'all' || it.status === status)
        .sort(byName);
      const rest = rows.filter((it) => cursor === undefined || it.server_name > cursor);
      const servers = rest.slice(0, limit);
      const next = rest.length > servers.length ? servers.at(-1)?.server_name : undefined;
      return { servers, total: rows.length, ...(next !== undefined && { next_cursor: next }) };
    },
    text({ servers, total, next_cursor }) {
      if (total === 0) return 'no such servers';
      const more = next_cursor === undefined ? [] : [`more: pass cursor=${next_cursor}`];
      return [...servers.map(lineOf), ...more].join('\n');
    },
  });

/** True if the server was made from this template, in any version unless the type has one. */
function isOf(source: ManagerSource, serverName: string, serverType: string): boolean {
  const made = source
    .added()
    .all()
    .find((it) => it.serverName === serverName)?.facts.source;
  return made === serverType || made?.startsWith(`${serverType}@`) === true;
}

const byName = (a: Row, b: Row): number => (a.server_name < b.server_name ? -1 : 1);

function rowOf({ serverName, type, state, since, counts, reason, code }: ServerStatus): Row {
  return {
    server_name: serverName,
    status: kindOf(state),
    state,
    managed: type === 'container',
    since: new Date(since).toISOString(),
    tools: counts.tools,
    ...(reason !== undefined && { reason, code }),
  };
}

function lineOf({ server_name, state, managed, reason }: Row): string {
  const why = reason === undefined ? '' : `: ${reason}`;
  return `${server_name}: ${state}${managed ? '' : ' (not made by Hive)'}${why}`;
}
