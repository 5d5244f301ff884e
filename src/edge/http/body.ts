/** Reads request bodies into one buffer each, within limits for one body, for one client, and for all. */
import type { IncomingMessage } from 'node:http';
import type { Clock } from '../../model/clock.ts';
import { Shares } from '../../model/collections/shares.ts';

export type Body =
  | {
      readonly kind: 'whole';
      readonly bytes: Buffer;
      /** Must be called once the bytes are no longer needed: until then a large body counts as held. */
      readonly release: () => void;
    }
  | { readonly kind: 'too-large' }
  /**
   * The large bodies that are held fill the memory that they may use together, or the client's share of it.
   */
  | { readonly kind: 'no-room' }
  /** The client stopped sending its body, or sent it too slowly. */
  | { readonly kind: 'stalled' }
  /** The client went away before its body was complete. */
  | { readonly kind: 'aborted' };

/** Larger bodies count against the memory for large ones; smaller ones never wait for it. */
const SMALL_BYTES = 64 * 1024;
/**
 * Bytes of all large bodies from their first byte until their requests are answered. One client may hold half
 * of them while no other holds any.
 */
const MAX_HELD_BYTES = 512 * 1024 * 1024;
/**
 * Bytes of all small bodies that are incomplete. Beyond it the one that waits longest for more is dropped.
 */
const MAX_INCOMPLETE_BYTES = 64 * 1024 * 1024;
/**
 * How often incomplete bodies are checked: since the check before, each must have grown, a large one by
 * this much.
 */
const STALL_MS = 5_000;
const MIN_GROWTH_BYTES = 16 * 1024;

interface BodyLimits {
  readonly heldBytes?: number | undefined;
  readonly incompleteBytes?: number;
}

/**
 * The caller must close the reader. Its timer runs on for one period after the last body: a timer for each
 * request would cost every call.
 */
export class BodyReader {
  readonly #clock: Clock | undefined;
  readonly #held: Shares;
  readonly #maxIncompleteBytes: number;
  /** Bodies under way; the one that grew least recently is the first. */
  readonly #incomplete = new Set<IncompleteBody>();
  /** Of all small bodies under way. */
  readonly #small = { bytes: 0 };
  #check: { cancel(): void } | undefined;

  /** Without a clock, no body counts as stalled: for sockets that only this user can open. */
  constructor(clock?: Clock, limits: BodyLimits = {}) {
    const { heldBytes = MAX_HELD_BYTES, incompleteBytes = MAX_INCOMPLETE_BYTES } = limits;
    this.#clock = clock;
    this.#held = new Shares(heldBytes);
    this.#maxIncompleteBytes = incompleteBytes;
  }

