/** Finds the tables and the top-level keys of a TOML text, with offsets. */

export interface TomlHeader {
  readonly keys: readonly string[];
  /** True for `[[…]]`. */
  readonly isList: boolean;
  /** Offset of its line. */
  readonly start: number;
}

/** `key = value` before the first table. */
export interface TomlStatement {
  readonly key: string;
  /** Offset of the value. */
  readonly start: number;
  /** Offset behind the value. */
  readonly end: number;
}

export interface TomlOutline {
  readonly headers: readonly TomlHeader[];
  readonly statements: readonly TomlStatement[];
}

const TOKEN =
  /"""(?:\\.|[^\\])*?"{3,5}|'''.*?'{3,5}|"(?:\\.|[^"\\\n])*"|'[^'\n]*'|#[^\n]*|[^"'#\n[\]{}]+|./gs;
const KEY = /[ \t]*("(?:\\.|[^"\\\n])*"|'[^'\n]*'|[\w-]+)[ \t]*(\.|\]|=)?/y;

/** Of a valid text. */
export function outlineOf(text: string): TomlOutline {
  const headers: TomlHeader[] = [];
  const statements: TomlStatement[] = [];
  for (const { start, end } of statementsOf(text)) {
    if (text[start] === '[') headers.push(headerAt(text, start));
    else if (headers.length === 0) statements.push(...statementAt(text, start, end));
  }
  return { headers, statements };
}

/** Extents of tables' headers and of assignments, however many lines they have. */
function statementsOf(text: string): { start: number; end: number }[] {
  const found: { start: number; end: number }[] = [];
  let start: number | undefined;
  let end = 0;
  let depth = 0;
  const finish = (): void => {
    if (start !== undefined) found.push({ start, end });
    start = undefined;
  };
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    if (token === '\n' && depth <= 0) finish();
    if (token.startsWith('#') || token.trim() === '') continue;
    start ??= index + (token.length - token.trimStart().length);
    end = index + token.trimEnd().length;
    if (token === '[' || token === '{') depth++;
    if (token === ']' || token === '}') depth--;
  }
  finish();
  return found;
}

function headerAt(text: string, start: number): TomlHeader {
  const isList = text[start + 1] === '[';
  const keys: string[] = [];
  for (let at = start + (isList ? 2 : 1); ; ) {
    const { key, next, at: behind } = keyAt(text, at);
    if (key === undefined) break;
    keys.push(key);
    if (next !== '.') break;
    at = behind;
  }
  return { keys, isList, start };
}

function statementAt(text: string, from: number, end: number): TomlStatement[] {
  const { key, next, at } = keyAt(text, from);
  if (key === undefined || next !== '=') return [];
  const blanks = /^[ \t]*/.exec(text.slice(at))?.[0].length ?? 0;
  return [{ key, start: at + blanks, end }];
}

function keyAt(text: string, at: number): { key?: string; next?: string | undefined; at: number } {
  KEY.lastIndex = at;
  const [all = '', word, next] = KEY.exec(text) ?? [];
  return word === undefined ? { at } : { key: unquoted(word), next, at: at + all.length };
}

function unquoted(word: string): string {
  if (word.startsWith("'")) return word.slice(1, -1);
  if (!word.startsWith('"')) return word;
  try {
    return String(JSON.parse(word));
  } catch {
    return word.slice(1, -1);
  }
}
