/** Edits TOML as text: an entry is a table at the end, or an item of an empty list. */
import { parse } from 'smol-toml';
import { isRecord } from '../../model/collections/is-record.ts';
import { EditFault } from './fault.ts';
import { cut, insertLines, isLastOnLine, lineStart } from './lines.ts';
import { outlineOf, type TomlHeader } from './toml-headers.ts';

type Entry = Readonly<Record<string, unknown>>;

/** @throws EditFault */
export function readToml(text: string): unknown {
  try {
    return parse(text);
  } catch (thrown) {
    throw new EditFault(`it is not valid TOML: ${(thrown as Error).message.split('\n')[0]}`);
  }
}

/** The text with the table `[KEY.NAME]` at its end. */
export function insertTomlTable(text: string, key: string, name: string, entry: Entry): string {
  return append(text, `[${tomlKey(key)}.${tomlKey(name)}]\n${assignments(entry)}`);
}

/** The text with `[[KEY]]` at its end, or with an item in the empty list that it assigns to the key. */
export function insertTomlItem(text: string, key: string, entry: Entry): string {
  const list = outlineOf(text).statements.find((it) => it.key === key);
  if (list === undefined) return append(text, `[[${tomlKey(key)}]]\n${assignments(entry)}`);
  if (!/^\[\s*\]$/.test(text.slice(list.start, list.end)))
    throw new EditFault(`it writes ${key} as a list in brackets, to which only you can add`);
  return cut(text, list.start, list.end, `[${tomlValue(entry)}]`);
}

export function removeTomlTable(text: string, key: string, name: string): string {
  const isOwn = ({ keys }: TomlHeader): boolean => keys[0] === key && keys[1] === name;
  return removeTables(text, (headers) => headers.filter(isOwn), name);
}

export function removeTomlItem(text: string, key: string, name: string): string {
  const { headers, statements } = outlineOf(text);
  const list = statements.find((it) => it.key === key);
  if (list !== undefined) {
    const items = (readToml(text) as Entry)[key];
    if (!Array.isArray(items) || items.length !== 1)
      throw new EditFault(`it writes ${key} as a list in brackets, from which only you can remove`);
    return cut(text, list.start, list.end, '[]');
  }
  const index = headers.findIndex((header, at) => {
    if (!header.isList || header.keys.length !== 1 || header.keys[0] !== key) return false;
    return nameOf(text.slice(header.start, headers[at + 1]?.start ?? text.length), key) === name;
  });
  const own = headers.slice(index, index + 1);
  return removeTables(text, () => [...own, ...tablesBelow(headers, index, key)], name);
}

/** `[KEY.env]` belongs to the item of the list before it. */
function tablesBelow(headers: readonly TomlHeader[], index: number, key: string): TomlHeader[] {
  const after = headers.slice(index + 1);
  const end = after.findIndex(({ keys, isList }) => keys[0] !== key || (isList && keys.length === 1));
  return index < 0 ? [] : after.slice(0, end < 0 ? after.length : end);
}

function nameOf(block: string, key: string): unknown {
  const [item] = Object(readToml(block))[key] as unknown[];
  return isRecord(item) ? item.name : undefined;
}

function removeTables(
  text: string,
  own: (headers: readonly TomlHeader[]) => readonly TomlHeader[],
  name: string,
): string {
  const { headers } = outlineOf(text);
  const starts = own(headers).map(({ start }) => start);
  if (starts.length === 0) throw new EditFault(`it has no table for ${name} of its own`);
  return starts.toReversed().reduce((rest, start) => {
    const next = headers.find((it) => it.start > start)?.start ?? text.length;
    return removeTable(rest, start, next);
  }, text);
}

/** Comments and blank lines before the next table stay. One blank line before the table goes with it. */
function removeTable(text: string, start: number, next: number): string {
  const from = lineStart(text, start);
  const before = from > 0 ? lineStart(text, from - 1) : from;
  const isBlankBefore = from > 0 && isLastOnLine(text, before);
  const to = start + lengthOf(text.slice(start, next));
  const isAtEnd = to >= text.length || text.slice(to).trim() === '';
  if (!isBlankBefore) return cut(text, from, to);
  // A final line end that the text did not have stays away.
  if (isAtEnd && !text.endsWith('\n')) return text.slice(0, before).replace(/\r?\n$/, '');
  return cut(text, before, to);
}

/** Length of a table without the comments and blank lines at its end. */
function lengthOf(body: string): number {
  const lines = body.split(/(?<=\n)/);
  const last = lines.findLastIndex((line) => !/^\s*(?:#|$)/.test(line));
  return lines.slice(0, last + 1).join('').length;
}

function append(text: string, block: string): string {
  const gap = text.trim() === '' ? '' : '\n';
  return insertLines(text, text.length, `${gap}${block}`);
}

const assignments = (entry: Entry): string =>
  Object.entries(entry)
    .map(([key, value]) => `${tomlKey(key)} = ${tomlValue(value)}\n`)
    .join('');

const tomlKey = (key: string): string => (/^[\w-]+$/.test(key) ? key : JSON.stringify(key));

function tomlValue(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(tomlValue).join(', ')}]`;
  if (!isRecord(value)) return JSON.stringify(value);
  const members = Object.entries(value).map(([key, inner]) => `${tomlKey(key)} = ${tomlValue(inner)}`);
  return `{ ${members.join(', ')} }`;
}
