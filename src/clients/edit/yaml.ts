/** Edits YAML as text: an entry is a key of a map, or an item of a list, at its end. */
import {
  Document,
  isCollection,
  isMap,
  isScalar,
  type Pair,
  parseDocument,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import { EditFault } from './fault.ts';
import { cut, indentAt, insertLines, lineStart, nextLine } from './lines.ts';

type Collection = YAMLMap | YAMLSeq;

export interface YamlSlot {
  /** Keys that lead to the collection. */
  readonly key: readonly string[];
  readonly shape: 'map' | 'list';
}

/** Most aliases that a text may expand. */
const MAX_ALIASES = 100;

/** @throws EditFault */
export function readYaml(text: string): unknown {
  const document = parsed(text);
  try {
    return document.toJS({ maxAliasCount: MAX_ALIASES });
  } catch (thrown) {
    throw new EditFault(`it is not valid YAML: ${(thrown as Error).message}`);
  }
}

function parsed(text: string): ReturnType<typeof parseDocument> {
  const document = parseDocument(text);
  const [error] = document.errors;
  if (error) throw new EditFault(`it is not valid YAML: ${error.message.split('\n')[0]}`);
  return document;
}

/** The text with the value at the end of the collection, which is made if it is missing. */
export function insertYaml(text: string, slot: YamlSlot, name: string, value: unknown): string {
  const { contents } = parsed(text);
  if (contents === null) return insertLines(text, text.length, blockOf(nested(slot, name, value)));
  let map: unknown = contents;
  for (const [index, key] of slot.key.entries()) {
    if (!isMap(map)) throw new EditFault(index === 0 ? 'it holds no map of keys' : 'it holds no map there');
    const below = { ...slot, key: slot.key.slice(index + 1) };
    const pair = pairOf(map, key);
    if (pair === undefined) return intoCollection(text, map, key, nested(below, name, value));
    if (isNothing(pair.value)) return intoNothing(text, pair, nested(below, name, value));
    map = pair.value;
  }
  if (!isCollection(map) || isMap(map) !== (slot.shape === 'map'))
    throw new EditFault(`its ${slot.key.join('.')} is no ${slot.shape}`);
  return intoCollection(text, map as Collection, slot.shape === 'map' ? name : undefined, value);
}

/** A map for each key, one in the other, with the collection of one value in the last. */
function nested({ key, shape }: YamlSlot, name: string, value: unknown): unknown {
  const own = shape === 'list' ? [value] : { [name]: value };
  return key.reduceRight((inner: unknown, part) => ({ [part]: inner }), own);
}

const isNothing = (value: unknown): boolean => value === null || (isScalar(value) && value.value === null);

/** Below `key:`, `key: null` or `key: ~`, whose word goes. */
function intoNothing(text: string, { key, value }: Pair, inner: unknown): string {
  const start = rangeOf(key)?.[0] ?? 0;
  const [from = 0, to = 0] = rangeOf(value) ?? [];
  const lines = indented(blockOf(inner), `${indentAt(text, start)}  `);
  return cut(insertLines(text, nextLine(text, rangeOf(key)?.[1] ?? 0), lines), from, to);
}

/** @param name key of the value; undefined for a list */
function intoCollection(text: string, list: Collection, name: string | undefined, value: unknown): string {
  if (list.flow || list.items.length === 0) {
    const json = JSON.stringify(value);
    return intoFlow(text, list, name === undefined ? json : `${JSON.stringify(name)}: ${json}`);
  }
  const lines = blockOf(name === undefined ? [value] : { [name]: value });
  return insertLines(text, behind(text, list), indented(lines, indentAt(text, list.range?.[0] ?? 0)));
}

/** Behind the last item, before the bracket. */
function intoFlow(text: string, { items, range }: Collection, item: string): string {
  const close = (range?.[1] ?? text.length) - 1;
  const last = items.at(-1);
  if (last === undefined) return cut(text, close, close, item);
  const end = endOf(last);
  const comma = /^\s*,/.exec(text.slice(end))?.[0].length;
  return comma === undefined
    ? cut(text, end, end, `, ${item}`)
    : cut(text, end + comma, end + comma, ` ${item}`);
}

/** @throws EditFault if there is none */
export function removeYaml(text: string, slot: YamlSlot, name: string): string {
  const { contents } = parsed(text);
  let pair: Pair | undefined;
  let list: unknown = contents;
  for (const key of slot.key) {
    pair = isMap(list) ? pairOf(list, key) : undefined;
    list = pair?.value;
  }
  if (!isCollection(list)) throw new EditFault(`it has no entry ${name}`);
  const items = (list as Collection).items as readonly unknown[];
  const item = items.find((it) => nameOf(it, slot) === name);
  if (item === undefined) throw new EditFault(`it has no entry ${name}`);
  if ((list as Collection).flow) return removeFromFlow(text, items, item);
  const from = lineStart(text, startOf(text, item));
  const to = nextLine(text, ownEnd(text, from, endOf(item)));
  const without =
    to === text.length && !text.endsWith('\n')
      ? text.slice(0, from).replace(/\r?\n$/, '')
      : cut(text, from, to);
  if (items.length > 1) return without;
  const colon = text.indexOf(':', (rangeOf(pair?.key) ?? [0, 0])[1]) + 1;
  return cut(without, colon, colon, slot.shape === 'map' ? ' {}' : ' []');
}

function removeFromFlow(text: string, items: readonly unknown[], item: unknown): string {
  const index = items.indexOf(item);
  const previous = items[index - 1];
  if (previous !== undefined) return cut(text, endOf(previous), endOf(item));
  const end = endOf(item);
  return cut(text, nodeStart(item), end + (/^\s*,[ \t]*/.exec(text.slice(end))?.[0].length ?? 0));
}

/** A value as lines of a block, without indentation. */
function blockOf(value: unknown): string {
  return new Document(value).toString({ lineWidth: 0, flowCollectionPadding: false });
}

const indented = (lines: string, indent: string): string => lines.replace(/^(?=.)/gm, indent);

const pairOf = (map: YAMLMap, key: string): Pair | undefined =>
  map.items.find((pair) => isScalar(pair.key) && pair.key.value === key);

function nameOf(item: unknown, { shape }: YamlSlot): unknown {
  if (shape === 'list') return isMap(item) ? item.get('name') : undefined;
  const { key } = item as Pair;
  return isScalar(key) ? key.value : undefined;
}

type Range = readonly [start: number, end: number, ...more: number[]];

const rangeOf = (node: unknown): Range | undefined => (Object(node) as { range?: Range }).range;

const nodeStart = (item: unknown): number =>
  (rangeOf(item) ?? rangeOf((item as Partial<Pair>).key))?.[0] ?? 0;

/** Offset of an item of a block list, with its dash, or of a key. */
function startOf(text: string, item: unknown): number {
  const start = nodeStart(item);
  return rangeOf(item) === undefined ? start : dashBefore(text, start);
}

/** Offset of the dash of an item that begins at `start`, above the comments between the two. */
function dashBefore(text: string, start: number): number {
  for (let line = lineStart(text, start); ; line = lineStart(text, line - 1)) {
    const [, blanks = '', dash] = /^([ \t]*)(?:(-)(?=\s)|#|\r?\n)?/.exec(text.slice(line, start)) ?? [];
    if (dash !== undefined) return line + blanks.length;
    if (line === 0) return start;
  }
}

function endOf(item: unknown): number {
  const { key, value } = item as Partial<Pair>;
  return (rangeOf(item) ?? rangeOf(value) ?? rangeOf(key))?.[1] ?? 0;
}

/** Offset behind the last character that is no blank. */
const contentEnd = (text: string, from: number, end: number): number =>
  from + text.slice(from, end).trimEnd().length;

/** The same without comment lines, which belong to what follows. */
function ownEnd(text: string, from: number, end: number): number {
  const lines = text.slice(from, end).split(/(?<=\n)/);
  const last = lines.findLastIndex((line) => !/^\s*(?:#|$)/.test(line));
  return contentEnd(text, from, from + lines.slice(0, last + 1).join('').length);
}

/** Offset of the line behind the last item of a block, and behind the comments that are indented like it. */
function behind(text: string, list: Collection): number {
  const last = list.items.at(-1);
  const start = rangeOf(list)?.[0] ?? 0;
  const end = contentEnd(text, start, Math.max(start, last === undefined ? 0 : endOf(last)));
  const columns = last === undefined ? 0 : indentAt(text, start).length;
  let at = nextLine(text, end);
  while (columns > 0 && commentColumns(text, at) >= columns) at = nextLine(text, at);
  return at;
}

/** Columns before the comment of a line; -1 if it has something else. */
function commentColumns(text: string, at: number): number {
  return /^([ \t]*)#/.exec(text.slice(at, nextLine(text, at)))?.[1]?.length ?? -1;
}
