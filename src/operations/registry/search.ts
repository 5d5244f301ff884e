/** `registry_search`: finds servers in the catalogue by words. */
import { z } from 'zod';
import { type Entry, sourceOf } from '../../catalogue/entry/entry.ts';
import type { Operation } from '../../model/operation.ts';
import { operation } from '../operation.ts';
import { isAllowed } from './facts/policy.ts';
import { entryRow, lineOf, rowOf } from './facts/rows.ts';
import type { OwnEntry, RegistrySource } from './facts/source.ts';

/** More than any catalogue has: what is left out by the filters must not count as a hit. */
const ALL = 100_000;
export const KINDS = ['image', 'npm', 'pypi', 'remote'] as const;

const input = z.strictObject({
  query: z.string().describe('words: names, subjects, tools; typing errors are forgiven'),
  limit: z.int().min(1).max(50).default(10),
  source: z.array(z.string()).optional().describe('only of these sources: hive, docker'),
  category: z.string().optional(),
  kind: z.array(z.enum(KINDS)).optional().describe('only servers that run as one of these'),
  verified: z.boolean().default(false).describe('only servers that were started for the catalogue'),
});

const output = z.object({
  total: z.int().describe('entries that match, also beyond the limit'),
  results: z.array(entryRow),
  corrected: z
    .record(z.string(), z.string())
    .optional()
    .describe('words of the query, and what was searched'),
});

export type Filter = Pick<z.output<typeof input>, 'source' | 'category' | 'verified'>;

export const passes = (entry: Entry, { source, category, verified }: Filter, own: OwnEntry): boolean =>
  isAllowed(entry.id, own) &&
  (source === undefined || source.includes(sourceOf(entry.id))) &&
  (category === undefined || entry.category?.toLowerCase() === category.toLowerCase()) &&
  (!verified || entry.verified !== undefined);

export const registrySearch = (source: RegistrySource, own: OwnEntry): Operation =>
  operation({
    name: 'registry_search',
    title: 'Search the catalogue',
    summary: 'Finds MCP servers that registry_add can add. Their tools can be called at once.',
    effect: 'read',
    input,
    output,
    async run({ query, limit, kind, ...filter }) {
      const { search } = await source.library.open();
      const found = search.find({ text: query, limit: ALL, ...(kind && { kinds: kind }) });
      const fitting = found.entries.filter((entry) => passes(entry, filter, own));
      const added = source.added.all();
      return {
        total: fitting.length,
        results: fitting.slice(0, limit).map((entry) => rowOf(entry, added)),
        ...(found.corrected.size > 0 && { corrected: Object.fromEntries(found.corrected) }),
      };
    },
    text({ total, results, corrected = {} }) {
      const guessed = Object.entries(corrected).map(([word, meant]) => `searched for ${meant}, not ${word}`);
      const rest = total > results.length ? `, the first ${results.length} of them` : '';
      return [...guessed, `Found ${total} servers${rest}:`, ...results.map(lineOf)].join('\n');
    },
  });
