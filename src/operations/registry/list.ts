/** `registry_list`: entries of the catalogue, or the servers that were added. */
import { z } from 'zod';
import { GatewayError } from '../../errors.ts';
import type { Operation } from '../../model/operation.ts';
import { viewFor } from '../gateway/gateway-view.ts';
import { operation } from '../operation.ts';
import { activeRow, activeRowOf, briefEntryRow, lineOf, rowOf } from './facts/rows.ts';
import type { OwnEntry, RegistrySource } from './facts/source.ts';
import { passes } from './search.ts';

const input = z.strictObject({
  source: z.string().optional().describe('only of this source: hive, docker'),
  category: z.string().optional(),
  active: z.boolean().default(false).describe('the servers that were added, instead of what can be'),
  cursor: z.string().optional().describe('`next` of an earlier answer'),
  limit: z.int().min(1).max(100).default(50),
});

const output = z.object({
  total: z.int(),
  entries: z.array(briefEntryRow).optional(),
  servers: z.array(activeRow).optional(),
  next: z.string().optional(),
});

export const registryList = (source: RegistrySource, own: OwnEntry): Operation =>
  operation({
    name: 'registry_list',
    title: 'List entries or added servers',
    summary: 'Lists the servers that were added (active: true), or all that can be added, page by page.',
    effect: 'read',
    input,
    output,
    async run({ active, cursor, limit, source: only, category }, { caller }) {
      const added = source.added.all();
      if (active) {
        const { status } = viewFor(source, caller);
        const statusOf = (name: string) => status.servers.find(({ serverName }) => serverName === name);
        const servers = added
          .filter(({ serverName }) => source.sees(caller, serverName))
          .map((it) => activeRowOf(it, statusOf(it.serverName)));
        return { total: servers.length, servers };
      }
      const { entries } = await source.library.open();
      const filter = { source: only === undefined ? undefined : [only], category, verified: false };
      const all = entries.filter((entry) => passes(entry, filter, own));
      const from = startOf(cursor);
      const page = all.slice(from, from + limit).map((entry) => rowOf(entry, added));
      const end = from + page.length;
      return { total: all.length, entries: page, ...(end < all.length && { next: String(end) }) };
    },
    text({ total, entries, servers, next }) {
      if (servers)
        return [
          servers.length === 0
            ? 'No server was added. registry_search finds some.'
            : `Active servers: ${total}`,
          ...servers.map(activeLine),
        ].join('\n');
      const more = next === undefined ? [] : [`more: cursor ${next}`];
      return [`${total} entries`, ...(entries ?? []).map(lineOf), ...more].join('\n');
    },
  });

/** @throws GatewayError USAGE */
function startOf(cursor: string | undefined): number {
  if (cursor === undefined) return 0;
  if (/^\d{1,6}$/.test(cursor)) return Number(cursor);
  throw new GatewayError('USAGE', 'the cursor is none of registry_list', { hint: 'leave `cursor` out' });
}

function activeLine({
  name,
  entry,
  state,
  tools,
  reason,
  fix,
  withheld,
}: z.output<typeof activeRow>): string {
  const why = reason === undefined ? '' : `: ${reason}`;
  const how = fix === undefined ? '' : `\n    fix: ${fix}`;
  const held = withheld ? ', its tools wait for the owner: npx hive op registry_approve' : '';
  return `${name} (${entry}) ${state}, ${tools} tools${held}${why}${how}`;
}
