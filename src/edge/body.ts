/** Reads a request's body into one buffer, never holding more than the limit. */
import type { IncomingMessage } from 'node:http';

export type Body =
  | { readonly kind: 'whole'; readonly bytes: Buffer }
  | { readonly kind: 'too-large' }
  /** The client went away in the middle. */
  | { readonly kind: 'aborted' };

/**
 * What exceeds `limit` (bytes) is read on and thrown away up to the same amount again, since most clients only look at the
 * answer after they have sent everything.
 */
export function readBody(request: IncomingMessage, limit: number): Promise<Body> {
  const { promise, resolve } = Promise.withResolvers<Body>();
  const chunks: Buffer[] = [];
  let size = 0;
  if (Number(request.headers['content-length']) > 2 * limit) return Promise.resolve({ kind: 'too-large' });
  request.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size <= limit) chunks.push(chunk);
    else chunks.length = 0;
    if (size > 2 * limit) resolve({ kind: 'too-large' });
  });
  request.on('end', () =>
    resolve(size > limit ? { kind: 'too-large' } : { kind: 'whole', bytes: joined(chunks) }),
  );
  request.on('close', () => resolve({ kind: 'aborted' }));
  request.on('error', () => resolve({ kind: 'aborted' }));
  return promise;
}

const joined = (chunks: readonly Buffer[]): Buffer =>
  chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
