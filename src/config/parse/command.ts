/**
 * Splits a command line into words as a POSIX shell does. Nothing is expanded, and shell operators are
 * refused.
 */

export type Split =
  | { readonly words: readonly string[] }
  | { readonly problem: string; readonly hint: string };

const SEPARATOR = Symbol('space between words');
const REFERENCE = /\$\{[^}]*\}/y;
const PLAIN = /[^\s"'\\|&;<>`$]+/y;
const DOUBLE = /"((?:\\[\s\S]|[^"\\])*)"/y;
const SINGLE = /'([^']*)'/y;
const ESCAPED = /\\([\s\S])/y;
const SPACE = /\s+/y;
const SHELL = /\$\(|\|\|?|&&?|;|<<?|>>?|`/y;

/** Splits a command line. `${VAR}` references stay whole; quotes and backslashes are removed. */
export function splitCommand(line: string): Split {
  const words: string[] = [];
  let word: string | undefined;
  let at = 0;
  const take = (expression: RegExp): RegExpExecArray | null => {
    expression.lastIndex = at;
    const match = expression.exec(line);
    at += match?.[0].length ?? 0;
    return match;
  };
  const lastBrace = line.lastIndexOf('}');
  while (at < line.length) {
    const part = nextPart(take, at < lastBrace);
    if (part === SEPARATOR) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (typeof part === 'object') return problemAt(line, at, part.operator);
    else word = (word ?? '') + part;
  }
  return { words: word === undefined ? words : [...words, word] };
}

type Take = (expression: RegExp) => RegExpExecArray | null;

/**
 * The next stretch without its quoting; a shell operator; or an undefined operator for a quote that is never
 * closed.
 * @param mayRefer false where no brace follows that could close a reference: looking for it each time would
 *   take quadratic time
 */
function nextPart(
  take: Take,
  mayRefer: boolean,
): string | typeof SEPARATOR | { operator: string | undefined } {
  if (take(SPACE)) return SEPARATOR;
  const literal =
    (mayRefer ? take(REFERENCE)?.[0] : undefined) ??
    take(PLAIN)?.[0] ??
    take(SINGLE)?.[1] ??
    take(ESCAPED)?.[1];
  if (literal !== undefined) return literal;
  const quoted = take(DOUBLE)?.[1];
  if (quoted !== undefined) return quoted.replace(/\\(["\\$`])/g, '$1').replace(/\\\n/g, '');
  const operator = take(SHELL)?.[0];
  return operator === undefined && take(/\$/y) ? '$' : { operator };
}

function problemAt(line: string, at: number, operator: string | undefined): Split {
  if (operator !== undefined)
    return {
      problem: `uses ${operator}, which only a shell understands`,
      hint: `write ["sh", "-c", ${JSON.stringify(line)}], or quote it to pass it as text`,
    };
  const what = line[at] === '\\' ? 'ends in a backslash' : `has a ${line[at]} that is never closed`;
  return { problem: what, hint: 'close the quote, or write the command as a list: ["program", "argument"]' };
}
