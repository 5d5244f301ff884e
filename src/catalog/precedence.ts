/** The order in which servers claim names, and the prefixes that lie within others. */
import type { DeclaredServer, Listing } from '../model/catalog.ts';
import { alike, covers } from '../model/text/prefixes.ts';

/** Prefixes that lie within another one. */
export function longerPrefixes(prefix: string, declared: readonly DeclaredServer[]): string[] {
  const within = declared.filter((it) => it.prefix !== prefix && covers(alike(prefix), alike(it.prefix)));
  return within.map((it) => it.prefix).sort();
}

/** Built-in servers first, then declared ones, then by name: the first server that claims a key gets it. */
export function byPrecedence(a: Listing, b: Listing): number {
  return rankOf(a) - rankOf(b) || (a.inventory.serverName < b.inventory.serverName ? -1 : 1);
}

const rankOf = ({ isBuiltin, isDiscovered }: Listing): number => (isBuiltin ? 0 : isDiscovered ? 2 : 1);

/** The servers of the file among these. */
export function declaredAmong(listings: readonly Listing[]): DeclaredServer[] {
  return listings
    .filter((listing) => rankOf(listing) === 1)
    .map(({ inventory: { serverName }, view: { prefix } }) => ({ serverName, prefix }));
}
