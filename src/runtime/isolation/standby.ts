/**
 * A connection that is opened ahead, for the next call that would otherwise wait for one of its own. It has
 * served nobody before, and serves one owner: callers share the waiting time, and nothing else.
 */
import type { Clock } from '../../model/clock.ts';
import { type OpenOwned, OwnedConnection } from './owned-connection.ts';

/** How long a standby waits for a call. */
const STANDBY_MS = 60_000;

/** The owner must close it. */
export class Standby {
  readonly #open: OpenOwned;
  readonly #clock: Clock;
  #connection: OwnedConnection | undefined;
  #timer: { cancel(): void } | undefined;
  #isClosed = false;

  constructor(open: OpenOwned, clock: Clock) {
    this.#open = open;
    this.#clock = clock;
  }

  /** Hands the connection over; undefined if there is none for a client with these capabilities. */
  take(capabilities: string | undefined): OwnedConnection | undefined {
    const connection = this.#connection;
    if (connection?.capabilities !== capabilities) return undefined;
    this.#forget();
    return connection;
  }

  /** Opens a connection for the next client with these capabilities, in place of one for others. */
  prepare(capabilities: string | undefined): void {
    if (this.#isClosed || (this.#connection && this.#connection.capabilities === capabilities)) return;
    void this.drop();
    const connection = new OwnedConnection(this.#open, capabilities);
    const lost = (): void => {
      if (this.#connection === connection) void this.drop();
    };
    connection.onLost = lost;
    connection.opened.catch(lost);
    this.#connection = connection;
    this.#timer = this.#clock.setTimeout(() => void this.drop(), STANDBY_MS);
  }

  /** Ends the connection, if there is one. */
  async drop(): Promise<void> {
    const connection = this.#connection;
    this.#forget();
    await connection?.end(0);
  }

  /** Ends the connection, and opens no other. */
  close(): Promise<void> {
    this.#isClosed = true;
    return this.drop();
  }

  #forget(): void {
    this.#connection = undefined;
    this.#timer?.cancel();
  }
}
