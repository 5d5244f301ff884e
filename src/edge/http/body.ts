/** Reads request bodies into one buffer each, within a limit for one body and a limit for all. */
import type { IncomingMessage } from 'node:http';

export type Body =
  | { readonly kind: 'whole'; readonly bytes: Buffer }
  | { readonly kind: 'too-large' }
  /** The bodies that are being read fill the memory that they may use together. */
  | { readonly kind: 'no-room' }
  /** The client went away before its body was complete. */
  | { readonly kind: 'aborted' };

/**
 * Bytes of all bodies that are being read at once: clients that send large ones slowly must not fill the
 * memory together.
 */
const MAX_HELD_BYTES = 512 * 1024 * 1024;

export class BodyReader {
  readonly #maxHeldBytes: number;
  #heldBytes = 0;

  constructor(maxHeldBytes = MAX_HELD_BYTES) {
    this.#maxHeldBytes = maxHeldBytes;
  }

  /**
   * Bytes beyond the limit are read and thrown away up to the same amount again, since most clients look at
   * the answer only after they have sent everything. Never rejects.
   */
  read(request: IncomingMessage, limitBytes: number): Promise<Body> {
    if (Number(request.headers['content-length']) > 2 * limitBytes)
      return Promise.resolve({ kind: 'too-large' });
    const { promise, resolve } = Promise.withResolvers<Body>();
    let chunks: Buffer[] = [];
    let size = 0;
    let ownBytes = 0;
    let isSettled = false;
    const drop = (): void => {
      this.#heldBytes -= ownBytes;
      ownBytes = 0;
      chunks = [];
    };
    const settle = (body: Body): void => {
      isSettled = true;
      drop();
      resolve(body);
    };
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (isSettled) return;
      if (size > 2 * limitBytes) settle({ kind: 'too-large' });
      else if (size > limitBytes) drop();
      else if (this.#heldBytes + chunk.length > this.#maxHeldBytes) settle({ kind: 'no-room' });
      else {
        this.#heldBytes += chunk.length;
        ownBytes += chunk.length;
        chunks.push(chunk);
      }
    });
    request.on('end', () =>
      settle(size > limitBytes ? { kind: 'too-large' } : { kind: 'whole', bytes: joined(chunks) }),
    );
    request.on('close', () => settle({ kind: 'aborted' }));
    request.on('error', () => settle({ kind: 'aborted' }));
    return promise;
  }
}

const joined = (chunks: readonly Buffer[]): Buffer =>
  chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
