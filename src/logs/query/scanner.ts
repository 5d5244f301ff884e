/** Splits a query into its words, phrases, patterns and filters, each with its place. */
import { queryError } from './query-error.ts';

export interface Token {
  readonly kind: 'word' | 'phrase' | 'pattern' | 'filter';
  readonly isNot: boolean;
  /** The word, the phrase without its quotes, the source of the pattern, or the value of the filter. */
  readonly text: string;
  /** Flags of a pattern. */
  readonly flags: string;
  /** Name and operator of a filter: `level`, `>=`. */
  readonly key: string;
  readonly operator: string;
  /** Place in the query. */
  readonly at: number;
  readonly length: number;
}

/** Name and operator before a value. */
const FILTER = /([A-Za-z_@][\w.@-]*)(>=|<=|[:=<>])/y;
/** A pattern up to its closing slash, which a class may hold as well; then flags, then a space or the end. */
const PATTERN = /\/((?:[^\\/[]|\\.|\[(?:[^\\\]]|\\.)*\])+)\/([A-Za-z]*)(?=\s|$)/y;
const WORD = /\S+/y;

/** A longer query is a mistake. */
const MAX_CHARACTERS = 2_000;
const MAX_TOKENS = 50;

/** @throws GatewayError USAGE */
export function scan(query: string): Token[] {
  if (query.length > MAX_CHARACTERS)
    throw queryError(
      query,
      { at: 0, length: 1 },
      `the query is longer than ${MAX_CHARACTERS} characters`,
      'write less',
    );
  const tokens: Token[] = [];
  for (let at = after(query, /\s*/y, 0); at < query.length; at = after(query, /\s*/y, endOf(tokens))) {
    tokens.push(tokenAt(query, at));
    if (tokens.length > MAX_TOKENS)
      throw queryError(
        query,
        { at, length: 1 },
        `the query has more than ${MAX_TOKENS} terms`,
        'write fewer',
      );
  }
  return tokens;
}

function endOf(tokens: readonly Token[]): number {
  const { at = 0, length = 0 } = tokens.at(-1) ?? {};
  return at + length;
}

const after = (query: string, expression: RegExp, at: number): number =>
  at + (matchAt(query, expression, at)?.[0].length ?? 0);

function matchAt(query: string, expression: RegExp, at: number): RegExpExecArray | null {
  expression.lastIndex = at;
  return expression.exec(query);
}

function tokenAt(query: string, at: number): Token {
  const isNot = /-[\p{L}\p{N}"/*_]/uy.test(query.slice(at, at + 3));
  const from = isNot ? at + 1 : at;
  const token = (end: number, rest: Partial<Token>): Token => ({
    kind: 'word',
    text: query.slice(from, end),
    flags: '',
    key: '',
    operator: '',
    ...rest,
    isNot,
    at,
    length: end - at,
  });
  if (query[from] === '"') {
    const { text, end } = quoted(query, from);
    return token(end, { kind: 'phrase', text });
  }
  const pattern = matchAt(query, PATTERN, from);
  if (pattern) {
    const [all, text = '', flags = ''] = pattern;
    return token(from + all.length, { kind: 'pattern', text, flags });
  }
  const filter = matchAt(query, FILTER, from);
  if (filter) {
    const [all, key = '', operator = ''] = filter;
    const { text, end } = valueAt(query, from + all.length);
    return token(end, { kind: 'filter', key, operator, text });
  }
  return token(after(query, WORD, from), {});
}

function valueAt(query: string, at: number): { text: string; end: number } {
  if (query[at] === '"') return quoted(query, at);
  const end = after(query, WORD, at);
  return { text: query.slice(at, end), end };
}

/** `\"` and `\\` stand for a quote and a backslash. @throws GatewayError USAGE */
function quoted(query: string, at: number): { text: string; end: number } {
  const [all, text = ''] = matchAt(query, /"((?:[^"\\]|\\[\s\S])*)"/y, at) ?? [];
  if (all === undefined)
    throw queryError(
      query,
      { at, length: 1 },
      'this quote is not closed',
      'close it, or write \\" in a phrase for a quote itself',
    );
  return { text: text.replace(/\\(["\\])/g, '$1'), end: at + all.length };
}
