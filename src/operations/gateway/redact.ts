/** Replaces secrets in texts that servers wrote: known values, and anything that looks like a credential. */
import { printedForms } from './printed-forms.ts';

/** Returns the text with its secrets replaced. */
export type Redact = (text: string) => string;

const BLANK = '[redacted]';

const NAMES = '(?:api|access|private).?key|token|secret|password|passwd|_pass|_pwd|_pat|credentials?|cookie';

/** No pattern looks further back than its first literal word, so a hostile log line takes linear time. */
const PATTERNS: readonly (readonly [pattern: RegExp, replacement: string])[] = [
  // scheme://user:password@host
  [/(:\/\/[^\s:@/]*:)[^\s@/]+(?=@)/g, `$1${BLANK}`],
  [/\b(bearer|basic)\s+[\w.~+/=-]{8,}/gi, `$1 ${BLANK}`],
  // NAME=value, "name": "value", name: value
  [new RegExp(`((?:${NAMES})["']?\\s*[=:]\\s*["']?)[^\\s"',;&]{3,}`, 'gi'), `$1${BLANK}`],
  // --token value
  [/(--(?:\w{1,20}-){0,3}(?:key|token|secret|password|passwd|pass)\s+)[^\s-]\S{2,}/gi, `$1${BLANK}`],
];

/**
 * Prepares the replacement of some values, in every form in which programs print them. Building takes time in
 * proportion to the values; each text takes time in proportion to its length times the number of values.
 *
 * @param secrets values to replace, of any length: see `secretValues` for what is left out
 */
export function createRedact(secrets: readonly string[]): Redact {
  const known = [...new Set(secrets.flatMap(printedForms))];
  return (text) =>
    PATTERNS.reduce((rest, [pattern, blank]) => rest.replace(pattern, blank), withoutKnown(text, known));
}

/** Ranges are found first and then merged: values that overlap in the text leave nothing of each other. */
function withoutKnown(text: string, known: readonly string[]): string {
  const ranges = known.flatMap((secret) => occurrences(text, secret)).sort((a, b) => a.start - b.start);
  let shown = '';
  let end = 0;
  for (const range of ranges) {
    if (range.start >= end) shown += text.slice(end, range.start) + BLANK;
    end = Math.max(end, range.end);
  }
  return shown + text.slice(end);
}

interface Range {
  readonly start: number;
  readonly end: number;
}

function occurrences(text: string, secret: string): readonly Range[] {
  const found: Range[] = [];
  for (let at = text.indexOf(secret); at >= 0; at = text.indexOf(secret, at + secret.length))
    found.push({ start: at, end: at + secret.length });
  return found;
}
