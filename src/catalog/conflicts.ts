/** Texts about catalog conflicts, for the logs of the servers that lost. */
import { type CatalogConflict, LIST_KINDS, LIST_NOUN, type ListKind } from '../model/catalog.ts';

export interface ConflictNote {
  /** The server whose definitions are hidden. */
  readonly serverName: string;
  readonly text: string;
}

/** Longest list of names in a note: servers that clash in one name often clash in all. */
const MAX_NAMES = 3;

/** Makes one note for each kind and pair of servers, in a fixed order. */
export function conflictNotes(conflicts: readonly CatalogConflict[]): ConflictNote[] {
  return LIST_KINDS.flatMap((kind) => {
    const losses = conflicts.filter((conflict) => conflict.kind === kind).flatMap(lossesOf);
    const groups = Map.groupBy(losses, ({ loser, winner, isOwned }) => `${loser} ${winner} ${isOwned}`);
    return [...groups.values()].flatMap((group) => noteOf(kind, group));
  });
}

/** A key that `loser` has too, and that clients get from `winner`. */
interface Loss {
  readonly key: string;
  readonly winner: string;
  readonly loser: string;
  /** The winner need not offer the key. */
  readonly isOwned: boolean;
}

function lossesOf({ key, servers: [winner = '', ...rest], isOwned = false }: CatalogConflict): Loss[] {
  return [...new Set(rest)].map((loser) => ({ key, winner, loser, isOwned }));
}

function noteOf(kind: ListKind, group: readonly Loss[]): ConflictNote[] {
  const [first] = group;
  if (!first) return [];
  const { winner, loser, isOwned } = first;
  const names = group.slice(0, MAX_NAMES).map(({ key }) => key);
  const more = group.length > MAX_NAMES ? ` and ${group.length - MAX_NAMES} more` : '';
  const what = `${LIST_NOUN[kind]}${group.length === 1 ? '' : 's'} ${names.join(', ')}${more}`;
  const isNamed = kind === 'tools' || kind === 'prompts';
  const fix = isNamed ? '; give one of the two another prefix' : '';
  if (winner === loser)
    return [
      { serverName: loser, text: `several of its own definitions claim ${what}: clients get the first` },
    ];
  const shown = isOwned
    ? `the file gives ${isNamed ? 'such names' : 'such URIs'} to ${winner}`
    : `${winner} offers the same, and /mcp shows that one`;
  return [{ serverName: loser, text: `${what}: ${shown}; this server’s is at /mcp/${loser} only${fix}` }];
}
