/** Commands must find the config file of a folder above, say which one, and give hints that can be typed. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

const MAIN = join(import.meta.dirname, '../../src/main.ts');
const ROOT = mkdtempSync(join(tmpdir(), 'hive-above-'));
const INNER = join(ROOT, 'repo/a/b');
after(() => rmSync(ROOT, { recursive: true }));
mkdirSync(INNER, { recursive: true });
mkdirSync(join(ROOT, 'repo/.git'));
writeFileSync(join(ROOT, 'hive.yaml'), 'servers: { outer: { command: node x } }\n');

function hive(...args: string[]) {
  const env = { ...process.env, HOME: ROOT, HIVE_STATE_DIR: join(ROOT, 'state'), NO_COLOR: '1' };
  return spawnSync(process.execPath, [MAIN, ...args], { cwd: INNER, env, encoding: 'utf8' });
}

test('a file behind the border of the repository must not be used', () => {
  const { stderr, status } = hive('down');
  assert.equal(status, 2);
  assert.match(stderr, /^error CONFIG_NOT_FOUND: there is no hive\.yaml, .* or above it\n {2}fix: /);
});

test('a file of the repository must be used in its folders, named on stderr and in hints', () => {
  writeFileSync(join(ROOT, 'repo/hive.yaml'), 'servers: { near: { command: node x } }\n');
  const { stdout, stderr } = hive('validate', '--json');
  assert.deepEqual(JSON.parse(stdout).servers, ['near']);
  assert.equal(stderr, 'note: using ../../hive.yaml\n');
  assert.match(hive('ps').stderr, /fix: start it: npx hive up -c \.\.\/\.\.\/hive\.yaml -d\n$/);
  const other = join(ROOT, 'hive.yaml');
  for (const words of [
    ['validate', other],
    ['validate', '-c', other],
  ])
    assert.equal(hive(...words).stderr, '', 'a file that was named');
});
