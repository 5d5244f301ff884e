/** The catalog as legacy clients see it, where servers are connected for them in their own era. */
import type { Catalog, DeclaredServer, Listing } from '../model/catalog.ts';
import { mergeCatalog } from './merge.ts';
import type { Rendering } from './rendering.ts';

/**
 * The catalog itself if no server offers legacy clients anything of its own.
 * @param rendering of earlier merges for legacy clients
 */
export function legacyCatalog(
  catalog: Catalog,
  listings: readonly Listing[],
  declared: readonly DeclaredServer[],
  rendering: Rendering,
): Catalog {
  if (!listings.some(({ legacy }) => legacy)) {
    rendering.keep([]);
    return catalog;
  }
  const seen = listings.map((it) => (it.legacy ? { ...it, inventory: it.legacy } : it));
  return mergeCatalog(seen, declared, rendering);
}
