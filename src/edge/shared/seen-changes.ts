/** Which lists have changed for clients that see only a part of what their endpoint shows. */
import { type Access, OPEN } from '../../model/access/access.ts';
import { type CatalogList, type CatalogView, LIST_KINDS, type ListKind } from '../../model/catalog.ts';
import type { CatalogChange } from '../../model/catalog-reader.ts';

type Lists = CatalogView['lists'];

/** One for all sessions and streams of the same access and scope. */
interface Held {
  holders: number;
  /** What they see; undefined for all of the view. */
  lists: Lists | undefined;
  /** The change that was compared last, and what it has changed for them. */
  change?: CatalogChange;
  kinds: readonly ListKind[];
}

export class SeenChanges {
  readonly #listsOf: (scope: string, access: Access) => Lists | undefined;
  readonly #held = new Map<Access, Map<string, Held>>();

  /** @param listsOf what the access sees now; undefined if it sees all that the scope shows */
  constructor(listsOf: (scope: string, access: Access) => Lists | undefined) {
    this.#listsOf = listsOf;
  }

  /** Remembers what the client sees, until the returned function is called. */
  hold(scope: string, access: Access = OPEN): () => void {
    const scopes = this.#held.get(access) ?? new Map<string, Held>();
    const held = scopes.get(scope) ?? { holders: 0, lists: this.#listsOf(scope, access), kinds: [] };
    held.holders += 1;
    this.#held.set(access, scopes.set(scope, held));
    let isHolder = true;
    return () => {
      if (!isHolder) return;
      isHolder = false;
      held.holders -= 1;
      if (held.holders === 0 && scopes.get(scope) === held) scopes.delete(scope);
      if (scopes.size === 0 && this.#held.get(access) === scopes) this.#held.delete(access);
    };
  }

  /** @param kinds the lists that the change has changed for those who see all of the scope */
  changed(
    change: CatalogChange,
    kinds: readonly ListKind[],
    scope: string,
    access: Access = OPEN,
  ): readonly ListKind[] {
    const held = this.#held.get(access)?.get(scope);
    if (!held) return kinds;
    if (held.change === change) return held.kinds;
    const { lists: before } = held;
    const after = this.#listsOf(scope, access);
    held.change = change;
    held.lists = after;
    held.kinds = before && after ? LIST_KINDS.filter((kind) => !isSame(before[kind], after[kind])) : kinds;
    return held.kinds;
  }
}

const isSame = (before: CatalogList, after: CatalogList): boolean =>
  before.json.equals(after.json) && before.modern.equals(after.modern);
