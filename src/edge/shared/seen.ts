/** What callers see of views: the view itself for nearly all, else a part of it, made once for each. */
import { type Access, OPEN } from '../../model/access/access.ts';
import { type CatalogView, EMPTY_VIEW, type Selection } from '../../model/catalog.ts';
import type { CatalogReader } from '../../model/catalog-reader.ts';
import { viewNameOf } from '../../model/text/grammar.ts';
import { seesAll, selectionOf } from '../../policy/selection.ts';

/** Forgotten with the view, which each change of the catalog replaces, and with the settings. */
export class SeenParts {
  readonly #catalog: Pick<CatalogReader, 'current' | 'views'>;
  readonly #parts = new WeakMap<CatalogView, WeakMap<Access, CatalogView>>();

  constructor(catalog: Pick<CatalogReader, 'current' | 'views'>) {
    this.#catalog = catalog;
  }

  /** @param whole what the scope shows now */
  of(scope: string, whole: CatalogView, access: Access = OPEN): CatalogView {
    if (seesAll(access, whole)) return whole;
    const parts = this.#parts.get(whole) ?? new WeakMap<Access, CatalogView>();
    const known = parts.get(access);
    if (known) return known;
    const part = partOf(this.#catalog, scope, selectionOf(access));
    this.#parts.set(whole, parts.set(access, part));
    return part;
  }
}

/** The part of what the scope shows, made anew. */
export function partOf(
  { current, views }: Pick<CatalogReader, 'current' | 'views'>,
  scope: string,
  selection: Selection,
): CatalogView {
  const viewName = viewNameOf(scope);
  const { selected } = current();
  if (viewName === undefined) return selected(selection, scope === '' ? undefined : scope);
  return views.selected(viewName, selection) ?? EMPTY_VIEW;
}
