/** The state folders are the ledger of what Hive has made. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { knownStacks } from '../../../../src/cli/stack/find/known-stacks.ts';
import { openStateDir } from '../../../../src/runtime/memory/state-dir.ts';

function stateRoot(t: TestContext): { HIVE_STATE_DIR: string } {
  const folder = mkdtempSync(join(tmpdir(), 'hive-known-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return { HIVE_STATE_DIR: join(folder, 'state') };
}

test('every config file with a state folder must be known, also if the file is gone', (t) => {
  const env = stateRoot(t);
  assert.deepEqual(knownStacks(env), []);
  const { path: folder } = openStateDir('/gone/hive.yaml', env);
  assert.deepEqual(knownStacks(env), [{ folder, file: '/gone/hive.yaml' }]);
});

test('what is not a state folder must be left out, and a folder that lies has no file', (t) => {
  const env = stateRoot(t);
  const { path: folder } = openStateDir('/a/hive.yaml', env);
  writeFileSync(join(folder, 'config-file'), '/b/hive.yaml');
  mkdirSync(join(env.HIVE_STATE_DIR, 'photos'));
  mkdirSync(join(env.HIVE_STATE_DIR, '../other'));
  symlinkSync('../other', join(env.HIVE_STATE_DIR, 'hive-0123abcd'));
  assert.deepEqual(knownStacks(env), [{ folder, file: undefined }]);
});
