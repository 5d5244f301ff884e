/** Commands that only look must leave nothing behind. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { openStateDir, peekStateDir } from '../../../src/runtime/memory/state-dir.ts';

const ROOT = mkdtempSync(join(tmpdir(), 'hive-peek-'));
after(() => rmSync(ROOT, { recursive: true }));
const env = { HIVE_STATE_DIR: ROOT };

test('a look at a stack that was never up must make no folder, and its key stay in memory', () => {
  const state = peekStateDir('/x/hive.yaml', env);
  assert.equal(state.valuesKey.length, 32);
  assert.deepEqual(readdirSync(ROOT), []);
  const made = openStateDir('/x/hive.yaml', env);
  assert.equal(made.socket, state.socket);
  assert.deepEqual(peekStateDir('/x/hive.yaml', env).valuesKey, made.valuesKey);
});
