/** Below this size neighbours are joined, so that a line that comes byte by byte does not cost an object a byte. */
const SMALL = 32 * 1024;

export interface Pieces {
  readonly length: number;
  add(piece: Buffer): void;
  /** Everything so far (and `last` behind it) as one buffer, which empties the list. */
  take(last?: Buffer): Buffer;
}

/** The chunks of one line. Pieces of growing size are joined in pairs, which copies each byte a bounded number of times. */
export function createPieces(): Pieces {
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
      const whole = list.length === 1 ? (list[0] as Buffer) : Buffer.concat(list);
      list = [];
      length = 0;
      return whole;
    },
  };
}
