/**
 * Decodes response bodies that a server has compressed. Hive asks for bodies as they are, but a server, or a
 * proxy before it, may compress them all the same (RFC 9110, 8.4 and 12.5.3).
 */

import { pipeline, type Transform } from 'node:stream';
import zlib from 'node:zlib';
import { GatewayError } from '../../../errors.ts';
import { cutEnd } from '../../../model/text/cut.ts';
import { publicUrl } from '../../../model/text/public-url.ts';
import { type HttpBody, type HttpResponse, headerOf } from './response.ts';

/** Codings on top of each other. More are no server's choice, and each costs a window of memory. */
const MAX_CODINGS = 4;
/** Largest window of zstd, as a power of two: 8 MiB (RFC 9659). */
const ZSTD_WINDOW = 23;

const { Z_SYNC_FLUSH, BROTLI_OPERATION_FLUSH, ZSTD_e_continue, ZSTD_e_flush, ZSTD_d_windowLogMax } =
  zlib.constants;
// What is there is passed on at once, and a missing end is no error: event streams are flushed, and are often
// cut off.
const GZIP = { flush: Z_SYNC_FLUSH, finishFlush: Z_SYNC_FLUSH };
const BROTLI = { flush: BROTLI_OPERATION_FLUSH, finishFlush: BROTLI_OPERATION_FLUSH };
const ZSTD = {
  flush: ZSTD_e_continue,
  finishFlush: ZSTD_e_flush,
  params: { [ZSTD_d_windowLogMax]: ZSTD_WINDOW },
};

const DECODERS: Readonly<Record<string, () => Transform>> = {
  gzip: () => zlib.createGunzip(GZIP),
  'x-gzip': () => zlib.createGunzip(GZIP),
  br: () => zlib.createBrotliDecompress(BROTLI),
  zstd: () => zlib.createZstdDecompress(ZSTD),
};

/** A body that cannot be decoded. Its bytes are of no use to anybody, and are never shown. */
export class UndecodableError extends GatewayError {}

/**
 * The response with its body decoded. The body throws UndecodableError when it is read, if it is in a coding
 * that is not known or not in the coding that it claims.
 */
export function decoded(url: string, response: HttpResponse): HttpResponse {
  const header = headerOf(response, 'content-encoding');
  if (header === undefined) return response;
  const codings = header
    .toLowerCase()
    .split(',')
    .map((coding) => coding.trim())
    .filter((coding) => coding !== '' && coding !== 'identity');
  if (codings.length === 0) return response;
  const { statusCode, headers, body } = response;
  return { statusCode, headers, body: new DecodedBody(url, codings, body) };
}

class DecodedBody implements HttpBody {
  readonly #url: string;
  /** In the order in which they were applied. */
  readonly #codings: readonly string[];
  readonly #raw: HttpBody;

  constructor(url: string, codings: readonly string[], raw: HttpBody) {
    this.#url = url;
    this.#codings = codings;
    this.#raw = raw;
  }

  dump(): Promise<void> {
    return this.#raw.dump();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    const isKnown = (coding: string): boolean => coding === 'deflate' || Object.hasOwn(DECODERS, coding);
    if (this.#codings.length > MAX_CODINGS || !this.#codings.every(isKnown)) {
      await this.#raw.dump();
      throw this.#error('which Hive does not decode');
    }
    let source: AsyncIterable<Buffer> = this.#raw;
    for (const coding of this.#codings.toReversed()) source = this.#decode(coding, source);
    yield* source;
  }

  async *#decode(coding: string, source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    let broken: { readonly cause: unknown } | undefined;
    const [decoder, input] = coding === 'deflate' ? await inflater(source) : [DECODERS[coding]?.(), source];
    if (!decoder) return;
    const watched = async function* (): AsyncGenerator<Buffer> {
      try {
        yield* input;
      } catch (cause) {
        broken = { cause };
        throw cause;
      }
    };
    // The result is iterated here, and its errors are thrown by that.
    pipeline(watched, decoder, () => {});
    try {
      yield* decoder as AsyncIterable<Buffer>;
    } catch (cause) {
      if (broken) throw broken.cause;
      throw cause instanceof UndecodableError ? cause : this.#error('and is not');
    }
  }

  #error(what: string): UndecodableError {
    const codings = cutEnd(this.#codings.join(', '), 100);
    return new UndecodableError(
      'SERVER_REFUSED',
      `${publicUrl(this.#url)} marks its answers as content-encoding: ${codings}, ${what}`,
      { hint: 'switch compression off for this path, at the server or at the proxy before it' },
    );
  }
}

/**
 * `deflate` is deflate within zlib, but some servers send it bare. The first byte shows which.
 * @returns the decoder, and all of its input
 */
async function inflater(source: AsyncIterable<Buffer>): Promise<[Transform, AsyncIterable<Buffer>]> {
  const iterator = source[Symbol.asyncIterator]();
  let first = await iterator.next();
  while (!first.done && first.value.length === 0) first = await iterator.next();
  const isZlib = first.done === true || ((first.value[0] as number) & 0x0f) === 8;
  const all = async function* (): AsyncGenerator<Buffer> {
    try {
      for (let part = first; !part.done; part = await iterator.next()) yield part.value;
    } finally {
      await iterator.return?.();
    }
  };
  return [isZlib ? zlib.createInflate(GZIP) : zlib.createInflateRaw(GZIP), all()];
}
