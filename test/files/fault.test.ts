/** Why a file is not read: what stands at its path, its size, or its disk. */
import assert from 'node:assert/strict';
import type { Stats } from 'node:fs';
import { test } from 'node:test';
import { FileFault, isOfDisk, kindOf, openFault, requireRegular, tooLarge } from '../../src/files/fault.ts';

const KINDS = ['isFile', 'isDirectory', 'isFIFO', 'isSymbolicLink', 'isSocket'] as const;
const stats = (kind?: (typeof KINDS)[number]): Stats =>
  Object.fromEntries(KINDS.map((name) => [name, () => name === kind])) as unknown as Stats;

test('each kind of thing must be named', () => {
  assert.deepEqual(
    KINDS.map((kind) => kindOf(stats(kind))),
    ['a file', 'a folder', 'a FIFO', 'a symbolic link', 'a socket'],
  );
  assert.equal(kindOf(stats()), 'a device');
});

test('only a regular file must pass, and a folder be told from other things', () => {
  requireRegular(stats('isFile'));
  for (const kind of [...KINDS.slice(1), undefined]) {
    const isFolder = kind === 'isDirectory';
    assert.throws(() => requireRegular(stats(kind)), { code: 'NOT_REGULAR', name: 'FileFault', isFolder });
  }
  assert.equal(new FileFault('BLOCKED', 'x').isFolder, false);
});

test('an open that ends at a socket must say so, and every other error stay', () => {
  assert.match(String(openFault({ code: 'ENXIO' })), /it is a socket/);
  for (const thrown of [{ code: 'ENOENT' }, undefined, null, 'x']) assert.equal(openFault(thrown), thrown);
});

test('a limit must be shown in KiB below 1 MiB', () => {
  assert.match(tooLarge((1 << 20) - 1).message, /larger than 1023 KiB/);
  assert.match(tooLarge(1 << 20).message, /larger than 1 MiB/);
  assert.match(tooLarge(5 << 20).message, /larger than 5 MiB/);
});

test('errors of the disk must be told from errors of what stands at the path', () => {
  const ofDisk = 'ENOSPC EDQUOT EROFS EIO ESTALE ENODEV ENXIO ETIMEDOUT EMFILE ENFILE BLOCKED'.split(' ');
  assert.deepEqual(
    ofDisk.filter((code) => !isOfDisk({ code })),
    [],
  );
  const others = [
    ...['ENOENT', 'EACCES', 'EISDIR', 'NOT_REGULAR', ''].map((code) => ({ code })),
    undefined,
    null,
    'EIO',
  ];
  assert.deepEqual(others.filter(isOfDisk), []);
});
