import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { COMMANDS } from '../../src/cli/commands.ts';

const CLI = join(import.meta.dirname, '../../src/cli');
const text = readFileSync(join(CLI, 'commands.ts'), 'utf8');

test('each command must have a unique name, a summary without a full stop, and explained options', () => {
  assert.equal(new Set(COMMANDS.map(({ name }) => name)).size, COMMANDS.length);
  for (const { name, summary, options = [] } of COMMANDS) {
    assert.match(name, /^[a-z]+$/);
    assert.match(summary, /^[a-z].*[^.]$/);
    for (const [flags, explained] of options) {
      assert.match(flags, /^(-[a-zA-Z], )?--[a-z-]+( [<[][a-z]+[>\]])?$/);
      assert.ok(explained, flags);
    }
  }
});

test('every command that needs a stack must take -c', () => {
  const without = COMMANDS.filter(({ options = [] }) => !options.some(([flags]) => flags.startsWith('-c,')));
  assert.deepEqual(
    without.map(({ name }) => name),
    ['init', 'import', 'search', 'info', 'ls', 'token', 'uninstall', 'schema'],
  );
});

test('no command may be loaded before it is typed, and every file of a command must have one', () => {
  const specs = ['added', 'call', 'catalogue', 'connect', 'servers', 'watch']
    .map((room) => readFileSync(join(CLI, room, 'specs.ts'), 'utf8'))
    .join('');
  const eager = [...`${text}${specs}`.matchAll(/^import (?!type ).* from '([^']+)';$/gm)].map(
    ([, from]) => from,
  );
  // Data alone: what these import, they import as types.
  assert.deepEqual(
    [...new Set(eager)],
    [
      './added/specs.ts',
      './call/specs.ts',
      './catalogue/specs.ts',
      './connect/specs.ts',
      './secret/specs.ts',
      './servers/specs.ts',
      './stack/command-spec.ts',
      './watch/specs.ts',
      '../stack/command-spec.ts',
    ],
  );
  assert.doesNotMatch(readFileSync(join(CLI, 'stack/command-spec.ts'), 'utf8'), /^import (?!type )/m);
  const lazy = new Set([...text.matchAll(/import\('\.\/([a-z]+\.ts)'\)/g)].map(([, file]) => file));
  const files = globSync('*.ts', { cwd: CLI }).filter((file) => file !== 'commands.ts');
  assert.deepEqual([...lazy].sort(), files.sort());
});
