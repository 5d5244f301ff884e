/** The open sessions of legacy clients: which servers they see. */
export class LegacySessions {
  /** By session id; `''` for all servers. */
  readonly #scopes = new Map<string, string>();

  /** @param scope the one server that the session sees, or `''` for all */
  begin(sessionId: string, scope: string): void {
    this.#scopes.set(sessionId, scope);
  }

  /** False if it is no such session. */
  end(sessionId: string): boolean {
    return this.#scopes.delete(sessionId);
  }

  /** True if a legacy client sees the server. */
  see(serverName: string): boolean {
    for (const scope of this.#scopes.values()) if (scope === '' || scope === serverName) return true;
    return false;
  }
}
