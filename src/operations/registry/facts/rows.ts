/** Entries and added servers as rows of results. Texts of catalogues are data, and are cut. */
import { z } from 'zod';
import { type Entry, sourceOf } from '../../../catalogue/entry/entry.ts';
import type { AddedServer } from '../../../model/added/added.ts';
import type { ServerStatus } from '../../../model/status.ts';
import { cutEnd } from '../../../model/text/cut.ts';

/** Longest text of a catalogue in a list: models read it. */
const MAX_DESCRIPTION = 300;
/** Rough, and the same for all models: JSON in English has about four bytes a token. */
const BYTES_PER_TOKEN = 4;

export const tokensOf = (bytes: number): number => Math.ceil(bytes / BYTES_PER_TOKEN);

export const entryRow = z.object({
  id: z.string(),
  title: z.string(),
  description: z.string(),
  source: z.string(),
  kind: z.array(z.string()),
  needs: z.array(z.string()),
  tools: z.int().optional(),
  schemaBytes: z.int().optional(),
  verified: z.string().optional(),
  active: z.boolean(),
});

/** The same rows, described in fewer bytes: `registry_search` has their schema, and models read both. */
export const briefEntryRow = z.looseObject({
  id: z.string(),
  title: z.string(),
}) as unknown as typeof entryRow;

export type EntryRow = z.output<typeof entryRow>;

export function rowOf(entry: Entry, added: readonly AddedServer[]): EntryRow {
  const { id, title, description, ways, secrets = [], parameters = [], tools, verified } = entry;
  const needs = [
    ...secrets.filter(({ optional }) => !optional).map(({ name }) => name),
    ...parameters.filter(({ required }) => required).map(({ name }) => name),
  ];
  return {
    id,
    title,
    description: cutEnd(description, MAX_DESCRIPTION),
    source: sourceOf(id),
    kind: [...new Set(ways.map(({ kind }) => kind))],
    needs,
    ...(tools && { tools: tools.length }),
    ...(verified && { schemaBytes: verified.bytes, verified: verified.date }),
    active: added.some(({ facts }) => facts.source === id),
  };
}

export const lineOf = ({ id, title, description, needs, active }: EntryRow): string => {
  const need = needs.length > 0 ? ` [needs ${needs.join(', ')}]` : '';
  return `${id}: ${title}${active ? ' (active)' : ''}${need}: ${description}`;
};

export const activeRow = z.object({
  name: z.string(),
  entry: z.string(),
  prefix: z.string(),
  state: z.string(),
  reason: z.string().optional(),
  fix: z.string().optional(),
  tools: z.int(),
  resources: z.int(),
  prompts: z.int(),
  origin: z.literal('added'),
  since: z.string(),
  withheld: z.boolean().optional(),
});

export function activeRowOf({ serverName, entry, facts }: AddedServer, status: ServerStatus | undefined) {
  const { state = 'pending', counts, reason, hint, prefix = serverName } = status ?? {};
  return {
    name: serverName,
    entry: facts.source,
    prefix,
    state,
    ...(reason !== undefined && { reason }),
    ...(hint !== undefined && { fix: hint }),
    tools: counts?.tools ?? 0,
    resources: counts?.resources ?? 0,
    prompts: counts?.prompts ?? 0,
    origin: 'added' as const,
    since: facts.since,
    ...(isWithheld(entry) && { withheld: true }),
  };
}

/** Tools of a server that nobody has approved yet: none is shown. */
export const WITHHELD = { allow: [] } as const;

export function isWithheld(entry: AddedServer['entry']): boolean {
  const { allow } = (entry.tools ?? {}) as { readonly allow?: readonly string[] };
  return Array.isArray(allow) && allow.length === 0;
}
