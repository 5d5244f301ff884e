/** Puts entries into the text of a stack file, and leaves every other byte as it is. */
import { isMap, isPair, isScalar, type Pair, parseDocument, type YAMLMap } from 'yaml';
import type { Keys } from '../config/foreign/keys.ts';
import { blankJsonComments } from '../config/source/json-comments.ts';
import { isRecord } from '../model/collections/is-record.ts';
import { entriesJson, entriesYaml } from './render.ts';

type Servers = ReadonlyMap<string, Keys>;

/** A stack file with these servers alone. @param composeFile its compiled file, if not the default one */
export function newFile(path: string, servers: Servers, composeFile?: string): string {
  if (!isJson(path)) {
    const head = composeFile === undefined ? '' : `composeFile: ${composeFile}\n`;
    return `${head}servers:\n${entriesYaml(servers, '  ')}`;
  }
  const head = composeFile === undefined ? '' : `  "composeFile": ${JSON.stringify(composeFile)},\n`;
  return `{\n${head}  "servers": {\n${entriesJson(servers, '    ')}\n  }\n}\n`;
}

/** The entries that a stack file declares, by name. */
export function entriesIn(path: string, text: string): Map<string, unknown> {
  const data: unknown = parse(path, text).toJS();
  const maps = isRecord(data) ? [data.servers, data.mcpServers] : [];
  return new Map(maps.filter(isRecord).flatMap((map) => Object.entries(map)));
}

/**
 * The text with the entries behind the last server.
 * @returns undefined if the text has no place for them: it is no map, or `servers` is no map
 */
export function withEntries(path: string, text: string, servers: Servers): string | undefined {
  const { contents, errors } = parse(path, text);
  if (errors.length > 0) return undefined;
  if (contents === null) return `${text}${newFile(path, servers)}`;
  if (!isMap(contents)) return undefined;
  const pair = contents.items.find((item) => ['servers', 'mcpServers'].includes(keyOf(item)));
  if (pair === undefined) return contents.flow ? undefined : `${withLineEnd(text)}${newFile(path, servers)}`;
  const { value } = pair;
  if (isMap(value)) return value.flow ? intoFlow(text, value, servers) : intoBlock(text, value, servers);
  const isEmpty = value === null || (isScalar(value) && value.value === null);
  return isEmpty && !contents.flow ? afterKey(text, pair, servers) : undefined;
}

/** Comments become spaces, so that positions stay true. */
function parse(path: string, text: string): ReturnType<typeof parseDocument> {
  return parseDocument(isJson(path) ? blankJsonComments(text) : text);
}

const isJson = (path: string): boolean => /\.jsonc?$/i.test(path);
const keyOf = ({ key }: Pair): string => (isScalar(key) ? String(key.value) : '');
const withLineEnd = (text: string): string => (text === '' || text.endsWith('\n') ? text : `${text}\n`);

/** `servers:` with nothing below. */
function afterKey(text: string, { key }: Pair, servers: Servers): string {
  const start = isScalar(key) && key.range ? key.range[1] : text.length;
  const end = text.indexOf('\n', start);
  const at = end < 0 ? text.length : end + 1;
  return `${withLineEnd(text.slice(0, at))}${entriesYaml(servers, '  ')}${text.slice(at)}`;
}

/** Behind the last line of the map, with the indentation of its keys. */
function intoBlock(text: string, map: YAMLMap, servers: Servers): string {
  const [first] = map.items;
  const start = isPair(first) && isScalar(first.key) && first.key.range ? first.key.range[0] : 0;
  const indent = text.slice(text.lastIndexOf('\n', start - 1) + 1, start);
  const last = map.range?.[1] ?? text.length;
  const before = text.slice(0, last).replace(/\s*$/, '');
  const lineEnd = text.indexOf('\n', before.length);
  const at = lineEnd < 0 ? text.length : lineEnd + 1;
  return `${withLineEnd(text.slice(0, at))}${entriesYaml(servers, indent)}${text.slice(at)}`;
}

/** Before the closing brace, with a comma behind the member that was last. */
function intoFlow(text: string, map: YAMLMap, servers: Servers): string {
  const close = text.lastIndexOf('}', (map.range?.[1] ?? text.length) - 1);
  const lineStart = text.lastIndexOf('\n', close) + 1;
  const base = /^[ \t]*/.exec(text.slice(lineStart))?.[0] ?? '';
  const last = map.items.at(-1);
  const members = entriesJson(servers, `${base}  `);
  if (last === undefined) return `${text.slice(0, close).trimEnd()}\n${members}\n${base}${text.slice(close)}`;
  const end = endOf(last, text, close);
  const hasComma = /^\s*,/.test(text.slice(end, close));
  const tail = hasComma ? text.slice(end, text.indexOf(',', end) + 1) : ',';
  const rest = text.slice(hasComma ? text.indexOf(',', end) + 1 : end, close).replace(/\s+$/, '');
  return `${text.slice(0, end)}${tail}${rest}\n${members}\n${base}${text.slice(close)}`;
}

function endOf({ value }: Pair, text: string, close: number): number {
  const range = (value as { range?: readonly number[] } | null)?.range;
  return range?.[1] ?? text.slice(0, close).trimEnd().length;
}
