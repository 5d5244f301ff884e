/** Conflicts in words, for the logs of the servers that lost. */
import { type CatalogConflict, LIST_KINDS, type ListKind } from '../model/catalog.ts';

export interface ConflictNote {
  /** The server whose offers are hidden. */
  readonly serverName: string;
  readonly text: string;
}

const NOUN: Readonly<Record<ListKind, string>> = {
  tools: 'tool',
  resources: 'resource',
  templates: 'resource template',
  prompts: 'prompt',
};
/** Names in one line; servers that clash at all often clash in everything. */
const SHOWN = 3;

/** One note for each kind and pair of servers, in a fixed order. */
export function conflictNotes(conflicts: readonly CatalogConflict[]): ConflictNote[] {
  return LIST_KINDS.flatMap((kind) => {
    const pairs = conflicts.filter((conflict) => conflict.kind === kind).flatMap(losers);
    const groups = Map.groupBy(pairs, ({ loser, winner }) => `${loser} ${winner}`);
    return [...groups.values()].flatMap((group) => noteOf(kind, group));
  });
}

interface Lost {
  readonly key: string;
  readonly winner: string;
  readonly loser: string;
}

function losers({ key, servers: [winner = '', ...rest] }: CatalogConflict): Lost[] {
  return [...new Set(rest)].map((loser) => ({ key, winner, loser }));
}

function noteOf(kind: ListKind, group: readonly Lost[]): ConflictNote[] {
  const [first] = group;
  if (!first) return [];
  const { winner, loser } = first;
  const names = group.slice(0, SHOWN).map(({ key }) => key);
  const more = group.length > SHOWN ? ` and ${group.length - SHOWN} more` : '';
  const what = `${NOUN[kind]}${group.length === 1 ? '' : 's'} ${names.join(', ')}${more}`;
  const fix = kind === 'tools' || kind === 'prompts' ? '; give one of the two another prefix' : '';
  const text =
    winner === loser
      ? `more than one of its own would be shown as ${what}: clients get the first`
      : `${what}: ${winner} offers the same, and clients get that one’s (this one’s under /mcp/${loser})${fix}`;
  return [{ serverName: loser, text }];
}
