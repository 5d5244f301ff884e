/** Reads a request's body into one buffer, never holding more than the limit. */
import type { IncomingMessage } from 'node:http';

export type Body =
  | { readonly kind: 'whole'; readonly bytes: Buffer }
  | { readonly kind: 'too-large' }
  /** All bodies that are being read fill the memory that is there for them. */
  | { readonly kind: 'no-room' }
  /** The client went away in the middle. */
  | { readonly kind: 'aborted' };

/** Bytes of all bodies that are being read at once: clients that send large ones slowly must not fill the memory together. */
const MAX_HELD = 512 * 1024 * 1024;
let held = 0;

/**
 * What exceeds `limit` (bytes) is read on and thrown away up to the same amount again, since most clients only look at the
 * answer after they have sent everything.
 */
export function readBody(request: IncomingMessage, limit: number): Promise<Body> {
  if (Number(request.headers['content-length']) > 2 * limit) return Promise.resolve({ kind: 'too-large' });
  const { promise, resolve } = Promise.withResolvers<Body>();
  let chunks: Buffer[] = [];
  let size = 0;
  let own = 0;
  let isSettled = false;
  const drop = (): void => {
    held -= own;
    own = 0;
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
    if (size > 2 * limit) settle({ kind: 'too-large' });
    else if (size > limit) drop();
    else if (held + chunk.length > MAX_HELD) settle({ kind: 'no-room' });
    else {
      held += chunk.length;
      own += chunk.length;
      chunks.push(chunk);
    }
  });
  request.on('end', () =>
    settle(size > limit ? { kind: 'too-large' } : { kind: 'whole', bytes: joined(chunks) }),
  );
  request.on('close', () => settle({ kind: 'aborted' }));
  request.on('error', () => settle({ kind: 'aborted' }));
  return promise;
}

const joined = (chunks: readonly Buffer[]): Buffer =>
  chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
