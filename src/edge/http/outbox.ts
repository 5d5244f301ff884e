/**
 * What clients have not read of their answers: bounded for one client and for all, and ended for a client
 * that reads nothing.
 */
import type { ServerResponse } from 'node:http';
import type { Clock } from '../../model/clock.ts';
import { Shares } from '../../model/collections/shares.ts';

/** Bytes of all answers that are unread. One client may hold half of them while no other holds any. */
const MAX_UNREAD_BYTES = 512 * 1024 * 1024;
/** Less than this, unread on one response, is not counted: the kernel takes it. */
const SMALL_BYTES = 64 * 1024;
/** A large answer is handed to the connection in pieces of this size, each once the one before is read. */
const PIECE_BYTES = 256 * 1024;
/** How often readers are checked. */
const CHECK_MS = 5_000;
/** Checks in a row at which a reader has taken nothing, before it is given up: 60 to 65 s. */
const MAX_IDLE_CHECKS = 13;
/** The same, before a reader makes room for an answer that finds none: 10 to 15 s. */
const SLOW_CHECKS = 3;

interface Unread {
  readonly response: ServerResponse;
  readonly owner: string;
  /** Counted for the owner. */
  bytes: number;
  /** What is still to be written of an answer, the last piece first. Absent for an event stream. */
  rest?: Buffer[];
  /** What the connection had taken at the last check. */
  taken: number | undefined;
  idleChecks: number;
}

/** The owner must close it. */
export class Outbox {
  readonly #clock: Clock;
  readonly #shares: Shares;
  readonly #unread = new Map<ServerResponse, Unread>();
  #check: { cancel(): void } | undefined;

  constructor(clock: Clock, maxBytes = MAX_UNREAD_BYTES) {
    this.#clock = clock;
    this.#shares = new Shares(maxBytes);
  }

  /** Unread bytes that are counted. */
  get bytes(): number {
    return this.#shares.total;
  }

  /**
   * Writes the rest of a response as fast as its client reads it, and ends the response. Writes nothing and
   * returns false if that is more than the client's share.
   *
   * @param begin called before the first part is written
   */
  finish(response: ServerResponse, owner: string, parts: readonly Buffer[], begin = nothing): boolean {
    const bytes = parts.reduce((sum, { length }) => sum + length, 0);
    if (bytes >= SMALL_BYTES) {
      const unread = this.#hold(response, owner, response.writableLength + bytes);
      if (!unread) return false;
      unread.rest = piecesOf(parts).reverse();
      begin();
      writeNext(unread);
      return true;
    }
    begin();
    for (const part of parts) response.write(part);
    response.end();
    return true;
  }

  /**
   * Counts what the client has not read of an event stream, which goes on. False if that is more than its
   * share.
   */
  count(response: ServerResponse, owner: string): boolean {
    const bytes = response.writableLength;
    return (bytes < SMALL_BYTES && !this.#unread.has(response)) || !!this.#hold(response, owner, bytes);
  }

  /**
   * Counts bytes, however few, that are kept for a client which is away. Returns the function that gives them
   * back, once; undefined if they exceed the client's share.
   */
  keep(owner: string, bytes: number): (() => void) | undefined {
    if (!this.#shares.take(owner, bytes)) return undefined;
    let left = bytes;
    return () => {
      if (left > 0) this.#shares.give(owner, left);
      left = 0;
    };
  }

  close(): void {
    this.#check?.cancel();
  }

  /** Counts that many bytes for the response, in place of those counted before; undefined without room. */
  #hold(response: ServerResponse, owner: string, bytes: number): Unread | undefined {
    const known = this.#unread.get(response);
    const more = bytes - (known?.bytes ?? 0);
    if (more > 0 && !this.#shares.take(owner, more) && !this.#makeRoom(response, owner, more))
      return undefined;
    if (more < 0) this.#shares.give(owner, -more);
    const unread = known ?? this.#add(response, owner);
    unread.bytes = bytes;
    return unread;
  }

  #add(response: ServerResponse, owner: string): Unread {
    const unread: Unread = { response, owner, bytes: 0, taken: takenOf(response), idleChecks: 0 };
    this.#unread.set(response, unread);
    response.on('drain', () => {
      // The pieces of an answer share its memory, which is free only after the last of them.
      if (unread.rest) writeNext(unread);
      else if (this.#unread.has(response)) this.#hold(response, owner, response.writableLength);
    });
    response.once('close', () => this.#release(unread));
    this.#check ??= this.#clock.setTimeout(() => this.#checkReaders(), CHECK_MS);
    return unread;
  }

  /** Ends the slowest readers until there is room: those of the owner first. */
  #makeRoom(response: ServerResponse, owner: string, bytes: number): boolean {
    const slow = [...this.#unread.values()]
      .filter((it) => it.idleChecks >= SLOW_CHECKS && it.response !== response)
      .sort((a, b) => Number(b.owner === owner) - Number(a.owner === owner) || b.idleChecks - a.idleChecks);
    for (const it of slow) {
      this.#drop(it);
      if (this.#shares.take(owner, bytes)) return true;
    }
    return false;
  }

  #release(unread: Unread): void {
    if (this.#unread.delete(unread.response)) this.#shares.give(unread.owner, unread.bytes);
    delete unread.rest;
  }

  #drop(unread: Unread): void {
    this.#release(unread);
    unread.response.destroy();
  }

  #checkReaders(): void {
    for (const unread of [...this.#unread.values()]) {
      const taken = takenOf(unread.response);
      // A response that waits for an earlier one on its connection has nothing to be read yet.
      const isIdle = taken !== undefined && taken === unread.taken && unread.bytes > 0;
      unread.taken = taken;
      unread.idleChecks = isIdle ? unread.idleChecks + 1 : 0;
      if (unread.idleChecks >= MAX_IDLE_CHECKS) this.#drop(unread);
    }
    const isNeeded = this.#unread.size > 0;
    this.#check = isNeeded ? this.#clock.setTimeout(() => this.#checkReaders(), CHECK_MS) : undefined;
  }
}

function nothing(): void {}

function writeNext({ response, rest = [] }: Unread): void {
  for (let piece = rest.pop(); piece; piece = rest.pop()) {
    const mayGoOn = response.write(piece);
    if (rest.length === 0) response.end();
    if (!mayGoOn) return;
  }
}

/** Bytes of all responses that the connection has handed over; undefined while an earlier response has it. */
const takenOf = ({ socket }: ServerResponse): number | undefined =>
  socket ? socket.bytesWritten - socket.writableLength : undefined;

/** The same bytes, in parts that are not larger than a piece. */
function piecesOf(parts: readonly Buffer[]): Buffer[] {
  return parts.flatMap((part) => {
    if (part.length <= PIECE_BYTES) return part.length > 0 ? [part] : [];
    const pieces: Buffer[] = [];
    for (let at = 0; at < part.length; at += PIECE_BYTES) pieces.push(part.subarray(at, at + PIECE_BYTES));
    return pieces;
  });
}
