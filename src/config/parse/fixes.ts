/** What to type in place of a value that the schema refuses. */
import type { z } from 'zod';
import { EXAMPLES, MEMBERS } from '../schema/examples.ts';
import { similar } from '../source/similar.ts';
import type { KeyPath } from '../source/source.ts';
import { nearValue } from './near-values.ts';
import { mayBeSecret } from './value-words.ts';

type Issue = z.core.$ZodIssue;

/** The key that a value belongs to, as tables name it. */
interface Named {
  readonly key: string;
  /** `grandparent.parent.key`, `parent.key`, `key`. */
  readonly names: readonly string[];
  /** True for an item of the key's list. */
  readonly isItem: boolean;
}

function nameOf(keyPath: KeyPath): Named {
  const words = keyPath.filter((key) => typeof key === 'string');
  const names = [3, 2, 1]
    .filter((count) => count <= words.length)
    .map((count) => words.slice(-count).join('.'));
  return { key: words.at(-1) ?? '', names, isItem: typeof keyPath.at(-1) === 'number' };
}

/** The text of YAML that stands for any value of this key. */
function exampleOf(keyPath: KeyPath): string {
  const member = memberOf(keyPath);
  if (member !== undefined) return member;
  const name = nameOf(keyPath).names.find((it) => Object.hasOwn(EXAMPLES, it));
  return name === undefined ? 'VALUE' : (EXAMPLES[name] ?? 'VALUE');
}

/** An example of a member, if the key is a name of the user's own. */
function memberOf(keyPath: KeyPath): string | undefined {
  const name = nameOf(keyPath.slice(0, -1)).names.find((it) => Object.hasOwn(MEMBERS, it));
  return typeof keyPath.at(-1) !== 'string' || name === undefined ? undefined : MEMBERS[name];
}

/** For a token, and for the keys of its map. */
function tokenFix([first, second, name = 'laptop', key]: KeyPath): string | undefined {
  if (first !== 'auth' || second !== 'tokens' || key === 'role') return undefined;
  if (key === 'servers') return 'write servers: [docs]';
  if (key === 'tools') return 'write tools: [docs_search]';
  return `npx hive token ${name} makes one, and prints its line for this file`;
}

/** For a key that is missing. */
export function addFix(keyPath: KeyPath): string {
  return tokenFix(keyPath) ?? `add ${keyPath.join('.')}: ${exampleOf(keyPath)}`;
}

/**
 * For a value that is there. Values of keys that may hold secrets are not repeated.
 * @param isRight whether the schema accepts another value in its place
 */
export function writeFix(
  issue: Issue,
  keyPath: KeyPath,
  value: unknown,
  isRight: (other: unknown) => boolean,
): string {
  const { key, isItem } = nameOf(keyPath);
  if (issue.code === 'invalid_key') return keyFix(keyPath);
  const ofToken = tokenFix(keyPath);
  if (ofToken !== undefined) return ofToken;
  if (keyPath[0] === 'auth' && keyPath.length === 1 && issue.code === 'custom')
    return 'npx hive token laptop makes a token, and prints its lines for this file; or remove auth for none';
  if (key === 'url') return urlFix(value);
  const word = issue.code === 'invalid_value' ? similar(String(value), issue.values.map(String)) : undefined;
  if (word !== undefined) return `did you mean "${word}"?`;
  const meant = candidates(issue, keyPath, value).find(isRight);
  if (meant === undefined) return `write ${key}: ${generalExample(issue, keyPath)}${within(issue, key)}`;
  const text = `write ${key}: ${isItem ? `[${yamlOf(meant)}]` : yamlOf(meant)}`;
  return typeof value === 'string' && /^(number|boolean)$/.test(typeof meant)
    ? `${text}, without quotes`
    : text;
}

/** Values that may have been meant. */
function candidates(issue: Issue, keyPath: KeyPath, value: unknown): unknown[] {
  const isMember = memberOf(keyPath) !== undefined;
  const { names } = nameOf(keyPath);
  const near = isMember && keyPath.at(-2) !== 'rename' ? undefined : nearValue(names, value);
  const found: unknown[] = near === undefined ? [] : [near];
  if (typeof value === 'object' || mayBeSecret(keyPath) || issue.code !== 'invalid_type') return found;
  const text = String(value);
  return text.trim() === '' || text.length > 100
    ? found
    : [...found, ...(issue.expected === 'array' ? [[text]] : [text])];
}

function generalExample(issue: Issue, keyPath: KeyPath): string {
  const example = exampleOf(keyPath);
  if (issue.code !== 'invalid_value') return formOf(issue, keyPath) ?? example;
  const words = issue.values.map(String);
  return words.includes(example) ? example : (words[0] ?? example);
}

/** A list where a map of any names belongs. */
function formOf(issue: Issue, keyPath: KeyPath): string | undefined {
  const isRecord = issue.code === 'invalid_type' && issue.expected === 'record';
  return isRecord && nameOf(keyPath).key === 'env' ? '{ NAME: value }' : undefined;
}

function within(issue: Issue, key: string): string {
  if (/^(port|redirectPort)$/.test(key)) return ', or another number from 1 to 65535';
  if (issue.code === 'too_big') return `, or another number up to ${issue.maximum}`;
  return issue.code === 'too_small' && issue.origin !== 'string' ? ', or another number above 0' : '';
}

/** Words as YAML takes them: what would be read as something else is quoted. */
function yamlOf(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(yamlOf).join(', ')}]`;
  if (typeof value !== 'string') return String(value);
  const isPlain =
    /^[a-z./\d][\w./:+@-]*$/i.test(value) && !/^(true|false|null|yes|no|on|off|[\d.+_-]+)$/i.test(value);
  return isPlain ? value : JSON.stringify(value);
}

/** For a name that is none. */
function keyFix(keyPath: KeyPath): string {
  const name = String(keyPath.at(-1));
  const parent = String(keyPath.at(-2));
  const [others, mark] =
    parent === 'env' || parent === 'args' ? [/[^A-Za-z0-9_]+/g, '_'] : [/[^\w.-]+/g, '-'];
  const plain = name.replace(others, mark).replace(/^[^A-Za-z0-9_]+|-+$/g, '');
  const safe = mark === '_' && /^\d/.test(plain) ? `_${plain}` : plain;
  if (parent === 'rename')
    return 'write the name that the server gives to the tool, and the new one: { q: search }';
  return `call it ${safe === '' ? (mark === '_' ? 'API_KEY' : 'name') : safe}`;
}

/** A URL may hold a secret: only its scheme is repeated. */
function urlFix(value: unknown): string {
  const text = String(value);
  const [, scheme] = /^([a-z][a-z+.-]{0,19}):\/{0,3}(?!\d)/i.exec(text) ?? [];
  const meant = scheme && schemeFor(scheme.toLowerCase());
  if (meant) return `write ${meant}:// in place of ${scheme}:`;
  if (scheme === undefined && /^[\w.-]+(:\d+)?([/?]|$)/.test(text))
    return `write ${/^(localhost|127\.)/.test(text) ? 'http' : 'https'}:// before it`;
  return `write url: ${EXAMPLES.url}`;
}

const schemeFor = (scheme: string): string | undefined =>
  scheme === 'wss' ? 'https' : scheme === 'ws' ? 'http' : similar(scheme, ['http', 'https']);
