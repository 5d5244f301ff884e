/** Issues of the schema library, in sentences for the config's author. */
import type { z } from 'zod';
import { READ_ONCE } from '../schema/values.ts';
import { keysAt } from '../schema/walk.ts';
import { listOf } from '../source/phrases.ts';
import { type Finding, renderKeyPath } from '../source/report.ts';
import { similar } from '../source/similar.ts';
import type { KeyPath } from '../source/source.ts';
import { addFix, writeFix } from './fixes.ts';
import { contrast, kindWord, shown, valueAt } from './value-words.ts';

type Issue = z.core.$ZodIssue;

/** A finding with its key path relative to the subject's data. */
export interface Translated extends Finding {
  readonly keyPath: KeyPath;
}

/** The data to which a schema was applied. */
export interface Subject {
  readonly schema: z.ZodType;
  readonly data: unknown;
  /** ` of server "search"`; empty for the settings. */
  readonly owner: string;
  /** Fixes for keys that people write and the schema does not know. */
  readonly keyHints: Readonly<Record<string, string>>;
}

/** Turns every issue into one or more findings. */
export function translateIssues(issues: readonly Issue[], subject: Subject): Translated[] {
  return issues.flatMap((issue) => translate(issue, subject));
}

function translate(issue: Issue, subject: Subject): Translated[] {
  const keyPath = issue.path as KeyPath;
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(keyPath, key, subject));
  if (issue.code === 'invalid_union') return union(issue, subject);
  const of = issue.code === 'invalid_key' || valueAt(subject.data, keyPath) === undefined ? 'key' : 'value';
  return [{ keyPath, of, ...sentence(issue, keyPath, subject) }];
}

/**
 * Reports the issues of the alternative that was most likely meant; if none stands out, those of the union
 * itself.
 */
function union(issue: Issue & { code: 'invalid_union' }, subject: Subject): Translated[] {
  const fitting = issue.errors.filter((branch) =>
    branch.every((one) => one.path.length > 0 || one.code !== 'invalid_type'),
  );
  const [only] = fitting;
  if (only && fitting.length === 1) {
    const nested = only.map((one) => ({ ...one, path: [...issue.path, ...one.path] }) as Issue);
    return translateIssues(nested, subject);
  }
  const keyPath = issue.path as KeyPath;
  const of = valueAt(subject.data, keyPath) === undefined ? 'key' : 'value';
  return [{ keyPath, of, ...sentence(issue, keyPath, subject) }];
}

function unknownKey(parent: KeyPath, key: string, subject: Subject): Translated {
  const known = keysAt(subject.schema, parent);
  const place =
    parent.length === 0
      ? subject.owner.replace(/^ of/, ' in')
      : ` in "${renderKeyPath(parent)}"${subject.owner}`;
  const full = [...parent.slice(-1), key].join('.');
  const hint =
    ownOf(subject.keyHints, full) ??
    (parent.length > 0 ? nestedHint(parent, key, known, subject) : undefined) ??
    misspelling(key, known, parent.length === 0 ? subject.keyHints : {}) ??
    `known keys: ${known.join(', ')}`;
  return { keyPath: [...parent, key], of: 'key', message: `unknown key "${key}"${place}`, hint };
}

/** For a key that is right in another place: what it says of that place would be wrong here. */
function nestedHint(
  parent: KeyPath,
  key: string,
  known: readonly string[],
  { schema, keyHints }: Subject,
): string | undefined {
  const other = ownOf(keyHints, key);
  const [, word] = /^write (\w+)$/.exec(other ?? '') ?? [];
  if (word !== undefined && known.includes(word)) return other;
  if (similar(key, known) !== undefined || !keysAt(schema, parent.slice(0, -1)).includes(key))
    return undefined;
  return `write ${key} beside "${renderKeyPath(parent)}", not in it`;
}

/** Fixes of shorter keys would be shown for whatever is short. */
const MIN_FOREIGN = 4;

/** A misspelt key of this place; or else of other places, with the fix for that key. */
function misspelling(
  key: string,
  known: readonly string[],
  keyHints: Subject['keyHints'],
): string | undefined {
  const own = similar(key, known);
  if (own !== undefined) return `did you mean "${own}"?`;
  const foreign = similar(
    key,
    Object.keys(keyHints).filter((it) => it.length >= MIN_FOREIGN),
  );
  return foreign && `did you mean "${foreign}"? ${keyHints[foreign]}`;
}

