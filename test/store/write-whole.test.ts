/** Files are written whole, by a draft that leads nowhere else. */
import assert from 'node:assert/strict';
import {
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { writeNew, writeWhole } from '../../src/store/write-whole.ts';
import { descriptors, fsError, replaceFs, watchFs } from '../helpers/node-fs.ts';

function place(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'hive-whole-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const at = (name: string): string => join(folder, name);
  return { folder, at, path: at('file') };
}

for (const [what, put] of [
  ['symbolic', symlinkSync],
  ['hard', linkSync],
] as const)
  test(`a ${what} link in the place of the draft must lead nowhere`, (t) => {
    const { at, path } = place(t);
    writeFileSync(at('victim'), 'theirs');
    put(at('victim'), `${path}.new`);
    writeWhole(path, 'mine');
    assert.equal(readFileSync(at('victim'), 'utf8'), 'theirs');
    assert.equal(readFileSync(path, 'utf8'), 'mine');
  });

test('a link in the place of the file must be replaced, not followed', (t) => {
  const { at, path } = place(t);
  writeFileSync(at('victim'), 'theirs');
  symlinkSync(at('victim'), path);
  writeWhole(path, 'mine');
  assert.equal(readFileSync(at('victim'), 'utf8'), 'theirs');
  assert.equal(readFileSync(path, 'utf8'), 'mine');
});

test('only this user may read the file, unless it is for others', (t) => {
  const { at, path } = place(t);
  writeWhole(path, 'x');
  writeWhole(at('other'), 'x', { mode: 0o644 });
  assert.equal(statSync(path).mode & 0o777, 0o600);
  assert.equal(statSync(at('other')).mode & 0o777, 0o644);
});

test('a new file must be for this user alone, not wait for the disk, and replace nothing', (t) => {
  const { path } = place(t);
  const synced = watchFs(t, 'fsyncSync');
  writeNew(path, 'x');
  assert.deepEqual([statSync(path).mode & 0o7777, synced.length], [0o600, 0]);
  assert.throws(() => writeNew(path, 'y'), { code: 'EEXIST' });
  assert.equal(readFileSync(path, 'utf8'), 'x');
});

test('a file that cannot be replaced must leave no draft', (t) => {
  const { folder, path } = place(t);
  mkdirSync(path);
  assert.throws(() => writeWhole(path, 'x'));
  assert.deepEqual(readdirSync(folder), ['file']);
  assert.ok(!existsSync(`${path}.new`));
});

test('a full disk must leave the old text, no draft and no descriptor', (t) => {
  const { folder, path } = place(t);
  writeWhole(path, 'old');
  replaceFs(t, 'writeFileSync', () => {
    throw fsError('ENOSPC');
  });
  const before = descriptors();
  assert.throws(() => writeWhole(path, 'new'), { code: 'ENOSPC' });
  assert.equal(readFileSync(path, 'utf8'), 'old');
  assert.deepEqual(readdirSync(folder), ['file']);
  assert.equal(descriptors(), before);
});

test('a missing folder must be named by the operation that failed first', (t) => {
  const { at } = place(t);
  assert.throws(() => writeWhole(at('missing/file'), 'x'), { code: 'ENOENT', syscall: 'open' });
});

test('only a file that must survive a loss of power must wait for the disk', (t) => {
  const { path } = place(t);
  const synced = watchFs(t, 'fsyncSync');
  writeWhole(path, 'x');
  writeWhole(path, 'x', {});
  assert.equal(synced.length, 0);
  writeWhole(path, 'x', { isSynced: true });
  assert.equal(synced.length, 1);
});
