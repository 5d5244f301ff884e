/** Files of secrets, as the operations of the gateway read them in order to hide what is in them. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { secretFiles } from '../../../src/runtime/memory/secret-files.ts';

test('contents must be read, and a file that cannot be read be empty', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'hive-secret-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const write = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  assert.deepEqual({ ...secretFiles.variables(write('env', 'A=1\nB=2\n')) }, { A: '1', B: '2' });
  assert.equal(secretFiles.text(write('key', 'secret\n')), 'secret\n');
  assert.equal(secretFiles.exists(folder), true);
  const missing = join(folder, 'missing');
  assert.deepEqual(secretFiles.variables(missing), {});
  assert.deepEqual(secretFiles.variables(write('bad', 'A="x\n')), {});
  assert.equal(secretFiles.text(missing), '');
  assert.equal(secretFiles.exists(missing), false);
});
