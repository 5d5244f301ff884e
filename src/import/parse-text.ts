/** Reads the text of a file as data: JSON with comments, YAML of one or more documents, TOML. */
import { parseAllDocuments } from 'yaml';
import type { Keys } from '../config/foreign/keys.ts';
import { parseSource } from '../config/source/source.ts';
import { isRecord } from '../model/collections/is-record.ts';

/** Files that hold JSON with comments under another extension. */
const JSON_TEXT = /^\uFEFF?(?:\s|\/\/[^\n]*|\/\*[\s\S]*?\*\/)*\{/;

/**
 * The documents of a text.
 * @throws Error with a sentence about the text
 */
export async function parseText(path: string, text: string): Promise<Keys[]> {
  if (/\.toml$/i.test(path)) return [await parseToml(text)];
  const isJson = /\.jsonc?$/i.test(path) || JSON_TEXT.test(text);
  const documents = isJson ? [parseJson(text)] : parseYaml(text);
  const maps = documents
    .flatMap((document) => (Array.isArray(document) ? [{ servers: document }] : [document]))
    .filter(isRecord);
  if (maps.length === 0) throw new Error('it holds no map of keys');
  return maps;
}

/** Loaded only for a file in TOML. */
async function parseToml(text: string): Promise<Keys> {
  const { parse } = await import('smol-toml');
  return parse(text) as Keys;
}

/** Programs write larger files, without comments: a parser that knows their places takes seconds. */
const MAX_COMMENTED_CHARS = 1 << 18;

function parseJson(text: string): unknown {
  if (text.length > MAX_COMMENTED_CHARS) return JSON.parse(text);
  const { data, errors, lines } = parseSource('file.json', text);
  const [fault] = errors;
  if (fault) throw new Error(`not valid JSON (line ${lines.linePos(fault.pos[0]).line})`);
  return data;
}

function parseYaml(text: string): unknown[] {
  return parseAllDocuments(text, { merge: true }).map((document) => {
    if (document.errors[0]) throw new Error(document.errors[0].message.split('\n')[0]);
    return document.toJS({ maxAliasCount: 100 }) as unknown;
  });
}
