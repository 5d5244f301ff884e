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
import { writeWhole } from '../../src/store/write-whole.ts';

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

test('a file that cannot be replaced must leave no draft', (t) => {
  const { folder, path } = place(t);
  mkdirSync(path);
  assert.throws(() => writeWhole(path, 'x'));
  assert.deepEqual(readdirSync(folder), ['file']);
  assert.ok(!existsSync(`${path}.new`));
});
