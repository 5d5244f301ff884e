/** Reads the words of a command as the arguments of a tool or an operation, by its input schema. */
import { GatewayError } from '../../errors.ts';
import type { JsonSchema } from '../../model/operation.ts';
import { shellWord } from '../../model/text/commands.ts';
import { propertiesOf, type Types, typeReader } from './types.ts';

export type Arguments = Record<string, unknown>;

/** Reads the sources of arguments that are not words. */
export interface Sources {
  /** @throws GatewayError USAGE */
  file(path: string): string;
  stdin(): Promise<string>;
}

/**
 * Reads words as they stand: `KEY=VALUE`, a JSON object, `@FILE` with a JSON object, or `-` for stdin. Later
 * words replace members of earlier ones.
 * @throws GatewayError USAGE
 */
export async function readWords(
  words: readonly string[],
  schema: JsonSchema,
  sources: Sources,
): Promise<Arguments> {
  const read: Arguments = {};
  let pairs: string[] = [];
  const flush = (): void => {
    Object.assign(read, readArguments(pairs, schema));
    pairs = [];
  };
  for (const word of words) {
    const text = await objectText(word, sources);
    if (text === undefined) pairs.push(word);
    else {
      flush();
      Object.assign(read, readObject(text, word));
    }
  }
  flush();
  return read;
}

async function objectText(word: string, sources: Sources): Promise<string | undefined> {
  if (word === '-') return sources.stdin();
  if (word.startsWith('@')) return sources.file(word.slice(1));
  return word.trimStart().startsWith('{') ? word : undefined;
}

function readObject(text: string, word: string): object {
  const from = word === '-' ? 'stdin' : word.startsWith('@') ? word.slice(1) : 'the argument';
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch (cause) {
    throw new GatewayError('USAGE', `${from} is not JSON: ${(cause as Error).message}`, {
      hint: `write a JSON object: '{"key": "value"}'`,
      cause,
    });
  }
  throw new GatewayError('USAGE', `${from} is JSON, but no object`, {
    hint: `write a JSON object: '{"key": "value"}'`,
  });
}

/**
 * Reads `KEY=VALUE` words as an input. A value is parsed as JSON unless its schema says string; a key that
 * stands several times makes a list.
 * @throws GatewayError USAGE
 */
export function readArguments(words: readonly string[], schema: JsonSchema): Arguments {
  const values = new Map<string, string[]>();
  for (const word of words) {
    const at = word.indexOf('=');
    if (at < 1) throw new GatewayError('USAGE', `not an argument: ${word}`, { hint: pairHint(word, schema) });
    const key = word.slice(0, at);
    values.set(key, [...(values.get(key) ?? []), word.slice(at + 1)]);
  }
  const typesOf = typeReader(schema);
  return Object.fromEntries([...values].map(([key, texts]) => [key, readValues(texts, typesOf(key))]));
}

/** Keys named in one hint. */
const MAX_KEYS = 10;

/** How the word is written, with the keys that the schema names. */
function pairHint(word: string, schema: JsonSchema): string {
  const keys = Object.keys(propertiesOf(schema));
  const [only] = keys;
  if (only === undefined || word.startsWith('=')) return 'write it as KEY=VALUE';
  if (keys.length === 1) return `write ${pair(only, word)}`;
  const shown = [...keys.slice(0, MAX_KEYS), ...(keys.length > MAX_KEYS ? ['…'] : [])].join(', ');
  return `write it as KEY=VALUE, such as ${pair(only, word)}; keys: ${shown}`;
}

const pair = (key: string, value: string): string => shellWord(`${key}=${value}`);

/** The last of several values counts, unless the schema wants a list. */
function readValues(texts: readonly string[], { own, ofItems }: Types): unknown {
  const last = readValue(texts.at(-1) ?? '', own);
  if (!own.has('array') || (texts.length === 1 && Array.isArray(last))) return last;
  return texts.map((text) => readValue(text, ofItems));
}

/** Returns the text itself if it does not fit its type: the check of the arguments then names the problem. */
function readValue(text: string, types: ReadonlySet<string>): unknown {
  if (types.has('string') || types.size === 0) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
