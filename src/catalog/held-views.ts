/**
 * What named views show, made once for all clients that see them, and let go with the last: at most one
 * rendering for each view of the file.
 */
import type { Catalog, CatalogView, Selection } from '../model/catalog.ts';
import type { ViewReader } from '../model/catalog-reader.ts';
import type { NamedView } from '../model/desired.ts';
import { viewScope } from '../model/text/grammar.ts';
import { hasServer, selectTools } from './select.ts';

/** What a held view has shown, and what it shows now. */
export interface HeldChange {
  readonly scope: string;
  readonly before: CatalogView | undefined;
  readonly after: CatalogView | undefined;
}

interface Held {
  holders: number;
  /** Undefined while there is no view of that name. */
  shown: CatalogView | undefined;
}

export class HeldViews implements ViewReader {
  readonly #current: () => Catalog;
  readonly #held = new Map<string, Held>();
  #views: ReadonlyMap<string, NamedView> = new Map();

  constructor(current: () => Catalog) {
    this.#current = current;
  }

  names(): readonly string[] {
    return [...this.#views.keys()];
  }

  of(viewName: string): CatalogView | undefined {
    return this.#held.get(viewName)?.shown ?? this.#make(viewName);
  }

  selected(viewName: string, selection: Selection): CatalogView | undefined {
    return this.#make(viewName, selection);
  }

  hasServer(viewName: string, serverName: string): boolean {
    const view = this.#views.get(viewName);
    return view !== undefined && hasServer(view, serverName);
  }

  leftOut(viewName: string): readonly string[] {
    const view = this.#views.get(viewName);
    return view ? selectTools(view, this.#current().all).leftOut : [];
  }

  hold(viewName: string): () => void {
    const held = this.#held.get(viewName) ?? { holders: 0, shown: this.#make(viewName) };
    held.holders += 1;
    this.#held.set(viewName, held);
    let isHolder = true;
    return () => {
      if (isHolder) held.holders -= 1;
      isHolder = false;
      if (held.holders === 0 && this.#held.get(viewName) === held) this.#held.delete(viewName);
    };
  }

  /** Makes the held views again, from the current catalog. */
  refresh(): HeldChange[] {
    return [...this.#held].map(([viewName, held]) => {
      const before = held.shown;
      held.shown = this.#make(viewName);
      return { scope: viewScope(viewName), before, after: held.shown };
    });
  }

  replace(views: readonly NamedView[]): HeldChange[] {
    this.#views = new Map(views.map((view) => [view.viewName, view]));
    return this.refresh();
  }

  #make(viewName: string, selection?: Selection): CatalogView | undefined {
    const view = this.#views.get(viewName);
    return view && this.#current().narrowed(view, selection);
  }
}
