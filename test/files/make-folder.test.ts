/** Folders that are made, and those that cannot be. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { makeFolder } from '../../src/files/make-folder.ts';

const ROOT = mkdtempSync(join(tmpdir(), 'hive-folder-'));
after(() => rmSync(ROOT, { recursive: true }));

test('the folders around it must be made too, all with the mode, and twice must do no harm', () => {
  const path = join(ROOT, 'a/b/c');
  for (const _ of [1, 2]) makeFolder(path, 0o700);
  for (const folder of ['a', 'a/b', 'a/b/c']) assert.equal(statSync(join(ROOT, folder)).mode & 0o777, 0o700);
});

test('a file in its place, or in the place of a folder around it, must be an error', () => {
  writeFileSync(join(ROOT, 'file'), '');
  assert.throws(() => makeFolder(join(ROOT, 'file')), { code: 'EEXIST' });
  assert.throws(() => makeFolder(join(ROOT, 'file/x/y')), { code: 'ENOTDIR' });
});

test('below /proc it must fail, not try for ever', { skip: process.platform !== 'linux' }, () => {
  assert.throws(
    () => makeFolder('/proc/hive-none/a'),
    (error: NodeJS.ErrnoException) => error.code !== undefined,
  );
});

test('a folder around it that another process makes at the same moment must be used', () => {
  const parent = join(ROOT, 'shared');
  const mkdir = ((path: string, options: object) => {
    try {
      return mkdirSync(path, options);
    } finally {
      // The other process is faster, right after this one has been told that there is no such folder.
      if (path !== parent) mkdirSync(parent, { recursive: true });
    }
  }) as typeof mkdirSync;
  makeFolder(join(parent, 'state'), 0o700, mkdir);
  assert.ok(statSync(join(parent, 'state')).isDirectory());
});
