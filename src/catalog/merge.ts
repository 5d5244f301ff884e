/**
 * Merges listings into one frozen catalog. The same listings give the same bytes, in whatever order they
 * arrive.
 */
import type {
  Catalog,
  CatalogConflict,
  CatalogView,
  DeclaredServer,
  Listing,
  Selection,
} from '../model/catalog.ts';
import type { NamedView } from '../model/desired.ts';
import type { ServerStatus } from '../model/status.ts';
import { eachKind, mergeView } from './merge-view.ts';
import { hiddenByReadOnly } from './naming.ts';
import { narrowed, selected } from './narrowed.ts';
import { createOwners } from './ownership.ts';
import { byPrecedence, declaredAmong, longerPrefixes } from './precedence.ts';
import { Rendering } from './rendering.ts';

/**
 * `/mcp` shows all listings under their prefixes; each server's own view has no prefix, but its filters and
 * renames.
 *
 * @param declared servers of the file except built-in ones, running or not: their prefixes are theirs alone
 * @param rendering of earlier merges, of which what has not changed is used again
 */
export function mergeCatalog(
  listings: readonly Listing[],
  declared: readonly DeclaredServer[] = declaredAmong(listings),
  rendering = new Rendering(),
): Catalog {
  const sorted = listings.toSorted(byPrecedence);
  const conflicts: CatalogConflict[] = [];
  rendering.keep(sorted);
  // Without lists of the other era: they would live as long as this catalog.
  const named = sorted.map(({ legacy: _, ...it }) => ({
    ...it,
    longerPrefixes: longerPrefixes(it.view.prefix, declared),
  }));
  const all = mergeView(named, conflicts, rendering, createOwners(sorted, declared));
  const byServer = sorted.map((it) => [it.inventory.serverName, ownView(it, rendering)] as const);
  const merged = { all, listings: named, rendering };
  return Object.freeze({
    all,
    byServer: new Map(byServer),
    conflicts: Object.freeze(conflicts),
    narrowed: (view: NamedView, selection?: Selection) => narrowed(merged, view, selection),
    selected: (selection: Selection, serverName?: string) => selected(merged, selection, serverName),
  });
}

/** Counts the definitions of each kind that clients see of one server. */
export function countShown(listing: Listing, rendering = new Rendering()): ServerStatus['counts'] {
  const { lists } = ownView(listing, rendering);
  const counts = eachKind((kind) => lists[kind].routes.size);
  const hidden = hiddenByReadOnly(listing.view.tools, listing.inventory.tools).size;
  return hidden === 0 ? counts : { ...counts, hidden };
}

function ownView(listing: Listing, rendering: Rendering): CatalogView {
  const { inventory, view, isBuiltin } = listing;
  const own = { inventory, view, isBuiltin, isOwnView: true };
  return rendering.ownView(listing, () => mergeView([own], [], rendering));
}
