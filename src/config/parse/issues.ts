/** What zod found, in the words of the person who wrote the file. */
import type { z } from 'zod';
import { keysAt } from '../schema/walk.ts';
import { similar } from '../source/similar.ts';
import type { KeyPath } from '../source/source.ts';

type Issue = z.core.$ZodIssue;

export interface Translated {
  readonly keyPath: KeyPath;
  readonly of: 'key' | 'value';
  readonly message: string;
  readonly hint?: string | undefined;
}

export interface Subject {
  readonly schema: z.ZodType;
  readonly data: unknown;
  /** ` of server "search"`, or nothing for the settings. */
  readonly owner: string;
  /** Hints for keys that people write and the schema does not know. */
  readonly keyHints: Readonly<Record<string, string>>;
}

/** Every issue as one or more sentences, with key paths relative to the subject's data. */
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

/** The alternative that was most likely meant speaks; when none stands out, the union itself does. */
function union(issue: Issue & { code: 'invalid_union' }, subject: Subject): Translated[] {
  const fitting = issue.errors.filter((branch) =>
    branch.every((one) => one.path.length > 0 || one.code !== 'invalid_type'),
  );
  const [only] = fitting;
  const isForeign =
    only?.some((one) => one.code === 'unrecognized_keys') && issue.errors.length > 1 && fitting.length > 1;
  if (only && fitting.length === 1 && !isForeign) {
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
    parent.length === 0 ? subject.owner.replace(/^ of/, ' in') : ` in "${nameOf(parent)}"${subject.owner}`;
  const full = [...parent.slice(-1), key].join('.');
  const near = similar(key, known);
  const hint =
    ownOf(subject.keyHints, full) ??
    ownOf(subject.keyHints, key) ??
    (near ? `did you mean "${near}"?` : `known keys: ${known.join(', ')}`);
  return { keyPath: [...parent, key], of: 'key', message: `unknown key "${key}"${place}`, hint };
}

/** A key of the file may have the name of something that every object has. */
const ownOf = (hints: Readonly<Record<string, string>>, key: string): string | undefined =>
  Object.hasOwn(hints, key) ? hints[key] : undefined;

function sentence(issue: Issue, keyPath: KeyPath, subject: Subject): { message: string; hint?: string } {
  const value = valueAt(subject.data, keyPath);
  const what = `"${nameOf(keyPath)}"${subject.owner}`;
  if (value === undefined) return { message: `${what} is missing`, hint: missingHint(issue, keyPath) };
  if (value === null) return { message: `${what} has no value`, hint: nullHint(keyPath) };
  if (issue.code === 'invalid_key')
    return { message: `${what} is not a good name: it ${issue.issues[0]?.message ?? 'is invalid'}` };
  if (issue.message.startsWith('must'))
    return { message: `${what} ${issue.message}${contrast(value, keyPath)}` };
  return ruled(issue, what, value);
}

function ruled(issue: Issue, what: string, value: unknown): { message: string; hint?: string } {
  switch (issue.code) {
    case 'invalid_value': {
      const near = typeof value === 'string' ? similar(value, valuesOf(issue)) : undefined;
      const message = `${what} must be ${listOf(valuesOf(issue))}, not ${shown(value)}`;
      return near ? { message, hint: `did you mean "${near}"?` } : { message };
    }
    case 'invalid_type':
      return {
        message: `${what} must be ${EXPECTED[issue.expected] ?? issue.expected}, not ${kindOf(value)}`,
      };
    case 'too_small':
      if (issue.origin === 'string') return { message: `${what} must not be empty` };
      return {
        message: `${what} must be ${issue.inclusive ? 'at least' : 'more than'} ${issue.minimum}, not ${shown(value)}`,
      };
    case 'too_big':
      return { message: `${what} must be at most ${issue.maximum}, not ${shown(value)}` };
    default:
      return { message: `${what} is not valid: ${issue.message}` };
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

function listOf(values: readonly string[]): string {
  return values.length < 2 ? values.join('') : `${values.slice(0, -1).join(', ')} or ${values.at(-1)}`;
}

function missingHint(issue: Issue, keyPath: KeyPath): string {
  const values = listOf(valuesOf(issue));
  return values === '' ? `add ${nameOf(keyPath)}` : `add ${nameOf(keyPath)}: ${values}`;
}

function nullHint(keyPath: KeyPath): string {
  const key = String(keyPath.at(-1));
  if (keyPath.at(-2) === 'env')
    return `write ${key}: \${${key}} to pass on the variable, or ${key}: "" for an empty one`;
  return `give ${key} a value, or remove it`;
}

/** What somebody wrote, by kind only where the value itself may be secret. */
function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a map';
  return typeof value === 'string' ? 'text' : String(value);
}

const SECRET = new Set([
  'env',
  'tokens',
  'headers',
  'args',
  'url',
  'compose',
  'secrets',
  'clientSecret',
  'privateKey',
  'assertion',
]);

function contrast(value: unknown, keyPath: KeyPath): string {
  if (typeof value === 'object') return `, not ${kindOf(value)}`;
  return keyPath.some((key) => SECRET.has(String(key))) ? '' : `, not ${shown(value)}`;
}

function shown(value: unknown): string {
  return typeof value === 'string' ? `"${value}"` : typeof value === 'object' ? kindOf(value) : String(value);
}

function nameOf(keyPath: KeyPath): string {
  return keyPath
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${key}`))
    .join('')
    .replace(/^\./, '');
}

export function valueAt(data: unknown, keyPath: KeyPath): unknown {
  return keyPath.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined,
    data,
  );
}

/** The data less every top-level key that an issue is about. */
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
