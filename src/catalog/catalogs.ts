/** The current catalogs for clients of both eras, merged from the same listings. */
import type { Catalog, DeclaredServer, Listing } from '../model/catalog.ts';
import type { CatalogReader } from '../model/catalog-reader.ts';
import type { NamedView } from '../model/desired.ts';
import type { ServerStatus } from '../model/status.ts';
import { legacyCatalog } from './legacy-catalog.ts';
import { countShown, mergeCatalog } from './merge.ts';
import { Rendering } from './rendering.ts';
import { createCatalogStore } from './store.ts';

export class Catalogs {
  readonly #modern = createCatalogStore();
  readonly #legacy = createCatalogStore();
  readonly #renderings = { modern: new Rendering(), legacy: new Rendering() };

  /** As modern clients see it. */
  get modern(): CatalogReader {
    return this.#modern;
  }

  /** As legacy clients see it. */
  get legacy(): CatalogReader {
    return this.#legacy;
  }

  /** Returns the catalog for modern clients. @param declared as for `mergeCatalog` */
  publish(listings: readonly Listing[], declared: readonly DeclaredServer[]): Catalog {
    const { modern, legacy } = this.#renderings;
    const merged = mergeCatalog(listings, declared, modern);
    this.#modern.publish(merged);
    this.#legacy.publish(legacyCatalog(merged, listings, declared, legacy));
    return merged;
  }

  /** Replaces the named views of the stack; what they show of the current catalog takes effect at once. */
  setViews(views: readonly NamedView[]): void {
    this.#modern.setViews(views);
    this.#legacy.setViews(views);
  }

  /** Counts what modern clients see of a listing. */
  countOf(listing: Listing): ServerStatus['counts'] {
    return countShown(listing, this.#renderings.modern);
  }
}
