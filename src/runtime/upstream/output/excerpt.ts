/** The part of a server's stderr that errors quote: the causes of a failure, and the lines around its end. */

import { Ring } from '../../../model/collections/ring.ts';
import { CUT, cutEnd } from '../../../model/text/cut.ts';
import { GAP } from '../requests/failures.ts';
import { withoutFrames } from './stack-frames.ts';

const MAX_LINE_CHARACTERS = 1_000;
const FIRST = { maxItems: 60, maxBytes: 16 * 1024, bytesOf: ({ length }: string) => length };
const LAST = { maxItems: 200, maxBytes: 32 * 1024, bytesOf: ({ length }: string) => length };

/** What is quoted, in lines and characters. */
const MAX_QUOTED_LINES = 20;
const MAX_QUOTED_CHARACTERS = 8 * 1024;
const MAX_CAUSES = 6;
/** The last lines that stand below causes, and the first lines if no cause is found. */
const LAST_WITH_CAUSES = 5;
const FIRST_WITHOUT_CAUSE = 3;

/** Lines come by the million and are quoted rarely, so they are looked at only then. */
export class Excerpt {
  readonly #last: Ring<string>;
  #first: string[] = [];
  #firstCharacters = 0;
  #isFirstOpen = true;
  /** Number of the last line before the server had come up; undefined until then. */
  #startedAt: number | undefined;

  constructor() {
    this.#last = new Ring<string>(LAST);
  }

  push(line: string): void {
    const short = cutEnd(line, MAX_LINE_CHARACTERS - CUT.length);
    if (short.trim() === '') return;
    this.#last.push(short);
    if (!this.#isFirstOpen) return;
    this.#first.push(short);
    this.#firstCharacters += short.length;
    this.#isFirstOpen = this.#first.length < FIRST.maxItems && this.#firstCharacters < FIRST.maxBytes;
  }

  get lastLine(): string | undefined {
    return this.#last.after(this.#last.lastSeq - 1)[0];
  }

  /** The server has come up: what it wrote before explains a later failure only if nothing else does. */
  started(): void {
    this.#startedAt = this.#last.lastSeq;
    this.#isFirstOpen = false;
    this.#first = [];
  }

  lines(): readonly string[] {
    const last = this.#last.after(0);
    if (this.#startedAt !== undefined) {
      const since = this.#last.after(this.#startedAt);
      return bounded(withoutFrames(since.length > 0 ? since : last).slice(-MAX_QUOTED_LINES));
    }
    // The last lines begin with what the first ones lack, unless there are more than both hold.
    const dropped = this.#last.firstSeq - 1;
    const first = this.#first.slice(0, dropped);
    const gap = dropped > first.length ? [GAP] : [];
    return quoted(withoutFrames([...first, ...gap, ...last]));
  }
}

function quoted(lines: readonly string[]): readonly string[] {
  if (lines.length <= MAX_QUOTED_LINES) return bounded(lines);
  const end = lines.length - LAST_WITH_CAUSES;
  const causes = causesIn(lines.slice(0, end));
  if (causes.length > 0) return bounded([...causes, GAP, ...lines.slice(end)]);
  const head = lines.slice(0, FIRST_WITHOUT_CAUSE);
  return bounded([...head, GAP, ...lines.slice(-(MAX_QUOTED_LINES - head.length - 1))]);
}

/** Long lines are cut, each by as much as the others. */
function bounded(lines: readonly string[]): readonly string[] {
  const length = lines.reduce((sum, line) => sum + line.length, 0);
  if (length <= MAX_QUOTED_CHARACTERS) return lines;
  const each = Math.floor(MAX_QUOTED_CHARACTERS / lines.length) - CUT.length;
  return lines.map((line) => cutEnd(line, each));
}

/** A line that begins like an error. */
const ERROR = new RegExp(
  String.raw`^\W{0,4}(?:\[[^\]]*\]\s*)?` +
    String.raw`(?:[\w.]*(?:Error|Exception|Fatal|Panic)\b` +
    String.raw`|(?:error|fatal|panic|critical|npm err(?:or|!))(?![\w-]))`,
  'i',
);

/** A line that says what is missing or refused. */
const COMPLAINT = anyOf(
  'not (?:set|provided|found|defined|configured|specified)',
  'must (?:be )?(?:set|provided?|specified|defined)',
  "required|missing|no such|denied|invalid|cannot|can't|could not|unable to|failed to",
);

/** Usage texts speak of what is required as well. */
const USAGE = /^\s*(?:-{1,2}\w|usage\b|options?\b|arguments?\b|examples?\b)|^\s+\S+(?: <\S+>)? {2,}\S/i;

/** Whole words, in either case. */
function anyOf(...words: readonly string[]): RegExp {
  return new RegExp(String.raw`\b(?:${words.join('|')})\b`, 'i');
}

/** The first and the last of the lines that name a cause, in their order. */
export function causesIn(lines: readonly string[]): string[] {
  const errors = lines.filter((line) => ERROR.test(line) && !USAGE.test(line));
  const found =
    errors.length > 0 ? errors : lines.filter((line) => COMPLAINT.test(line) && !USAGE.test(line));
  const distinct = [...new Set(found)];
  if (distinct.length <= MAX_CAUSES) return distinct;
  return [...distinct.slice(0, MAX_CAUSES / 2), ...distinct.slice(-MAX_CAUSES / 2)];
}
