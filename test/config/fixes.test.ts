/** Every problem has a fix that can be typed: every key of the schema gets every kind of wrong value. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'yaml';
import type { z } from 'zod';
import { translateIssues } from '../../src/config/parse/issues.ts';
import { EXAMPLES, MEMBERS } from '../../src/config/schema/examples.ts';
import { KINDS, schemaOf } from '../../src/config/schema/kinds.ts';
import { settingsSchema } from '../../src/config/schema/stack.ts';
import { alternatives, itemOf, shapeOf } from '../../src/config/schema/walk.ts';
import type { KeyPath } from '../../src/config/source/source.ts';

type Path = readonly string[];

/** Every key of a schema; `NAME` stands for a name of the user's own. */
function* keyPaths(schema: z.ZodType, above: Path = []): Generator<Path> {
  for (const one of alternatives(schema)) {
    const item = itemOf(one);
    if (item !== undefined && above.length > 0 && isMap(one)) {
      yield [...above, 'NAME'];
      yield* keyPaths(item, [...above, 'NAME']);
    }
    for (const [key, below] of Object.entries(shapeOf(one))) {
      yield [...above, key];
      yield* keyPaths(below, [...above, key]);
    }
  }
}

const isMap = (schema: z.ZodType): boolean => (schema._zod.def as { type: string }).type === 'record';

const WRONG: readonly unknown[] = [
  ...[
    '',
    ' ',
    'sometimes',
    'a b',
    '5 minutes',
    '512 MB',
    '1TB',
    'true',
    'yes',
    '80',
    'htp://h',
    'h.example/mcp',
  ],
  ...[
    'sse',
    'ws://h/mcp',
    '-1',
    '99999',
    '~/x',
    '5',
    'Ä',
    '../x y',
    null,
    true,
    false,
    0,
    -1,
    1.5,
    5,
    99_999,
  ],
  ...[99_999_999_999_999, [], ['a b'], [{}], [[]], [5], {}, { x: 1 }, { 'a b': 'c d' }, { NAME: null }],
];

/** The least that shows each kind. */
const BASE: Readonly<Record<(typeof KINDS)[number], Record<string, unknown>>> = {
  container: { type: 'container', image: 'i' },
  native: { type: 'native', command: 'node' },
  remote: { type: 'remote', url: 'https://h/mcp' },
  builtin: { type: 'builtin', use: 'gateway' },
};

/** The data with a value at a path, and with what the maps on the way need. */
function withValue(
  data: Record<string, unknown>,
  [key = '', ...rest]: Path,
  value: unknown,
): Record<string, unknown> {
  if (rest.length === 0) return { ...data, [key]: value };
  const below = data[key];
  const map = typeof below === 'object' && below !== null && !Array.isArray(below) ? below : {};
  return { ...data, [key]: withValue(map as Record<string, unknown>, rest, value) };
}

interface Told {
  readonly message: string;
  readonly hint: string;
  readonly keyPath: KeyPath;
}

function told(schema: z.ZodObject, data: Record<string, unknown>): Told[] {
  const { error } = schema.safeParse(data);
  const subject = { schema, data, owner: ' of server "a"', keyHints: {} };
  return error === undefined ? [] : translateIssues(error.issues, subject);
}

/** The key and the value that a fix says to write. */
function written(hint: string): readonly [key: string, value: unknown] | undefined {
  const [, key = '', text] =
    /^(?:write|add) ([\w.$]+): (.*?)(?:, (?:without quotes|or another number.*))?$/.exec(hint) ?? [];
  return text === undefined || /…|NAME|VAR/.test(text)
    ? undefined
    : [key.split('.').at(-1) ?? '', parse(text)];
}

/** What is left at a key when its fix has been typed. */
function leftOf(
  schema: z.ZodObject,
  base: Record<string, unknown>,
  path: Path,
  { hint, keyPath }: Told,
): Told[] {
  const own = keyPath.filter((key) => typeof key === 'string');
  const [key, fixed] = written(hint) ?? [];
  if (key === undefined || own.at(-1) !== key || own.join('.') !== path.join('.')) return [];
  return told(schema, withValue(base, path, fixed)).filter(({ keyPath: other }) =>
    path.every((name, index) => other[index] === name),
  );
}

function badFixes(schema: z.ZodObject, base: Record<string, unknown>): string[] {
  const bad: string[] = [];
  for (const path of keyPaths(schema))
    for (const value of WRONG)
      for (const problem of told(schema, withValue(base, path, value))) {
        const { message, hint } = problem;
        const shown = `${path.join('.')}: ${JSON.stringify(value)} → ${message} | ${hint}`;
        if (hint.trim() === '' || /VALUE|undefined/.test(hint)) bad.push(shown);
        for (const left of leftOf(schema, base, path, problem)) bad.push(`${shown} → ${left.message}`);
      }
  return [...new Set(bad)];
}

for (const kind of KINDS)
  test(`every problem of a ${kind} entry must have a fix, and what a fix writes must be right`, () => {
    assert.deepEqual(badFixes(schemaOf(kind, BASE[kind]), BASE[kind]), []);
  });

test('every problem of a setting must have a fix, and what a fix writes must be right', () => {
  assert.deepEqual(badFixes(settingsSchema, {}), []);
});

test('every key must have an example', () => {
  const schemas = [settingsSchema, ...KINDS.map((kind) => schemaOf(kind, BASE[kind]))];
  const missing = schemas
    .flatMap((schema) => [...keyPaths(schema)])
    .filter((path) => path.at(-1) !== 'NAME')
    .filter((path) => ![3, 2, 1].some((length) => Object.hasOwn(EXAMPLES, path.slice(-length).join('.'))))
    .filter((path) => !Object.hasOwn(MEMBERS, path.at(-1) ?? ''));
  assert.deepEqual([...new Set(missing.map((path) => path.join('.')))], []);
});
