/** Random config files: golden ones that are damaged, made-up ones, and large ones of one kind of line. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { mutate, mutations } from '../byte-text.ts';

const GOLDEN = join(import.meta.dirname, '../../golden');
const CORPUS = globSync('*/*.{yaml,json}', { cwd: GOLDEN })
  .sort()
  .map((path) => readFileSync(join(GOLDEN, path), 'utf8'));

const PIECES = [
  '&a ',
  '*a',
  '<<: *a\n',
  '<<: [*a, *b]\n',
  '&a [*a]',
  '!!js/function x',
  '!x ',
  '!!binary ',
  '? ',
  '- ',
  ': ',
  '|',
  '>-\n',
  '\t',
  '\0',
  '\ufeff',
  '\u2028',
  '---\n',
  '...\n',
  '%YAML 1.2\n',
  '{',
  '}',
  '[',
  ']',
  '"',
  "'",
  '#',
  '\n',
  '\r\n',
  '\r',
  '  ',
  '${',
  '${A:-',
  '${A}',
  '$',
  '\ud800',
  '😀',
  '__proto__: {}\n',
  'constructor: 1\n',
  'toString: {}\n',
  '0x10',
  '1e999',
  '.nan',
  '~',
  '2026-01-01',
  'yes',
  '/*',
  '*/',
  '//',
  '\\u0000',
  'key',
  'token: ',
  'servers:\n',
  'include: stack.yaml\n',
];
const damaged = fc
  .tuple(fc.constantFrom(...CORPUS), mutations(fc.constantFrom(...PIECES), 5))
  .map(([text, changes]) => mutate(text, changes));

const NAMES = [
  'type',
  'image',
  'dockerfile',
  'command',
  'args',
  'env',
  'envFile',
  'volumes',
  'ports',
  'port',
  'path',
  'url',
  'headers',
  'prefix',
  'tools',
  'timeouts',
  'compose',
  'secrets',
  'native',
  'oauth',
  'healthcheck',
  'network',
  'memory',
  'allow',
  'rename',
  'file',
  'environment',
  'labels',
  'start',
  'use',
  '__proto__',
  'constructor',
  'x',
  '',
];
const WORDS = [
  'container',
  'native',
  'x',
  '',
  '80:80',
  '1-9:80',
  'a:/b',
  './a:/b',
  '${A}',
  '${A:-${B}}',
  '512m',
  '1s',
  '/mcp',
  'https://x/',
  'echo "a',
  'a b',
  '__proto__',
  '\u0000',
  '😀',
];
const data = fc.letrec((tie) => ({
  any: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.oneof(
      fc.constantFrom(...WORDS),
      fc.integer(),
      fc.double(),
      fc.boolean(),
      fc.constant(null),
      fc.string({ unit: 'binary', maxLength: 8 }),
    ),
    tie('map'),
    fc.array(tie('any'), { maxLength: 3 }),
  ),
  map: fc.array(fc.tuple(fc.constantFrom(...NAMES), tie('any')), { maxLength: 5 }),
  entry: fc.array(fc.tuple(fc.constantFrom(...NAMES), tie('any')), { maxLength: 7 }),
}));

/** JSON, which is YAML too. Pairs make maps, so that keys may be doubled. */
function written(value: unknown): string {
  if (!Array.isArray(value)) return JSON.stringify(value) ?? 'null';
  const isMap =
    value.length > 0 &&
    value.every((it) => Array.isArray(it) && it.length === 2 && typeof it[0] === 'string');
  return isMap
    ? `{${value.map(([key, it]) => `${JSON.stringify(key)}: ${written(it)}`).join(', ')}}`
    : `[${value.map(written).join(', ')}]`;
}

const madeUp = fc
  .tuple(
    fc.array(fc.tuple(fc.constantFrom('a', 'b', 'a b', '__proto__'), data.entry), { maxLength: 3 }),
    data.map,
  )
  .map(
    ([servers, more]) =>
      `{"servers": ${servers.length === 0 ? '{}' : written(servers)}, ${written(more).replace(/^[{[]|[}\]]$/g, '') || '"name": "x"'}}`,
  );

/** Begin a file, and then the same line with other numbers for as often as wanted. */
export const LINES: readonly (readonly [begin: string, line: string])[] = [
  ['servers:\n a:\n  command: x\n  env:\n', '   K#: v\n'],
  ['servers:\n a:\n  command: x\n  env:\n', '   K: v\n'],
  ['servers:\n a:\n  command: x\n  args:\n', '   - v#\n'],
  ['servers:\n', ' s#: { command: x }\n'],
  ['servers:\n', ' s#: { image: x, port: # }\n'],
  ['servers:\n', ' s: { command: x }\n'],
  ['servers:\n', ' s#: { image: x, ports: ["#:80"] }\n'],
  ['servers:\n a:\n  image: x\n  ports:\n', '   - 1-1000:80\n'],
  ['servers:\n a:\n  image: x\n  volumes:\n', '   - v#:/d\n'],
  ['servers:\n a:\n  image: x\n  compose:\n', '   k#: 1\n'],
  ['servers:\n a:\n  command: x\n', '  k#: 1\n'],
  ['servers:\n a:\n  command: x\n  tools:\n   rename:\n', '    t#: u#\n'],
  ['servers:\n a:\n  command: x\n  tools:\n   allow:\n', '    - "*#*"\n'],
  ['x: &a { k: 1 }\nservers:\n', ' s#: *a\n'],
  ['servers: {}\nx:\n', ' - &a# 1\n - *a#\n'],
  ['servers:\n a: &a { command: x }\n', ' s#: { <<: *a, prefix: p# }\n'],
  ['name: ', 'x'],
  ['servers:\n a: { command: "', '${A'],
  ['servers:\n a: { command: "', 'x '],
  ['servers:\n a: { image: x, volumes: ["', '${a}'],
  ['servers:\n a: { command: x, env: { K: "', '${A-'],
  ['servers:\n a', '_'],
  ['key', 'key'],
  ['', '['],
  ['', '{a: '],
  ['', '- '],
  ['', '? '],
  ['', '"'],
  ['', '\t'],
  ['servers: {}\ninclude:\n', ' - i#.yaml\n'],
];
const large = fc
  .tuple(
    fc.constantFrom(...LINES),
    fc.oneof({ weight: 3, arbitrary: fc.nat(60) }, { weight: 1, arbitrary: fc.nat(4_000) }),
    fc.constantFrom('', '', 'x', '"', ']', '}'),
  )
  .map(
    ([[begin, line], times, end]) =>
      begin + Array.from({ length: times }, (_, index) => line.replaceAll('#', String(index))).join('') + end,
  );

export const configText: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: damaged },
  { weight: 3, arbitrary: madeUp },
  { weight: 2, arbitrary: large },
);
