/** The open sessions of legacy clients: which servers they see. */
import type { ViewReader } from '../../model/catalog-reader.ts';
import { viewNameOf } from '../../model/text/grammar.ts';

export class LegacySessions {
  /** By session id; `''` for all servers. */
  readonly #scopes = new Map<string, string>();
  /** Sessions by scope: there may be ten thousand, and each that comes or goes asks for every server. */
  readonly #counts = new Map<string, number>();
  readonly #viewHas: ViewReader['hasServer'];

  /** @param viewHas true if a view of that name shows a server, as the file is now */
  constructor(viewHas: ViewReader['hasServer'] = () => false) {
    this.#viewHas = viewHas;
  }

  /** @param scope the one server that the session sees, a view (`viewScope`), or `''` for all */
  begin(sessionId: string, scope: string): void {
    this.end(sessionId);
    this.#scopes.set(sessionId, scope);
    this.#counts.set(scope, (this.#counts.get(scope) ?? 0) + 1);
  }

  /** False if it is no such session. */
  end(sessionId: string): boolean {
    const scope = this.#scopes.get(sessionId);
    if (scope === undefined) return false;
    this.#scopes.delete(sessionId);
    const left = (this.#counts.get(scope) ?? 0) - 1;
    if (left > 0) this.#counts.set(scope, left);
    else this.#counts.delete(scope);
    return true;
  }

  /** True if a legacy client sees the server. */
  see(serverName: string): boolean {
    if (this.#counts.has('') || this.#counts.has(serverName)) return true;
    return [...this.#counts.keys()].some((scope) => this.shows(scope, serverName));
  }

  /** True if a session of that scope sees the server. */
  shows(scope: string, serverName: string): boolean {
    const viewName = viewNameOf(scope);
    return viewName === undefined
      ? scope === '' || scope === serverName
      : this.#viewHas(viewName, serverName);
  }
}
