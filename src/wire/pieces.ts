/** Below this size neighbours are joined, so that a line that comes byte by byte does not cost an object a byte. */
const SMALL = 32 * 1024;

export interface Pieces {
  readonly length: number;
  add(piece: Buffer): void;
  /** Everything so far (and `last` behind it) as one buffer, which empties the list. */
  take(last?: Buffer): Buffer;
}

/**
 * Gives back the memory of a chunk that is copied. Left to the collector, the chunks of large messages bring about full collections,
 * each of which looks at everything that is alive.
 */
function free(chunk: Buffer): void {
  const { buffer, byteLength } = chunk;
  if (byteLength >= SMALL && byteLength === buffer.byteLength && buffer instanceof ArrayBuffer)
    buffer.transfer(0);
}

/**
 * The chunks of one line. Pieces of growing size are joined in pairs, which copies each byte a bounded number of times.
 * @param isOwner nobody else holds the chunks that are added: each that is all of its memory gives it back once it is copied
 */
export function createPieces(isOwner = false): Pieces {
  let list: Buffer[] = [];
  let length = 0;
  const add = (added: Buffer): void => {
    if (added.length === 0) return;
    length += added.length;
    let piece = added;
    for (;;) {
      const before = list.at(-1);
      if (!before || piece.length >= SMALL || before.length > piece.length) break;
      list.pop();
      piece = Buffer.concat([before, piece]);
    }
    list.push(piece);
  };
  return {
    get length() {
      return length;
    },
    add,
    take(last) {
      if (last) add(last);
      const parts = list;
      list = [];
      length = 0;
      if (parts.length === 1) return parts[0] as Buffer;
      const whole = Buffer.concat(parts);
      if (isOwner) for (const part of parts) free(part);
      return whole;
    },
  };
}
