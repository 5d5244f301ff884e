/** The session that a connection belongs to: known when the connection is opened, or later for a standby. */

/** Messages kept for a connection that has no owner yet; further ones are dropped. */
const MAX_WAITING = 100;

export class Owner {
  #sessionId: string | undefined;
  #waiting: ((sessionId: string) => void)[] = [];

  /** Calls `act` with the session's id: at once, or as soon as that is known. */
  whenKnown(act: (sessionId: string) => void): void {
    if (this.#sessionId !== undefined) act(this.#sessionId);
    else if (this.#waiting.length < MAX_WAITING) this.#waiting.push(act);
  }

  /** Sets the owner. A later call changes nothing. */
  set(sessionId: string): void {
    this.#sessionId ??= sessionId;
    for (const act of this.#waiting.splice(0)) act(this.#sessionId);
  }
}
