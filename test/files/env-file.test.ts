/** `.env` and `envFile` mean to Hive what they mean to Compose. The expected values are those of Compose 2.26.1. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseEnvFile } from '../../src/files/env-file.ts';
import { VALUES } from './env-values.ts';

const OUTSIDE: Readonly<Record<string, string>> = { OUT: 'out$x' };
const parse = (text: string) => ({ ...parseEnvFile(text, (name) => OUTSIDE[name]) });

test('a value must be read as Compose reads it', () => {
  for (const [written, value] of VALUES)
    assert.deepEqual(parse(`V=${written}\n`), { V: value }, JSON.stringify(written));
});

test('names, comments and several lines must be read as Compose reads them', () => {
  assert.deepEqual(parse('export V = 1\nW : 2\r\n\n# c\nA.B-C[0]=3\n\tX=4'), {
    V: '1',
    W: '2',
    'A.B-C[0]': '3',
    X: '4',
  });
  assert.deepEqual(parse('NAME\nA=1\nA=2\nB=$A'), { A: '2', B: '2' });
  assert.deepEqual(parse('OUT=inside\nB=$OUT'), { OUT: 'inside', B: 'out$x' });
  assert.deepEqual(parse('A="1" # c\nB=2'), { A: '1', B: '2' });
  assert.deepEqual(parse('\ufeffA=1\n'), { A: '1' });
});

for (const [text, line] of [
  ['A=1\nB="unclosed', 2],
  ["A='unclosed\n\n", 1],
  ['\nA B=1', 2],
  ['A$=1', 1],
  ['A\u2028=1', 1],
  ['A=\n\ufeff\n', 2],
  ['"V"=1', 1],
  ['=1', 1],
  ['A=1\nB', 2],
  ['A=${OUT', 1],
  ['A=${NOPE:?no}', 1],
  ['A=${A:-${B}}', 1],
  ['A=b\0c', 1],
] as const)
  test(`${JSON.stringify(text)} must be refused, since Compose refuses it or Hive cannot read it alike`, () => {
    assert.throws(() => parse(text), { name: 'EnvFileError', line });
  });

test('a long run of spaces must cost no more than other text', () => {
  const before = process.cpuUsage();
  assert.deepEqual(parse(`A=x${' '.repeat(500_000)}y\n`), { A: `x${' '.repeat(500_000)}y` });
  const { user, system } = process.cpuUsage(before);
  assert.ok(user + system < 2_000_000, 'two seconds of the processor');
});
