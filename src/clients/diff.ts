/** The difference of two texts as a unified diff of one hunk, with the values of others left out. */
import { maskedLines } from './mask.ts';

const CONTEXT_LINES = 3;

interface Sides {
  readonly before: string;
  readonly after: string;
  readonly format: 'json' | 'toml' | 'yaml';
  /** Values that may be shown. */
  readonly shown: ReadonlySet<string>;
}

/** Lines of the diff without its head; none for equal texts. Edits of one entry are one hunk. */
export function diffLines({ before, after, format, shown }: Sides): string[] {
  const [old, next] = [before, after].map(linesOf) as [string[], string[]];
  if (before === after) return [];
  const head = commonLength(old, next);
  const tail = commonLength(old.slice(head).reverse(), next.slice(head).reverse());
  const from = Math.max(0, head - CONTEXT_LINES);
  const [oldEnd, nextEnd] = [old.length - tail, next.length - tail];
  const until = Math.min(CONTEXT_LINES, tail);
  const [oldShown, nextShown] = [before, after].map((text) => maskedLines(text, format, shown)) as [
    string[],
    string[],
  ];
  return [
    `@@ -${range(from, oldEnd + until)} +${range(from, nextEnd + until)} @@`,
    ...oldShown.slice(from, head).map((line) => ` ${line}`),
    ...oldShown.slice(head, oldEnd).map((line) => `-${line}`),
    ...nextShown.slice(head, nextEnd).map((line) => `+${line}`),
    ...nextShown.slice(nextEnd, nextEnd + until).map((line) => ` ${line}`),
  ];
}

/** Without the empty line behind the last line end. */
const linesOf = (text: string): string[] => (text === '' ? [] : text.replace(/\n$/, '').split('\n'));

function commonLength(one: readonly string[], other: readonly string[]): number {
  const different = one.findIndex((line, index) => line !== other[index]);
  return different < 0 ? one.length : different;
}

const range = (from: number, to: number): string => `${to === from ? from : from + 1},${to - from}`;
