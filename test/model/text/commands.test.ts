/** Commands for pasting must do what they say, whatever a path holds. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { COMMANDS } from '../../../src/cli/commands.ts';
import { asTyped, shellWord } from '../../../src/model/text/commands.ts';

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

const typed = (text: string, file?: string, command = 'npx hive'): string => asTyped(text, { command, file });

test('each command in a hint must name the file, once', () => {
  const hint = 'run npx hive logs web, or npx hive ps; `npx hive down` ends it';
  const named =
    "run npx hive logs -c 'my stack.yaml' web, or npx hive ps -c 'my stack.yaml'; `npx hive down -c 'my stack.yaml'` ends it";
  assert.equal(typed(hint, 'my stack.yaml'), named);
  assert.equal(typed(named, 'my stack.yaml'), named);
  assert.equal(typed(hint), hint);
});

test('a command that takes no file must stay', () => {
  assert.equal(typed('npx hive token NAME', 'x.yaml'), 'npx hive token NAME');
});

test('a hint must have the words with which Hive was called', () => {
  assert.equal(
    typed('npx hive logs web; npx hive token me', 'x.yaml', 'hive'),
    'hive logs -c x.yaml web; hive token me',
  );
  // A `$&` in a path is no pattern.
  assert.equal(typed('npx hive ps', '/a$&b', "node '/c d/$&.mjs'"), "node '/c d/$&.mjs' ps -c '/a$&b'");
});

test('every command of a hint in the code must exist, and name its file if it takes one', () => {
  const src = join(import.meta.dirname, '../../../src');
  const used = globSync('**/*.ts', { cwd: src }).flatMap((file) =>
    [...readFileSync(join(src, file), 'utf8').matchAll(/npx hive ([a-z]+)/g)].map(([, name]) => name ?? ''),
  );
  assert.ok(used.length > 30);
  for (const name of new Set(used)) {
    // Made by the library for the command line.
    if (name === 'help') continue;
    const command = COMMANDS.find((it) => it.name === name);
    assert.ok(command, `npx hive ${name}`);
    const takesFile = (command.options ?? []).some(([syntax]) => syntax.startsWith('-c,'));
    assert.equal(typed(`npx hive ${name}`, 'x') !== `npx hive ${name}`, takesFile, name);
  }
});
