/** Finds what is left of secrets where a text was cut: beginnings before a cut, and ends behind it. */

/** Part of a text, up to but not including `end`. */
export interface Part {
  readonly start: number;
  readonly end: number;
}

/** Words begin so in brackets that stand for text left out: `<snip>`, `(12 more bytes)`. */
const LEFT_OUT = [
  ...['snip', 'trunc', 'omit', 'redact', 'hid', 'mask', 'elid', 'cut', 'remov', 'filter', 'secret', 'sanit'],
  ...['skip', 'censor', 'more', 'char', 'byte'],
].join('|');

/** Stands where text was left out. Hive writes the first (model/text/cut.ts), other programs all of them. */
const MARK = new RegExp(
  [
    '…',
    String.raw`\.{3}`,
    '[*∗•●·⋯█]{2,}',
    '#{3,}',
    '[xX]{4,}',
    // Both ends are bounded: a text of brackets alone takes linear time.
    String.raw` ?[<[({]{1,2}[^<>[\](){}\n]{0,40}?\b(?:${LEFT_OUT})[^<>[\](){}\n]{0,40}[>\])}]{1,2} ?`,
  ].join('|'),
  'giu',
);
/** Between a part of a secret and a mark, as in `"abc"...` and `abc[...]`, unless they belong to the part. */
const SIGNS_BEFORE_MARK = /["'`[(<]{1,3}$/;
const SIGNS_BEHIND_MARK = /^["'`\])>]{1,3}/;
const MAX_SIGNS = 3;
/** Characters. A shorter part of a secret stands at the marks of ordinary texts as well. */
const SHORTEST_PART = 4;
/** Characters. A text between two marks is compared with the middles of secrets from this length on. */
const SHORTEST_MIDDLE = 32;
/** A shorter secret counts only from the beginning, or to the end, of a word. */
const SHORTEST_IN_WORD = 8;

/** A line of this length may have been cut by another program, which left no mark. */
const LONG_LINE = 500;
const LONG_LINES = new RegExp(`[^\\n]{${LONG_LINE},}`, 'g');
/** Beginnings of secrets that are hidden at the end of such a line. */
const SHORTEST_UNMARKED = 6;

const WORD = /[\p{L}\p{N}]/u;

/** A piece of a text between two places where something may be missing. */
interface Piece extends Part {
  readonly isCutBefore: boolean;
  readonly isCutBehind: boolean;
}

/** Looking into a text takes time in proportion to its length, and memory in proportion to the secrets. */
export class CutParts {
  readonly #forms: readonly string[];
  /** Forms by their first characters, and by their last ones. */
  readonly #byStart: ReadonlyMap<string, readonly string[]>;
  readonly #byEnd: ReadonlyMap<string, readonly string[]>;
  readonly #longest: number;

  /** @param printed every form in which a secret may be printed */
  constructor(printed: readonly string[]) {
    const forms = [...new Set([...printed, ...printed.flatMap(betweenOwnMarks)])];
    this.#forms = forms;
    this.#byStart = Map.groupBy(forms, (form) => form.slice(0, SHORTEST_PART));
    this.#byEnd = Map.groupBy(forms, (form) => form.slice(-SHORTEST_PART));
    this.#longest = forms.reduce((longest, { length }) => Math.max(longest, length), 0);
  }

  /** Parts of secrets at the cuts of a text; whole secrets are not looked for. */
  in(text: string): readonly Part[] {
    const pieces = piecesOf(text);
    const longLines = text.length < LONG_LINE ? [] : [...text.matchAll(LONG_LINES)];
    return [
      ...pieces.flatMap((piece) => this.#inPiece(text, piece)),
      ...longLines.flatMap(({ index, 0: { length } }) => {
        const line = { start: index, end: index + length };
        return this.#beginning(text, line, SHORTEST_UNMARKED) ?? [];
      }),
    ];
  }

  #inPiece(text: string, piece: Piece): readonly Part[] {
    if (piece.end - piece.start < SHORTEST_PART) return [];
    const { isCutBefore, isCutBehind } = piece;
    if (isCutBefore && isCutBehind && this.#isMiddle(text.slice(piece.start, piece.end))) return [piece];
    return [
      (isCutBehind && this.#beforeMark(text, piece)) || [],
      (isCutBefore && this.#behindMark(text, piece)) || [],
    ].flat();
  }

  #beforeMark(text: string, { start, end }: Part): Part | undefined {
    const signs = SIGNS_BEFORE_MARK.exec(text.slice(Math.max(start, end - MAX_SIGNS), end))?.[0].length ?? 0;
    const part = this.#beginning(text, { start, end }, SHORTEST_PART);
    return (
      part ?? (signs > 0 ? this.#beginning(text, { start, end: end - signs }, SHORTEST_PART) : undefined)
    );
  }

  #behindMark(text: string, { start, end }: Part): Part | undefined {
    const signs = SIGNS_BEHIND_MARK.exec(text.slice(start, start + MAX_SIGNS))?.[0].length ?? 0;
    const part = this.#end(text, { start, end });
    return part ?? (signs > 0 ? this.#end(text, { start: start + signs, end }) : undefined);
  }

  /** The longest beginning of a secret that reaches to the end of the piece. */
  #beginning(text: string, { start, end }: Part, shortest: number): Part | undefined {
    for (let at = Math.max(start, end - this.#longest); at <= end - shortest; at++) {
      const forms = this.#byStart.get(text.slice(at, at + SHORTEST_PART));
      const part = forms && text.slice(at, end);
      const isWhole = !WORD.test(text[at - 1] ?? ' ');
      if (part && forms.some((form) => isPartOf(form, part, isWhole) && form.startsWith(part)))
        return { start: at, end };
    }
    return undefined;
  }

  /** The longest end of a secret with which the piece begins. */
  #end(text: string, { start, end }: Part): Part | undefined {
    for (let to = Math.min(end, start + this.#longest); to >= start + SHORTEST_PART; to--) {
      const forms = this.#byEnd.get(text.slice(to - SHORTEST_PART, to));
      const part = forms && text.slice(start, to);
      const isWhole = !WORD.test(text[to] ?? ' ');
      if (part && forms.some((form) => isPartOf(form, part, isWhole) && form.endsWith(part)))
        return { start, end: to };
    }
    return undefined;
  }

  #isMiddle(piece: string): boolean {
    if (piece.length < SHORTEST_MIDDLE) return false;
    return this.#forms.some((form) => form.length > piece.length && form.includes(piece));
  }
}

/** A secret with a mark in it is taken apart there as the text is. */
const betweenOwnMarks = (form: string): string[] =>
  form.split(MARK).filter((it) => it.length >= SHORTEST_PART);

const isPartOf = (form: string, part: string, isWhole: boolean): boolean =>
  form.length > part.length && (isWhole || form.length >= SHORTEST_IN_WORD);

function piecesOf(text: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let start = 0;
  for (const { index, 0: mark } of text.matchAll(MARK)) {
    pieces.push({ start, end: index, isCutBefore: start > 0, isCutBehind: true });
    start = index + mark.length;
  }
  // Without a mark, nothing was cut.
  if (start > 0) pieces.push({ start, end: text.length, isCutBefore: true, isCutBehind: false });
  return pieces;
}
