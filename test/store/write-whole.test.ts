/** A file is written whole or not at all, for the user alone, and through no link that somebody left. */
import assert from 'node:assert/strict';
import {
  existsSync,
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
  return { folder, path: join(folder, 'x.json') };
}

const modeOf = (path: string): number => statSync(path).mode & 0o777;

test('a file must be the user’s alone, also in place of one that was not, and no draft be left', (t) => {
  const before = process.umask(0);
  t.after(() => process.umask(before));
  const { folder, path } = place(t);
  writeFileSync(path, 'old', { mode: 0o666 });
  writeWhole(path, 'new');
  assert.deepEqual(
    [readFileSync(path, 'utf8'), modeOf(path), readdirSync(folder)],
    ['new', 0o600, ['x.json']],
  );
  writeWhole(path, Buffer.from('public'), { mode: 0o644, isSynced: true });
  assert.deepEqual([readFileSync(path, 'utf8'), modeOf(path)], ['public', 0o644]);
});

test('a link in the place of the draft must lead nowhere', (t) => {
  const { folder, path } = place(t);
  const victim = join(folder, 'victim');
  writeFileSync(victim, 'mine');
  symlinkSync(victim, `${path}.new`);
  writeWhole(path, 'new');
  assert.deepEqual([readFileSync(victim, 'utf8'), readFileSync(path, 'utf8')], ['mine', 'new']);
});

test('if the file cannot be replaced the old one must stay, and no draft', (t) => {
  const { path } = place(t);
  mkdirSync(join(path, 'inside'), { recursive: true });
  assert.throws(() => writeWhole(path, 'new'), { code: 'EISDIR' });
  assert.ok(existsSync(join(path, 'inside')) && !existsSync(`${path}.new`));
  assert.throws(() => writeWhole(join(path, 'missing', 'x'), 'new'), { code: 'ENOENT' });
});
