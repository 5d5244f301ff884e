/**
 * Who owns a public key. The config file gives each declared server its prefix, and the schemes of its
 * resources; nobody else gets a key in there, whichever server was up first.
 */
import type { DeclaredServer, Listing, ListKind } from '../model/catalog.ts';
import type { Stack } from '../model/stack.ts';
import { alike, covers } from '../model/text/prefixes.ts';
import { fullName } from './naming.ts';
import { schemeOf } from './resource-route.ts';

/** Who owns what, for one merged view. */
export interface Owners {
  /** The server that owns the key of this listing's definition; undefined if the listing may show it. */
  of(kind: ListKind, listing: Listing, ownKey: string, key: string): string | undefined;
}

/**
 * The rule for names (tools and prompts): of all prefixes that cover a name, the longest one owns it. A
 * discovered server owns no name that a prefix of the file covers, however it is spelled. It shows none
 * while a declared server without prefix has not told its names. The rule for URIs: a discovered server gets
 * no scheme that a declared server uses, and no template for all schemes if a declared server has resources.
 *
 * @param declared servers of the file except built-in ones, running or not
 */
export function createOwners(listings: readonly Listing[], declared: readonly DeclaredServer[]): Owners {
  const listed = new Set(listings.map(({ inventory }) => inventory.serverName));
  const unheard = declared.find(({ serverName, prefix }) => prefix === '' && !listed.has(serverName));
  const foreign = listings.filter(({ isDiscovered }) => isDiscovered).map(asServer);
  const builtins = listings.filter(({ isBuiltin }) => isBuiltin).map(asServer);
  const ofTheFile = [...declared, ...builtins];
  const uris = uriOwners(listings.filter(({ isDiscovered }) => !isDiscovered));
  return {
    of(kind, listing, ownKey, key) {
      if (listing.isBuiltin) return undefined;
      if (kind === 'resources' || kind === 'templates') return listing.isDiscovered ? uris(key) : undefined;
      const names = [key, fullName(kind, listing.view, ownKey)];
      if (!listing.isDiscovered) return longest(names, listing.view.prefix, declared);
      const strangers = names.map(alike);
      const covering = ofTheFile.find(({ prefix }) => strangers.some((name) => covers(alike(prefix), name)));
      return (covering ?? unheard)?.serverName ?? longest(names, listing.view.prefix, foreign);
    },
  };
}

const asServer = ({ inventory, view }: Listing): DeclaredServer => ({
  serverName: inventory.serverName,
  prefix: view.prefix,
});

/** The server with the longest prefix that covers a name, if it is longer than the name's own. */
function longest(
  names: readonly string[],
  own: string,
  servers: readonly DeclaredServer[],
): string | undefined {
  const longer = servers
    .filter(({ prefix }) => prefix.length > own.length && names.some((name) => covers(prefix, name)))
    .sort((a, b) => b.prefix.length - a.prefix.length);
  return longer[0]?.serverName;
}

/** Finds the declared server whose resources have the scheme of a URI or template. */
function uriOwners(declared: readonly Listing[]): (key: string) => string | undefined {
  const owners = new Map<string, string>();
  for (const { inventory } of declared)
    for (const { key } of [...inventory.resources, ...inventory.templates])
      if (schemeOf(key) !== '') owners.set(schemeOf(key), owners.get(schemeOf(key)) ?? inventory.serverName);
  const withResources = declared.find(({ inventory }) => inventory.capabilities.resources !== undefined);
  return (key) => {
    const scheme = schemeOf(key);
    const isForAll = scheme === '' && key.includes('{');
    return owners.get(scheme) ?? (isForAll ? withResources?.inventory.serverName : undefined);
  };
}

/** The servers whose prefixes are theirs alone. */
export const namedServers = ({ servers }: Pick<Stack, 'servers'>): DeclaredServer[] =>
  servers
    .filter(({ type }) => type !== 'builtin')
    .map(({ serverName, view: { prefix } }) => ({ serverName, prefix }));
