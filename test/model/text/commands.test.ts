/** Commands for pasting must do what they say, whatever a path holds. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { shellWord, withConfigFile } from '../../../src/model/text/commands.ts';

const ODD = [
  "it's",
  'a b',
  '$HOME',
  '`id`',
  'a;b',
  'a\nb',
  '-x',
  '',
  'a"b',
  'a\\b',
  '!x',
  '~',
  'a\u001bb',
  "a'\nb\\",
  'ü*?',
];

test('every word must reach a program as it is', () => {
  const script = `printf '%s\\0' ${ODD.map(shellWord).join(' ')}`;
  const printed = execFileSync('bash', ['-c', script], { encoding: 'utf8' });
  assert.deepEqual(printed.split('\0').slice(0, -1), ODD);
});

test('a plain path must not be quoted', () =>
  assert.equal(shellWord('/opt/hive-1/my_stack.yaml'), '/opt/hive-1/my_stack.yaml'));

test('a word must hold no character that a terminal acts on', () => {
  for (const word of ODD) assert.doesNotMatch(shellWord(word), /\p{Cc}/u);
});

test('each command in a hint must name the file, once', () => {
  const hint = 'run npx hive logs web, or npx hive ps; `npx hive down` ends it';
  const named =
    "run npx hive logs -c 'my stack.yaml' web, or npx hive ps -c 'my stack.yaml'; `npx hive down -c 'my stack.yaml'` ends it";
  assert.equal(withConfigFile(hint, 'my stack.yaml'), named);
  assert.equal(withConfigFile(named, 'my stack.yaml'), named);
  assert.equal(withConfigFile(hint, undefined), hint);
});

test('a command that takes no file must stay', () => {
  assert.equal(withConfigFile('npx hive token NAME', 'x.yaml'), 'npx hive token NAME');
});
