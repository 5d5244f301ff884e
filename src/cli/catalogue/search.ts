/** `hive search`: finds servers in the catalogue. */
import Table from 'cli-table3';
import type { Entry } from '../../catalogue/entry/entry.ts';
import { sourceOf } from '../../catalogue/entry/entry.ts';
import { CatalogueSearch, type Found } from '../../catalogue/search/search.ts';
import { GatewayError } from '../../errors.ts';
import { cutEnd } from '../../model/text/cut.ts';
import { counted } from '../stack/describe-server.ts';
import { typedFor } from '../stack/typing.ts';
import { PLAIN_TABLE } from '../terminal/plain-table.ts';
import { columns, print, printJson } from '../terminal/print.ts';
import { kindOf, openCatalogue } from './open.ts';

export interface SearchOptions {
  readonly limit?: string;
  readonly runsAs?: string;
  readonly json?: boolean;
}

const LIMIT = 15;
const MAX_LIMIT = 500;
/** Longest description in JSON: models read it. */
const MAX_DESCRIPTION = 300;
const MIN_DESCRIPTION = 30;
/** Width where stdout is no terminal. */
const WIDTH = 120;
/** Columns of the table beside the ids and descriptions. */
const BESIDE = 36;

/** @throws GatewayError USAGE */
export async function search(words: readonly string[], options: SearchOptions): Promise<void> {
  const limit = Number(options.limit ?? LIMIT);
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT)
    throw new GatewayError('USAGE', `--limit must be a number from 1 to ${MAX_LIMIT}`, {
      hint: '--limit 20',
    });
  const text = words.join(' ');
  const kinds = options.runsAs === undefined ? {} : { kinds: [kindOf(options.runsAs)] };
  const found = new CatalogueSearch(await openCatalogue()).find({ text, limit, ...kinds });
  if (options.json) printJson(foundJson(text, found), 2);
  else print(typedFor(undefined)(renderFound(text, found, columns() ?? WIDTH)));
}

const foundJson = (query: string, { total, entries, corrected }: Found) => ({
  query,
  total,
  corrected: Object.fromEntries(corrected),
  results: entries.map((entry) => ({
    id: entry.id,
    title: entry.title,
    description: cutEnd(entry.description, MAX_DESCRIPTION),
    source: sourceOf(entry.id),
    runsAs: entry.ways.map(({ kind }) => kind),
    secrets: (entry.secrets ?? []).map(({ name, optional }) => ({ name, required: !optional })),
    tools: entry.tools?.length ?? null,
    bytes: entry.verified?.bytes ?? null,
    verified: entry.verified?.date ?? null,
  })),
});

/** @param width of the terminal, in columns */
export function renderFound(query: string, { total, entries, corrected }: Found, width: number): string {
  const notes = [...corrected].map(([word, meant]) => `no entry has the word ${word}: searched for ${meant}`);
  if (entries.length === 0) return `no entry has any word of: ${query}`;
  const longest = Math.max(...entries.map(({ id }) => id.length));
  const room = Math.max(MIN_DESCRIPTION, width - longest - BESIDE);
  const table = new Table({
    ...PLAIN_TABLE,
    head: ['ENTRY', 'RUNS AS', 'TOOLS', 'VERIFIED', 'WHAT'],
    colAligns: ['left', 'left', 'right'],
  });
  for (const entry of entries) table.push(rowOf(entry, room));
  const [first] = entries;
  const rest = total > entries.length ? `, the first ${entries.length} of them here (--limit)` : '';
  return [
    ...notes,
    table.toString().replace(/ +$/gm, ''),
    `\n${counted(total, 'server')}${rest}; more about one: npx hive info ${first?.id}`,
  ].join('\n');
}

function rowOf({ id, ways, tools, verified, description }: Entry, room: number): string[] {
  const kinds = [...new Set(ways.map(({ kind }) => kind))].join(', ');
  return [id, kinds || '-', String(tools?.length ?? '-'), verified?.date ?? '-', cutEnd(description, room)];
}
