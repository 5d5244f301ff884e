/** Replaces secrets in texts: known values, and anything that looks like a credential. */
import { printedForms } from './printed-forms.ts';

/** Returns the text with its secrets replaced. */
export type Redact = (text: string) => string;

/** A value that must not be shown. */
export interface Secret {
  readonly value: string;
  /** Stands in its place: `${NAME}` for the value of a variable. Absent for `[redacted]`. */
  readonly shown?: string;
}

const BLANK = '[redacted]';

/** A shorter value is replaced only as a whole word, since it may be part of an unrelated word. */
const SHORTEST_PART = 8;

/** A line of this length may have been cut at a bound, in the middle of a secret. */
const CUT_LINE = 500;
const CUT_LINES = new RegExp(`[^\\n]{${CUT_LINE},}`, 'g');
/** Beginnings of secrets that are replaced at the end of such a line. */
const SHORTEST_BEGINNING = 6;

const NAMES = '(?:api|access|private).?key|token|secret|password|passwd|_pass|_pwd|_pat|credentials?|cookie';

/** No pattern looks further back than its first literal word, so a hostile log line takes linear time. */
const PATTERNS: readonly (readonly [pattern: RegExp, replacement: string])[] = [
  // scheme://user:password@host
  [/(:\/\/[^\s:@/]*:)[^\s@/]+(?=@)/g, `$1${BLANK}`],
  [/\b(bearer|basic)\s+[\w.~+/=-]{8,}/gi, `$1 ${BLANK}`],
  // NAME=value, "name": "value", name: value; the name of a variable may stay
  [new RegExp(`((?:${NAMES})["']?\\s*[=:]\\s*["']?)(?!\\$\\{)[^\\s"',;&]{3,}`, 'gi'), `$1${BLANK}`],
  // --token value
  [/(--(?:\w{1,20}-){0,3}(?:key|token|secret|password|passwd|pass)\s+)(?!\$\{)[^\s-]\S{2,}/gi, `$1${BLANK}`],
];

/**
 * Prepares the replacement of some values, in every form in which programs print them. Building takes time in
 * proportion to the values; each text takes time in proportion to its length times the number of values.
 *
 * @param secrets values to replace, of any length: see `secretValues` for what is left out
 */
export function createRedact(secrets: readonly (string | Secret)[]): Redact {
  const replaceKnown = createRedactKnown(secrets);
  return (text) =>
    PATTERNS.reduce((rest, [pattern, blank]) => rest.replace(pattern, blank), replaceKnown(text));
}

/** The same for known values alone: it guesses nothing, so JSON stays JSON. */
export function createRedactKnown(secrets: readonly (string | Secret)[]): Redact {
  const known = new Map<string, string>();
  for (const secret of secrets) {
    const { value, shown = BLANK } = typeof secret === 'string' ? { value: secret } : secret;
    for (const form of printedForms(value)) if (!known.has(form)) known.set(form, shown);
  }
  return (text) => withoutKnown(text, known);
}

/** Ranges are found first and then merged: values that overlap in the text leave nothing of each other. */
function withoutKnown(text: string, known: ReadonlyMap<string, string>): string {
  const cut = text.length < CUT_LINE ? [] : cutLines(text);
  const ranges = [...known].flatMap(([secret, shown]) => [
    ...occurrences(text, secret, shown),
    ...beginnings(text, secret, cut),
  ]);
  if (ranges.length === 0) return text;
  ranges.sort((a, b) => a.start - b.start || b.end - a.end);
  let result = '';
  let end = 0;
  for (const range of ranges) {
    if (range.start >= end) result += text.slice(end, range.start) + range.shown;
    end = Math.max(end, range.end);
  }
  return result + text.slice(end);
}

interface Range {
  readonly start: number;
  readonly end: number;
  readonly shown: string;
}

function occurrences(text: string, secret: string, shown: string): readonly Range[] {
  const found: Range[] = [];
  for (let at = text.indexOf(secret); at >= 0; at = text.indexOf(secret, at + secret.length)) {
    const range = { start: at, end: at + secret.length, shown };
    if (secret.length >= SHORTEST_PART || isWord(text, range)) found.push(range);
  }
  return found;
}

const WORD = /[\p{L}\p{N}]/u;

const isWord = (text: string, { start, end }: Range): boolean =>
  !WORD.test(text[start - 1] ?? ' ') && !WORD.test(text[end] ?? ' ');

/** Ends of the long lines of a text, before the mark that says how much was cut. */
function cutLines(text: string): readonly number[] {
  const ends: number[] = [];
  for (const { index, 0: line } of text.matchAll(CUT_LINES))
    ends.push(index + line.replace(/…(?: \(\d+ characters\))?$/, '').length);
  return ends;
}

/** The beginning of a secret, where a line was cut before the rest of it. */
function beginnings(text: string, secret: string, ends: readonly number[]): readonly Range[] {
  return ends.flatMap((end) => {
    for (let length = secret.length - 1; length >= SHORTEST_BEGINNING; length--)
      if (text.startsWith(secret.slice(0, length), end - length))
        return [{ start: end - length, end, shown: BLANK }];
    return [];
  });
}
