/** Commands on Windows, as far as they can be shown on another system. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asProgram } from '../../../../src/runtime/links/commands/windows-program.ts';

const ENV = { Path: 'C:\\a;C:\\nodejs', COMSPEC: 'C:\\Windows\\cmd.exe' };
const FILES = ['C:\\nodejs\\npx', 'C:\\nodejs\\npx.cmd', 'C:\\nodejs\\node.exe', 'C:\\my tools\\run.bat'];
const program = (command: string, ...args: string[]) =>
  asProgram(command, args, ENV, 'win32', (path) => FILES.includes(path));

test('a command must stay as it is on other systems', () => {
  const { command, args, isVerbatim } = asProgram('npx', ['-y', 'a b'], ENV, 'darwin', () => true);
  assert.deepEqual({ command, args, isVerbatim }, { command: 'npx', args: ['-y', 'a b'], isVerbatim: false });
});

test('a program must be found by its ending, and run without cmd.exe', () => {
  assert.deepEqual(program('node', 'a b'), {
    command: 'C:\\nodejs\\node.exe',
    args: ['a b'],
    isVerbatim: false,
  });
  assert.equal(program('node.exe').command, 'C:\\nodejs\\node.exe');
  assert.equal(program('missing').command, 'missing');
});

test('npx must run by cmd.exe', () => {
  assert.deepEqual(program('npx', '-y', 'server'), {
    command: 'C:\\Windows\\cmd.exe',
    args: ['/d', '/s', '/c', '"C:\\nodejs\\npx.cmd ^^^"-y^^^" ^^^"server^^^""'],
    isVerbatim: true,
  });
  assert.match(program('C:\\my tools\\run.bat').args[3] ?? '', /^"C:\\my\^ tools\\run\.bat"$/);
});

test('no argument may begin a command of its own', () => {
  for (const argument of ['a&calc', 'a|b', '%PATH%', '"&calc', 'a"b\\', '>x', '^']) {
    const line = program('npx', argument).args[3]?.slice(1, -1) ?? '';
    // What cmd.exe reads, and then the script: each takes one `^` away before another character.
    for (const text of [line, line.replace(/\^(.)/g, '$1')])
      assert.doesNotMatch(text.slice('C:\\nodejs\\npx.cmd '.length), /(?<!\^)(?:\^\^)*[&|<>%"]/, text);
  }
});
