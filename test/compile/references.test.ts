/** `${VAR}` and `$` mean the same in Hive and in the compiled file, as the real docker compose reads it. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { promisify } from 'node:util';
import fc from 'fast-check';
import '../helpers/seed.ts';
import { compile } from '../../src/compile/compile.ts';
import { loadStack } from '../../src/config/load.ts';
import type { ContainerServer } from '../../src/model/desired.ts';
import { escapeForCompose, resolveReferences, unsetIn, variablesIn } from '../../src/model/references.ts';

const ROOT = mkdtempSync(join(tmpdir(), 'hive-references-'));
after(() => rmSync(ROOT, { recursive: true }));
const VALUES = { SET: 'a value', EMPTY: '', DOLLAR: 'a$b ${SET} $$' };

const TABLE: readonly (readonly [string, string])[] = [
  ['plain', 'plain'],
  ['${SET}', 'a value'],
  ['x${SET}y${SET}', 'xa valueya value'],
  ['${NOT_SET}', ''],
  ['${constructor}${toString:-x}', 'x'],
  ['${EMPTY}', ''],
  ['${NOT_SET:-default}', 'default'],
  ['${NOT_SET-default}', 'default'],
  ['${EMPTY:-default}', 'default'],
  ['${EMPTY-default}', ''],
  ['${SET:-default}', 'a value'],
  ['${SET:+other}', 'other'],
  ['${EMPTY:+other}', ''],
  ['${EMPTY+other}', 'other'],
  ['${NOT_SET+other}', ''],
  ['${SET:?message}', 'a value'],
  ['${EMPTY?message}', ''],
  ['${DOLLAR}', 'a$b ${SET} $$'],
  ['$SET', '$SET'],
  ['$$', '$'],
  ['$$SET $${SET} $$${SET}', '$SET ${SET} $a value'],
  ['costs $5, 100%, a$', 'costs $5, 100%, a$'],
  ['${', '${'],
  ['${}', '${}'],
  ['${1X}', '${1X}'],
  ['${SET', '${SET'],
  ['${A B}', '${A B}'],
  ['${SET:=x}', '${SET:=x}'],
];

test('references in a table must resolve alike in Hive and in Compose', async () => {
  const found = await composeReads(TABLE.map(([text]) => text));
  for (const [index, [text, meaning]] of TABLE.entries()) {
    assert.equal(resolveReferences(text, VALUES), meaning, `Hive reads ${text}`);
    assert.equal(found[index], meaning, `compose reads ${escapeForCompose(text)}`);
  }
});

const piece = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 6 }),
  fc.constantFrom(
    '$',
    '$$',
    '${',
    '}',
    '${SET}',
    '${NOT_SET:-a b}',
    '${EMPTY-x}',
    '${SET:+y}',
    '$SET',
    ':',
    '\n',
    '\t',
    '"',
    "'",
    '\\',
    '#',
    ' ',
    '\r',
    '\u0085',
    '\u00a0',
    '\u2028',
    '\ufeff',
    '\u007f',
    '\u0001',
    '😀',
  ),
);
const text = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(''));

test('any text must mean the same in Hive, in Compose and in the compiled file', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(text, { minLength: 100, maxLength: 100 }), async (texts) => {
      const usable = texts.filter((one) => !isNested(one));
      assert.deepEqual(
        await composeReads(usable),
        usable.map((one) => resolveReferences(one, VALUES)),
      );
    }),
    { numRuns: 8 },
  );
});

/** Reading a file refuses references within references. */
function isNested(one: string): boolean {
  return [...one.matchAll(/\$\$|\$\{[A-Za-z_]\w*:?[-?+]([^}]*)\}/g)].some(([, operand]) =>
    operand?.includes('$'),
  );
}

/**
 * Passes each text, as the value of a variable, through a config file, the compiled file and `docker compose
 * config`.
 */
async function composeReads(texts: readonly string[]): Promise<string[]> {
  const file = join(ROOT, 'stack.yaml');
  const env = Object.fromEntries(texts.map((one, index) => [`V${index}`, one]));
  writeFileSync(file, JSON.stringify({ servers: { one: { image: 'a/b', env } } }));
  const stack = await loadStack(file, VALUES);
  assert.deepEqual((stack.servers[0] as ContainerServer).env, env);
  writeFileSync(stack.composeFile, compile(stack).yaml);
  const config = await composeConfig(stack.composeFile);
  const environment = config.services.one?.environment ?? {};
  // Compose doubles each `$` in its output, so that the output can be read again.
  return texts.map((_, index) => (environment[`V${index}`] ?? '').replaceAll('$$', '$'));
}

interface Config {
  readonly services: Readonly<Record<string, { environment?: Record<string, string> }>>;
}

async function composeConfig(file: string): Promise<Config> {
  const env = { ...process.env, ...VALUES };
  const command = ['compose', '-f', file, 'config', '--format', 'json'];
  const { stdout } = await promisify(execFile)('docker', command, { env }).catch((error: Error) =>
    assert.fail(
      `the real docker compose must read ${file} (is the compose plugin installed?): ${error.message}`,
    ),
  );
  return JSON.parse(stdout) as Config;
}

for (const [one, variables, unset] of [
  ['${SET} ${NOT_SET}', ['SET', 'NOT_SET'], ['NOT_SET']],
  ['${NOT_SET:-x} ${NOT_SET-x} ${NOT_SET:+x} ${NOT_SET+x}', ['NOT_SET', 'NOT_SET', 'NOT_SET', 'NOT_SET'], []],
  ['${EMPTY:?why} ${EMPTY?why} ${NOT_SET?why}', ['EMPTY', 'EMPTY', 'NOT_SET'], ['EMPTY', 'NOT_SET']],
  ['$NOT_SET $${NOT_SET}', [], []],
  ['${constructor} ${toString:?why}', ['constructor', 'toString'], ['constructor', 'toString']],
] as const)
  test(`${one} needs ${unset.join(', ') || 'nothing'}`, () => {
    assert.deepEqual(variablesIn(one), variables);
    assert.deepEqual(unsetIn(one, VALUES), unset);
  });
