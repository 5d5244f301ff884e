/** Replaces secrets in texts: known values, and anything that looks like a credential. */
import { withoutColours } from '../model/text/visible.ts';
import { CutParts, type Part } from './cut-parts.ts';
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

const NAMES = '(?:api|access|private).?key|token|secret|password|passwd|_pass|_pwd|_pat|credentials?|cookie';

/** No pattern looks further back than its first literal word, so a hostile log line takes linear time. */
const PATTERNS: readonly (readonly [pattern: RegExp, replacement: string])[] = [
  // scheme://user:password@host
  [/(:\/\/[^\s:@/]*:)[^\s@/]+(?=@)/g, `$1${BLANK}`],
  [/\b(bearer|basic)\s+[\w.~+/=-]{8,}/gi, `$1 ${BLANK}`],
  // NAME=value, "name": "value", name: value; the name of a variable may stay, and that of a secret
  [
    new RegExp(`((?<!\\$\\{)(?:${NAMES})["']?\\s*[=:]\\s*["']?)(?!\\$\\{)[^\\s"',;&]{3,}`, 'gi'),
    `$1${BLANK}`,
  ],
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
  const cutParts = new CutParts([...known.keys()]);
  // Colours are dropped where a text is shown: one within a secret must not hide it before.
  return (text) => withoutKnown(withoutColours(text), known, cutParts);
}

/** Ranges are found first and then merged: values that overlap in the text leave nothing of each other. */
function withoutKnown(text: string, known: ReadonlyMap<string, string>, cutParts: CutParts): string {
  const ranges = [...known].flatMap(([secret, shown]) => occurrences(text, secret, shown));
  for (const part of cutParts.in(text)) ranges.push({ ...part, shown: BLANK });
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

interface Range extends Part {
  readonly shown: string;
}

function occurrences(text: string, secret: string, shown: string): Range[] {
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