  /**
   * Bytes beyond the limit are read and thrown away up to the same amount again, since most clients look at
   * the answer only after they have sent everything. Never rejects.
   *
   * @param owner the client whose share of the memory the body counts against
   */
  read(request: IncomingMessage, limitBytes: number, owner: string): Promise<Body> {
    if (Number(request.headers['content-length']) > 2 * limitBytes)
      return Promise.resolve({ kind: 'too-large' });
    const { promise, resolve } = Promise.withResolvers<Body>();
    const memory = { held: this.#held, small: this.#small, owner };
    const body = new IncompleteBody(limitBytes, memory, (result) => {
      this.#incomplete.delete(body);
      resolve(result);
    });
    this.#incomplete.add(body);
    this.#check ??= this.#clock?.setTimeout(() => this.#dropStalled(), STALL_MS);
    this.#follow(request, body);
    return promise;
  }

  /** In a function of its own: listeners made in `read` would keep its promise, and with it the bytes. */
  #follow(request: IncomingMessage, body: IncompleteBody): void {
    request.on('data', (chunk: Buffer) => this.#grow(body, chunk));
    request.on('end', () => body.end());
    request.on('close', () => body.settle({ kind: 'aborted' }));
    request.on('error', () => body.settle({ kind: 'aborted' }));
  }

  #grow(body: IncompleteBody, chunk: Buffer): void {
    body.push(chunk);
    if (!this.#incomplete.delete(body)) return;
    this.#incomplete.add(body);
    for (const oldest of this.#incomplete) {
      if (this.#small.bytes <= this.#maxIncompleteBytes) break;
      if (oldest.isSmall && oldest !== body) oldest.settle({ kind: 'stalled' });
    }
  }

  close(): void {
    this.#check?.cancel();
  }

  #dropStalled(): void {
    for (const body of [...this.#incomplete]) if (body.hasStalled()) body.settle({ kind: 'stalled' });
    const isNeeded = this.#incomplete.size > 0;
    this.#check = isNeeded ? this.#clock?.setTimeout(() => this.#dropStalled(), STALL_MS) : undefined;
  }
}

/** What the bytes of a body count against. */
interface BodyMemory {
  readonly held: Shares;
  readonly small: { bytes: number };
  readonly owner: string;
}

class IncompleteBody {
  readonly #limitBytes: number;
  readonly #memory: BodyMemory;
  /** Undefined once it is settled. It holds the promise, and with it the bytes. */
  #onSettled: ((result: Body) => void) | undefined;
  #chunks: Buffer[] = [];
  #size = 0;
  #smallBytes = 0;
  #largeBytes = 0;
  /** Size at the last check; undefined before the first one. */
  #checkedSize: number | undefined;

  constructor(limitBytes: number, memory: BodyMemory, onSettled: (result: Body) => void) {
    this.#limitBytes = limitBytes;
    this.#memory = memory;
    this.#onSettled = onSettled;
  }

  get isSmall(): boolean {
    return this.#smallBytes > 0;
  }

  push(chunk: Buffer): void {
    this.#size += chunk.length;
    if (!this.#onSettled) return;
    if (this.#size > 2 * this.#limitBytes) this.settle({ kind: 'too-large' });
    else if (this.#size > this.#limitBytes) this.#drop();
    else if (!this.#count()) this.settle({ kind: 'no-room' });
    else this.#chunks.push(chunk);
  }

  end(): void {
    if (this.#size > this.#limitBytes) this.settle({ kind: 'too-large' });
    else {
      const { held, owner } = this.#memory;
      const largeBytes = this.#largeBytes;
      // Now `release` gives them back.
      this.#largeBytes = 0;
      const release = onceOnly(() => held.give(owner, largeBytes));
      this.settle({ kind: 'whole', bytes: joined(this.#chunks), release });
    }
  }

  /** Later calls do nothing. */
  settle(result: Body): void {
    const onSettled = this.#onSettled;
    this.#onSettled = undefined;
    this.#drop();
    onSettled?.(result);
  }

  /** True if the body has not grown enough since the last call. Never at the first one. */
  hasStalled(): boolean {
    const needed = this.#size > SMALL_BYTES ? MIN_GROWTH_BYTES : 1;
    const isStalled = this.#checkedSize !== undefined && this.#size < this.#checkedSize + needed;
    this.#checkedSize = this.#size;
    return isStalled;
  }

  /** False if there is no room for what has arrived. */
  #count(): boolean {
    const { held, small, owner } = this.#memory;
    const isLarge = this.#size > SMALL_BYTES;
    if (isLarge && !held.take(owner, this.#size - this.#largeBytes)) return false;
    if (isLarge) this.#largeBytes = this.#size;
    const smallBytes = isLarge ? 0 : this.#size;
    small.bytes += smallBytes - this.#smallBytes;
    this.#smallBytes = smallBytes;
    return true;
  }

  #drop(): void {
    const { held, small, owner } = this.#memory;
    held.give(owner, this.#largeBytes);
    small.bytes -= this.#smallBytes;
    this.#largeBytes = 0;
    this.#smallBytes = 0;
    this.#chunks = [];
  }
}

function onceOnly(act: () => void): () => void {
  let isDone = false;
  return () => {
    if (!isDone) act();
    isDone = true;
  };
}

const joined = (chunks: readonly Buffer[]): Buffer =>
  chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
