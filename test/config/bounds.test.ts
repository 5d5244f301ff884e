/** A config file takes time in proportion to its size, whatever is in it, and its problems fit a terminal. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compile } from '../../src/compile/compile.ts';
import { loadStack } from '../../src/config/load.ts';
import { ConfigError, renderConfigError } from '../../src/config/source/diagnostics.ts';
import { FileReader } from '../../src/files/file-reader.ts';
import { memoryFiles } from '../fuzz/config/memory-files.ts';
import { withinCost } from '../fuzz/cost.ts';

const FILE = '/x/stack.yaml';
/** Microseconds of the processor for each byte. Quadratic work takes hundreds, exponential work never ends. */
const COST = 60;

async function load(text: string): Promise<ConfigError | undefined> {
  const files = new FileReader(memoryFiles(new Map([[FILE, Buffer.from(text)]])));
  return withinCost(text.length, COST, () =>
    loadStack(FILE, {}, files).then(
      (stack) => {
        compile(stack);
        return undefined;
      },
      (thrown: unknown) => {
        assert.ok(thrown instanceof ConfigError, String(thrown));
        return thrown;
      },
    ),
  );
}

const many = (count: number, line: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => line(index)).join('');

const VALID: readonly (readonly [what: string, text: string])[] = [
  ['20,000 variables', `servers:\n a:\n  command: x\n  env:\n${many(20_000, (n) => `   K${n}: v\n`)}`],
  ['3,000 servers', `servers:\n${many(3_000, (n) => ` s${n}: { command: x }\n`)}`],
  ['an unclosed reference, over and over', `servers: { a: { command: "${'${A'.repeat(40_000)}" } }`],
  [
    'an unclosed default, over and over',
    `servers: { a: { command: x, env: { K: "${'${A-'.repeat(40_000)}" } } }`,
  ],
  [
    "an unclosed default in another client's entry, over and over",
    `mcpServers: { a: { command: x, args: ["${'${A:-'.repeat(40_000)}"] } }`,
  ],
];
for (const [what, text] of VALID)
  test(`a file with ${what} must be read in linear time`, async () => {
    assert.equal(await load(text), undefined);
  });

const REFUSED: readonly (readonly [what: string, text: string, problem: RegExp])[] = [
  [
    'a volume of references without a path',
    `servers: { a: { image: x, volumes: ["${'${a}'.repeat(40)}"] } }`,
    /is not NAME:\/path/,
  ],
  [
    'a name with a long run of underscores',
    `servers: { "a${'_'.repeat(100_000)}x": { command: x } }`,
    /cannot be a server name/,
  ],
  ['a huge key', `servers: { a: { command: x, ${'key'.repeat(50_000)}: x } }`, /unknown key/],
  [
    'the same key 5,000 times',
    `servers:\n${many(5_000, () => ' s: { command: x }\n')}`,
    /written twice.*4998 more/,
  ],
  ['5,000 unknown keys', `servers:\n a:\n  command: x\n${many(5_000, (n) => `  k${n}: 1\n`)}`, /unknown key/],
  [
    'all on one line',
    `servers: {${many(2_000, (n) => `s${n}: { commandd: x }, `)}}`,
    /unknown key "commandd"/,
  ],
  [
    '4,000 ranges of ports',
    `servers:\n a:\n  image: x\n  ports:\n${many(4_000, () => '   - 1-1000:80\n')}`,
    /which server "a" uses already/,
  ],
  [
    'ports on very many addresses',
    `servers:\n a:\n  image: x\n  ports:\n${many(5_000, (n) => `   - 127.0.${n >> 8}.${n & 255}:1-1000:80\n`)}`,
    /publish more than 10000 ports/,
  ],
  [
    '20,000 aliases',
    `servers: {}\nx:\n${many(20_000, (n) => ` - &a${n} 1\n - *a${n}\n`)}`,
    /more than 1000 aliases/,
  ],
  [
    'nested maps',
    `servers: { a: { image: x, compose: { x-y: ${'{a: '.repeat(1_000)}1${'}'.repeat(1_000)} } } }`,
    /nested more than 100 deep/,
  ],
  ['nested lists without end', '['.repeat(100_000), /nested more than 100 deep/],
];
for (const [what, text, problem] of REFUSED)
  test(`a file with ${what} must be refused in linear time, in a text that fits a terminal`, async () => {
    const error = await load(text);
    assert.match(error?.message ?? '', problem);
    assert.ok(error && error.problems.length <= 100);
    assert.ok(renderConfigError(error, '/x').length < 50_000);
  });

test('the number of all problems must be told, also if only the first are shown', async () => {
  const error = await load(`servers:\n${many(300, (n) => ` s${n}: {}\n`)}`);
  assert.ok(error);
  assert.match(renderConfigError(error, '/x'), /… and 200 more\n\nerror CONFIG_INVALID: 300 problems/);
});

test('a key that is a map must not make the parser print warnings of its own', async (t) => {
  const warnings: unknown[] = [];
  const note = (warning: unknown): void => void warnings.push(warning);
  process.on('warning', note);
  t.after(() => process.off('warning', note));
  assert.ok(await load('servers: {}\n{ a: 1 }: 2\n'));
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(warnings, []);
});
