/** Gathers the chunks of one line until it is complete. */

/**
 * Neighbours below this size are joined, so that a line that arrives byte by byte does not cost one object
 * per byte.
 */
const SMALL_BYTES = 32 * 1024;

export interface Pieces {
  readonly length: number;
  add(piece: Buffer): void;
  /** Empties the list: everything so far, and `last` after it, as one buffer. */
  take(last?: Buffer): Buffer;
  /** Empties the list without joining what is in it. */
  drain(): readonly Buffer[];
}

/**
 * Frees the memory of a chunk that has been copied. If that is left to the garbage collector, the chunks of
 * large messages cause full collections, each of which visits everything that is alive.
 */
function free(chunk: Buffer): void {
  const { buffer, byteLength } = chunk;
  if (byteLength >= SMALL_BYTES && byteLength === buffer.byteLength && buffer instanceof ArrayBuffer)
    buffer.transfer(0);
}

/**
 * Pieces are joined in pairs of growing size, so that each byte is copied a bounded number of times.
 * @param isOwner true if nobody else uses the added chunks. A chunk that spans its whole memory is then freed
 *   once it has been copied.
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
      if (!before || piece.length >= SMALL_BYTES || before.length > piece.length) break;
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
    drain() {
      const parts = list;
      list = [];
      length = 0;
      return parts;
    },
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
