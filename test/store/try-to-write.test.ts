/** The trial of a folder for room leaves nothing behind, however it ends, and leads to no other file. */
import assert from 'node:assert/strict';
import {
  existsSync,
  linkSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { tryToWrite } from '../../src/store/try-to-write.ts';
import { descriptors, fsError } from '../helpers/node-fs.ts';

function place(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'hive-try-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return { folder, path: join(folder, 'probe') };
}

/** Calls `write` in the place of the one of each open file until the test ends. */
async function replaceWrite(t: TestContext, write: (file: FileHandle, data: Buffer) => unknown) {
  const file = await open(import.meta.filename);
  t.mock.method(Object.getPrototypeOf(file), 'write', function (this: FileHandle, data: Buffer) {
    return write(this, data);
  });
  await file.close();
}

test('the file must have the size that was asked for, be for its owner alone, and be gone afterwards', async (t) => {
  const { folder, path } = place(t);
  const seen: number[] = [];
  await replaceWrite(
    t,
    async (file, { length }) => void seen.push((await file.stat()).mode & 0o7777, length),
  );
  await tryToWrite(path, 4_096);
  assert.deepEqual(seen, [0o600, 4_096]);
  assert.deepEqual(readdirSync(folder), []);
});

for (const [what, put] of [
  ['symbolic', symlinkSync],
  ['hard', linkSync],
] as const)
  test(`a ${what} link in its place must lead nowhere`, async (t) => {
    const { folder, path } = place(t);
    const victim = join(folder, 'victim');
    writeFileSync(victim, 'theirs');
    put(victim, path);
    await tryToWrite(path, 16);
    assert.equal(readFileSync(victim, 'utf8'), 'theirs');
    assert.equal(existsSync(path), false);
  });

test('a full disk must be reported, with no file and no descriptor left', async (t) => {
  const { folder, path } = place(t);
  await replaceWrite(t, () => {
    throw fsError('ENOSPC');
  });
  const before = descriptors();
  await assert.rejects(tryToWrite(path, 16), { code: 'ENOSPC' });
  assert.equal(descriptors(), before);
  assert.deepEqual(readdirSync(folder), []);
});

test('a file that another process has removed meanwhile must not count as a fault', async (t) => {
  const { path } = place(t);
  await replaceWrite(t, () => rmSync(path));
  await tryToWrite(path, 16);
  assert.equal(existsSync(path), false);
});
