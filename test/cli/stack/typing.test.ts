/** Commands in hints must be what this user can type in this folder. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { COMMANDS } from '../../../src/cli/commands.ts';
import { missingServer } from '../../../src/cli/stack/missing-server.ts';
import { unknownCommand } from '../../../src/cli/stack/other-words.ts';
import { typedError, typedStatus } from '../../../src/cli/stack/typing.ts';
import { GatewayError } from '../../../src/errors.ts';
import { asTyped } from '../../../src/model/text/commands.ts';
import { gateway, server } from '../fixtures.ts';

const typed = (text: string): string => asTyped(text, { command: 'hive', file: 'e 1.yaml' });
const { calledAs } = await import(join(import.meta.dirname, '../../../bin/called-as.mjs'));
const KNOWN = COMMANDS.map(({ name }) => name);

test('Hive must know how it was called', () => {
  const path = '/usr/local/bin:/usr/bin';
  for (const [script, command, platform = 'linux'] of [
    ['/usr/local/bin/hive', 'hive'],
    ['/opt/x/bin/hive', '/opt/x/bin/hive'],
    ['/home/me/.npm/_npx/1f/node_modules/.bin/hive', 'npx hive-mcp'],
    ['C:\\npm\\node_modules\\hive-mcp\\bin\\hive.mjs', 'hive', 'win32'],
    ['/home/me/hive/node_modules/.bin/hive', 'npx hive'],
    ['C:\\x\\node_modules\\.bin\\hive', 'npx hive', 'win32'],
    ['/home/me/hive/bin/hive.mjs', 'node /home/me/hive/bin/hive.mjs'],
    ["/home/it's me/bin/hive.mjs", "node '/home/it'\\''s me/bin/hive.mjs'"],
  ] as const)
    assert.equal(calledAs(script, path, platform), command);
  const linked = '/home/me/.npm/_npx/1f/node_modules/.bin/hive';
  assert.equal(calledAs(linked, path, 'linux', true), 'npx hive', 'npx links the command of a checkout');
});

test('the fix of an error must name the file and keep its place', () => {
  const place = { path: 'x', line: 3 };
  const error = typedError(
    new GatewayError('SERVER_EXITED', 'it ended', { hint: 'npx hive restart a', place }),
    typed,
  );
  assert.deepEqual([error.hint, error.place], ["hive restart -c 'e 1.yaml' a", place]);
});

test('what a running gateway says must be typed as its reader types it', () => {
  const status = gateway([
    server('a', { reason: 'r', hint: 'npx hive logs a', detail: 'gave up: npx hive restart a' }),
  ]);
  const [shown] = typedStatus(status, typed).servers;
  assert.deepEqual(
    [shown?.hint, shown?.detail],
    ["hive logs -c 'e 1.yaml' a", "gave up: hive restart -c 'e 1.yaml' a"],
  );
});

test('a server that offers nothing must come with the command that shows its output, as it is typed', () => {
  const status = gateway([server('a', { whyNothing: 'it wrote: no key' }), server('b', { whyNothing: 'x' })]);
  const shown = typedStatus(status, typed).servers.map(({ whyNothing }) => whyNothing);
  assert.deepEqual(shown, ["it wrote: no key; more: hive logs -c 'e 1.yaml' a", 'x']);
});

test('a text that is typed already must stay as it is', () => {
  for (const command of ['hive', 'npx hive', 'npx hive-mcp', 'node /x/hive.mjs']) {
    const once = asTyped('look: npx hive logs a', { command, file: 'e.yaml' });
    assert.equal(once, `look: ${command} logs -c e.yaml a`);
    assert.equal(asTyped(once, { command, file: 'e.yaml' }), once);
  }
});

test('a word that is no command must bring the one that was meant', () => {
  for (const [word, meant] of [
    ['list', 'ps'],
    ['status', 'ps'],
    ['stats', 'ps'],
    ['upp', 'up'],
    ['validat', 'validate'],
  ])
    assert.match(unknownCommand(word ?? '', KNOWN).hint ?? '', new RegExp(`^did you mean ${meant}\\? `));
  for (const word of ['frobnicate', 'constructor', ''])
    assert.equal(unknownCommand(word, KNOWN).hint, 'all commands and options: npx hive --help');
});

test('a command without its server must name the servers', () => {
  const { message, hint } = missingServer('restart', ['web', 'db']);
  assert.equal(message, 'restart needs the name of a server; servers: web, db');
  assert.equal(hint, 'npx hive restart web');
});
