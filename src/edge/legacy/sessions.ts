/** The table of legacy sessions. Each is bound to one view; everything that it holds open ends with it. */
import type { Access } from '../../model/access/access.ts';
import type { Principal } from '../../model/caller.ts';
import type { Clock } from '../../model/clock.ts';
import { Shares } from '../../model/collections/shares.ts';
import { RPC } from '../../wire/codes.ts';
import { refusal } from '../http/message.ts';
import { isBusy, newSession, type Session } from './session.ts';

export interface SessionLimits {
  /** A session ends after this time without a request, an open call or an open stream. */
  readonly idleMs: number;
  /** Of one client while it is alone; all clients together may have twice as many. */
  readonly max: number;
}

const CHECKS_PER_IDLE_TIME = 10;
const ENDED = 'the session has ended';

/** The owner must close the table. */
export class Sessions {
  readonly #clock: Clock;
  readonly #limits: SessionLimits;
  readonly #onEnd: (sessionId: string) => void;
  readonly #table = new Map<string, Session>();
  readonly #shares: Shares;
  #nextCheck: { cancel(): void };

  /** @param onEnd called for every session that ends, whatever the reason */
  constructor(clock: Clock, limits: SessionLimits, onEnd: (sessionId: string) => void = () => {}) {
    this.#clock = clock;
    this.#limits = limits;
    this.#onEnd = onEnd;
    this.#shares = new Shares(2 * limits.max);
    this.#nextCheck = this.#scheduleCheck();
  }

  get count(): number {
    return this.#table.size;
  }

  /**
   * A client that has its share of sessions loses its oldest idle one. Undefined if all of them are in use.
   */
  open(
    scope: string,
    protocolVersion: string,
    principal: Principal,
    capabilities?: string,
    client?: string,
    access?: Access,
  ): Session | undefined {
    if (!this.#shares.hasRoom(principal)) {
      const oldest = idleLongest(this.#table.values(), principal);
      if (!oldest) return undefined;
      this.end(oldest);
    }
    this.#shares.add(principal);
    const session = newSession(scope, protocolVersion, { principal, access }, capabilities, client);
    this.touch(session);
    this.#table.set(session.caller.sessionId, session);
    return session;
  }

  /** The session with that id, whatever its scope. Does not count as use. */
  get(sessionId: string): Session | undefined {
    return this.#table.get(sessionId);
  }

  /** The session with that id and scope. Counts as use. */
  find(sessionId: string, scope: string): Session | undefined {
    const session = this.#table.get(sessionId);
    if (session?.scope !== scope) return undefined;
    this.touch(session);
    return session;
  }

  /** Counts as use: the idle time begins anew. */
  touch(session: Session): void {
    session.lastUsed = this.#clock.now();
  }

  all(): Iterable<Session> {
    return this.#table.values();
  }

  /** Cancels the session's calls, with the reason, and ends its streams. Does nothing the second time. */
  end(session: Session, why = ENDED): void {
    const { caller, calls, streams, resumption, asked } = session;
    if (!this.#table.delete(caller.sessionId)) return;
    this.#shares.give(caller.principal);
    for (const { call } of calls.values()) call.cancel(why);
    for (const stream of streams) stream.end();
    resumption?.events.close();
    for (const settle of asked.values()) settle(refusal(RPC.SERVER_ERROR, why));
    session.release();
    this.#onEnd(caller.sessionId);
  }

  /** Ends every session, and the check for idle ones. */
  close(): void {
    this.#nextCheck.cancel();
    for (const session of [...this.#table.values()]) this.end(session);
  }

  #scheduleCheck(): { cancel(): void } {
    return this.#clock.setTimeout(() => {
      this.#endIdle();
      this.#nextCheck = this.#scheduleCheck();
    }, this.#limits.idleMs / CHECKS_PER_IDLE_TIME);
  }

  #endIdle(): void {
    const limit = this.#clock.now() - this.#limits.idleMs;
    for (const session of [...this.#table.values()]) {
      if (isBusy(session)) this.touch(session);
      else if (session.lastUsed <= limit) this.end(session);
    }
  }
}

/** Undefined if all sessions of the principal are in use. */
function idleLongest(sessions: Iterable<Session>, principal: Principal): Session | undefined {
  let found: Session | undefined;
  for (const session of sessions) {
    const isCandidate = session.caller.principal === principal && !isBusy(session);
    if (isCandidate && !(found && found.lastUsed <= session.lastUsed)) found = session;
  }
  return found;
}