/** A key of the file may have the name of a member that every object inherits. */
const ownOf = (hints: Readonly<Record<string, string>>, key: string): string | undefined =>
  Object.hasOwn(hints, key) ? hints[key] : undefined;

interface Sentence {
  readonly message: string;
  readonly hint: string;
}

function sentence(issue: Issue, keyPath: KeyPath, subject: Subject): Sentence {
  const value = valueAt(subject.data, keyPath);
  const what = `"${renderKeyPath(keyPath)}"${subject.owner}`;
  if (value === undefined) return { message: `${what} is missing`, hint: missingHint(issue, keyPath) };
  if (value === null) return { message: `${what} has no value`, hint: nullHint(keyPath) };
  return {
    message: `${what} ${rule(issue, keyPath, value)}`,
    hint: writeFix(issue, keyPath, value, (other) => isRight(subject, keyPath, other)),
  };
}

/** True if the schema accepts another value at a key path. */
function isRight({ schema, data }: Subject, keyPath: KeyPath, other: unknown): boolean {
  const { error } = schema.safeParse(withValueAt(data, keyPath, other), READ_ONCE);
  const issues = error?.issues.filter(({ code }) => code !== 'unrecognized_keys') ?? [];
  return !issues.some(({ path }) =>
    path.every((key, index) => keyPath[index] === key || index >= keyPath.length),
  );
}

/** A copy of the data with a value at a key path. */
function withValueAt(data: unknown, [key, ...rest]: KeyPath, value: unknown): unknown {
  if (key === undefined) return value;
  const inner = withValueAt(valueAt(data, [key]), rest, value);
  return Array.isArray(data) ? data.with(Number(key), inner) : { ...Object(data), [key]: inner };
}

/** Continues a sentence that begins with the key. */
function rule(issue: Issue, keyPath: KeyPath, value: unknown): string {
  if (issue.code === 'invalid_key')
    return `is not a good name: it ${issue.issues[0]?.message ?? 'is invalid'}`;
  // Of keys that are missing; their map is a map.
  if (issue.message.startsWith('must have')) return issue.message;
  if (issue.message.startsWith('must')) return `${issue.message}${contrast(value, keyPath)}`;
  switch (issue.code) {
    case 'invalid_value':
      return `must be ${listOf(valuesOf(issue), 'or')}, not ${shown(value)}`;
    case 'invalid_type':
      return `must be ${EXPECTED[issue.expected] ?? issue.expected}, not ${kindWord(value)}`;
    case 'too_small': {
      if (issue.origin === 'string') return 'must not be empty';
      const least = `${issue.inclusive ? 'at least' : 'more than'} ${issue.minimum}`;
      return `must be ${least}, not ${shown(value)}`;
    }
    case 'too_big':
      return `must be at most ${issue.maximum}, not ${shown(value)}`;
    default:
      return `is not valid: ${issue.message}`;
  }
}

const EXPECTED: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'a map of keys',
  record: 'a map of names',
  array: 'a list',
};

function valuesOf(issue: Issue): string[] {
  return issue.code === 'invalid_value' ? issue.values.map(String) : [];
}

function missingHint(issue: Issue, keyPath: KeyPath): string {
  const values = listOf(valuesOf(issue), 'or');
  return values === '' ? addFix(keyPath) : `add ${renderKeyPath(keyPath)}: ${values}`;
}

function nullHint(keyPath: KeyPath): string {
  const key = String(keyPath.at(-1));
  if (keyPath.at(-2) === 'env')
    return `write ${key}: \${${key}} to pass on the variable, or ${key}: "" for an empty one`;
  return `give ${key} a value, or remove it`;
}

/** The data without the top-level keys that the issues concern. */
export function withoutRefused(
  data: Record<string, unknown>,
  { issues }: z.core.$ZodError,
): Record<string, unknown> {
  const refused = new Set(
    issues.flatMap((issue) =>
      issue.path.length === 0 && issue.code === 'unrecognized_keys' ? issue.keys : [String(issue.path[0])],
    ),
  );
  return Object.fromEntries(Object.entries(data).filter(([key]) => !refused.has(key)));
}
