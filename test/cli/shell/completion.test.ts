/** Completion scripts, in the shells that this machine has; and the page of all commands. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { COMMANDS } from '../../../src/cli/commands.ts';
import { completion } from '../../../src/cli/shell/completion.ts';
import { bashScript, fishScript, zshScript } from '../../../src/cli/shell/scripts.ts';
import { commandWords, flagsOf } from '../../../src/cli/shell/words.ts';
import { DOCUMENT, renderDocument } from './render.ts';

const words = COMMANDS.map(commandWords);
const has = (shell: string): boolean => spawnSync(shell, ['--version']).status === 0;

/** What bash offers after these words. */
function inBash(before: string, ...typed: string[]): string[] {
  const script = `${before}${bashScript(words)}
COMP_WORDS=(${typed.map((it) => `'${it}'`).join(' ')}); COMP_CWORD=${typed.length - 1}; _hive
printf '%s\\n' "\${COMPREPLY[@]}"`;
  return execFileSync('bash', ['-c', script], { encoding: 'utf8' }).split('\n').filter(Boolean);
}

test('every option must be read from its syntax', () => {
  for (const { name, options = [] } of COMMANDS)
    for (const [syntax] of options) {
      const [option] = commandWords({ ...COMMANDS[0], name, options: [[syntax]] } as never).options;
      assert.ok(option && flagsOf(option).every((flag) => syntax.includes(flag)), `${name}: ${syntax}`);
      assert.match(option.long, /^[a-z-]+$/);
    }
});

test('bash must complete commands, options and files', () => {
  assert.deepEqual(inBash('', 'hive', 'comp'), ['compile', 'completion']);
  assert.deepEqual(inBash('', 'hive', 'up', '--p'), ['--pull']);
  assert.deepEqual(inBash('', 'hive', 'help', 'dis'), ['disconnect']);
  assert.deepEqual(inBash('', 'hive', 'validate', '/etc/hostn'), ['/etc/hostname']);
});

/** A program `hive` that answers as a gateway with two servers would, and names its arguments on a third line. */
const FAKE = 'hive() { printf "%s\\n" echo else "$*"; }\n';

test('bash must complete servers, of the file that was named, and files after -c', () => {
  for (const verb of ['stop', 'start', 'restart', 'logs', 'pull'])
    assert.deepEqual(inBash(FAKE, 'hive', verb, 'e'), ['echo', 'else'], verb);
  assert.deepEqual(inBash(FAKE, 'hive', 'stop', '-c', '/x', 's'), ['servers']);
  assert.deepEqual(inBash(FAKE, 'hive', 'stop', '-c', '/x', '/x'), ['/x']);
  assert.deepEqual(inBash(FAKE, 'hive', 'stop', '-c', '/etc/hostn'), ['/etc/hostname']);
  assert.deepEqual(inBash('hive() { echo broken >&2; return 1; }\n', 'hive', 'stop', ''), []);
});

test('fish must complete servers', { skip: has('fish') ? false : 'there is no fish here' }, () => {
  const fake = 'function hive; printf "%s\\n" echo else "at $argv"; end\n';
  const offered = (line: string): string[] =>
    execFileSync(
      'fish',
      ['--no-config', '-c', `${fishScript(words)}\n${fake}complete -C ${JSON.stringify(line)}`],
      {
        encoding: 'utf8',
      },
    ).split('\n');
  assert.ok(['echo', 'else'].every((it) => offered('hive stop e').includes(it)));
  assert.ok(offered('hive logs -c /x a').includes('at completion servers -c /x'));
});

test('without a gateway, no servers must be offered, and nothing be said', async () => {
  assert.equal(await completion('servers', COMMANDS, { config: '/nowhere/hive.yaml' }), undefined);
});

test('below the folder of a config file, the scripts must come without a note', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'hive-completion-'));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'hive.yaml'), 'servers: {}\n');
  mkdirSync(join(folder, 'below'));
  const main = join(import.meta.dirname, '../../../src/main.ts');
  const env = { ...process.env, HIVE_STATE_DIR: join(folder, '.state') };
  for (const what of ['bash', 'servers']) {
    const options = { cwd: join(folder, 'below'), env, encoding: 'utf8' } as const;
    const { status, stderr } = spawnSync(process.execPath, [main, 'completion', what], options);
    assert.deepEqual([status, stderr], [0, ''], what);
  }
});

for (const [shell, script] of [
  ['zsh', zshScript(words)],
  ['fish', fishScript(words)],
] as const)
  test(`${shell} must read its script`, { skip: has(shell) ? false : `there is no ${shell} here` }, (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'hive-completion-'));
    t.after(() => rmSync(folder, { recursive: true }));
    writeFileSync(join(folder, 'script'), script);
    const { status, stderr } = spawnSync(shell, ['-n', join(folder, 'script')], { encoding: 'utf8' });
    assert.deepEqual([status, stderr], [0, '']);
  });

test('summaries must stay words of their shells, whatever is in them', () => {
  const tricky = [{ name: 'x', summary: "it's $(x) [a]: b", args: [], options: [] }];
  assert.match(zshScript(tricky), /'x:it'\\''s \$\(x\) \[a\]: b'/);
  assert.match(fishScript(tricky), /-d 'it\\'s \$\(x\) \[a\]: b'/);
});

test('another shell must be refused with what to type', async () => {
  await assert.rejects(completion('tcsh', COMMANDS), { code: 'USAGE', hint: /completion bash/ });
});

test('docs/cli.md must be what `npm run docs` writes', () => {
  assert.equal(readFileSync(DOCUMENT, 'utf8'), renderDocument());
});
