import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import '../../helpers/seed.ts';
import { splitCommand } from '../../../src/config/parse/command.ts';

const SPLITS: readonly (readonly [string, readonly string[]])[] = [
  ['npx -y some-package', ['npx', '-y', 'some-package']],
  ['  spaced \t out\n ', ['spaced', 'out']],
  [`echo "a b" 'c d'`, ['echo', 'a b', 'c d']],
  [`a"b c"'d e'f`, ['ab cd ef']],
  [`empty "" ''`, ['empty', '', '']],
  [String.raw`a\ b \"c\" \\`, ['a b', '"c"', '\\']],
  [String.raw`"a\"b" "c\\d" "e\nf" '\n'`, ['a"b', 'c\\d', String.raw`e\nf`, String.raw`\n`]],
  ['sh -c "a | b && c > d"', ['sh', '-c', 'a | b && c > d']],
  ['run ${VAR} ${VAR:-a b|c}', ['run', '${VAR}', '${VAR:-a b|c}']],
  ['--token=${TOKEN} $HOME $5 $', ['--token=${TOKEN}', '$HOME', '$5', '$']],
  ['--glob=*.ts [a] {b} #c ~ !d', ['--glob=*.ts', '[a]', '{b}', '#c', '~', '!d']],
  ['é ✓', ['é', '✓']],
  ['', []],
];

for (const [line, words] of SPLITS)
  test(`splits ${JSON.stringify(line)}`, () => assert.deepEqual(splitCommand(line), { words }));

for (const operator of ['|', '||', '&', '&&', ';', '>', '>>', '<', '`', '$('])
  test(`refuses the shell operator ${operator} and says how to run a shell`, () => {
    const split = splitCommand(`a ${operator} b`);
    assert.ok('problem' in split);
    assert.equal(split.problem, `uses ${operator}, which only a shell understands`);
    assert.match(split.hint, /\["sh", "-c", "a /);
  });

for (const [line, problem] of [
  [`a 'b`, `has a ' that is never closed`],
  ['a "b', 'has a " that is never closed'],
  ['a \\', 'ends in a backslash'],
] as const)
  test(`refuses ${line}`, () => assert.equal((splitCommand(line) as { problem?: string }).problem, problem));

test('any words survive being quoted and split', () => {
  const quote = (word: string) => `'${word.replaceAll("'", `'\\''`)}'`;
  fc.assert(
    fc.property(fc.array(fc.string()), (words) => {
      assert.deepEqual(splitCommand(words.map(quote).join(' ')), { words });
    }),
  );
});

test('any line must give words or a problem in little time', () => {
  const line = fc.string({
    unit: fc.constantFrom('a', ' ', '"', "'", '\\', '$', '{', '}', '|'),
    maxLength: 200,
  });
  fc.assert(fc.property(line, (text) => 'words' in splitCommand(text) || 'problem' in splitCommand(text)));
});
