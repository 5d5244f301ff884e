/** The key of the digests of secret values, and a state folder that cannot be used. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { checkStateDir } from '../../../src/runtime/memory/state-check.ts';
import { openStateDir } from '../../../src/runtime/memory/state-dir.ts';

function place(t: TestContext) {
  const root = mkdtempSync(join(tmpdir(), 'hive-key-'));
  t.after(() => rmSync(root, { recursive: true }));
  const open = () => openStateDir('/x/hive.yaml', { HIVE_STATE_DIR: root });
  return { root, open, keyFile: join(open().path, 'values.key') };
}

test('the key must be the same at each start', (t) => {
  const { open, keyFile } = place(t);
  const key = open().valuesKey;
  assert.equal(key.length, 32);
  assert.deepEqual(open().valuesKey, key);
  assert.deepEqual(readFileSync(keyFile), key);
});

for (const [what, bytes] of [
  ['an empty', ''],
  ['a short', 'x'.repeat(31)],
  ['a long', 'x'.repeat(33)],
] as const)
  test(`${what} key must be made anew, since it protects nothing`, (t) => {
    const { open, keyFile } = place(t);
    writeFileSync(keyFile, bytes);
    assert.equal(open().valuesKey.length, 32);
    assert.notEqual(open().valuesKey.toString(), bytes);
  });

test('a folder or a link in the place of the key must be named, and a command without need of it must work', (t) => {
  const { open, keyFile } = place(t);
  mkdirSync(keyFile);
  const state = open();
  assert.throws(() => state.valuesKey, {
    code: 'STATE_FAILED',
    message: /values\.key cannot be used: it is a folder/,
  });
  rmSync(keyFile, { recursive: true });
  symlinkSync('/etc/hostname', keyFile);
  assert.throws(() => open().valuesKey, { code: 'STATE_FAILED' });
});

test('a state folder that cannot be made or written must be named', (t) => {
  const { root, open } = place(t);
  const state = open();
  checkStateDir(state);
  rmSync(state.path, { recursive: true });
  assert.throws(() => checkStateDir(state), { code: 'STATE_FAILED' });
  const file = join(root, 'file');
  writeFileSync(file, '');
  assert.throws(() => openStateDir('/x/hive.yaml', { HIVE_STATE_DIR: file }), { code: 'STATE_FAILED' });
});
