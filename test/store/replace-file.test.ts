/** Files of other programs are replaced as a whole, or not at all. */
import assert from 'node:assert/strict';
import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { replaceFile } from '../../src/store/replace-file.ts';

const ROOT = mkdtempSync(join(tmpdir(), 'hive-replace-'));
after(() => rmSync(ROOT, { recursive: true }));

let count = 0;
function fileWith(content: string | undefined): string {
  const folder = join(ROOT, String(count++));
  mkdirSync(folder);
  const path = join(folder, 'mcp.json');
  if (content !== undefined) writeFileSync(path, content);
  return path;
}

const replace = (path: string, before: string | undefined, next: string | undefined) =>
  replaceFile({
    path,
    before: before === undefined ? undefined : Buffer.from(before),
    after: next === undefined ? undefined : Buffer.from(next),
    maxBytes: 1_000,
    now: Date.now(),
  });

const folderOf = (path: string): string[] => readdirSync(join(path, '..'));

test('a file must keep its mode, and leave no draft beside it', () => {
  const path = fileWith('a');
  chmodSync(path, 0o604);
  assert.equal(replace(path, 'a', 'b'), 'done');
  assert.equal(readFileSync(path, 'utf8'), 'b');
  assert.equal(statSync(path).mode & 0o777, 0o604);
  assert.deepEqual(folderOf(path), ['mcp.json']);
});

test('a file of another user must stay his', { skip: process.getuid?.() !== 0 && 'only root can' }, () => {
  const path = fileWith('a');
  chownSync(path, 4_321, 4_322);
  chmodSync(path, 0o640);
  assert.equal(replace(path, 'a', 'b'), 'done');
  const { uid, gid, mode } = statSync(path);
  assert.deepEqual([uid, gid, mode & 0o7777], [4_321, 4_322, 0o640]);
});

test('a file that is not as it was shown must stay, also where it has come or gone since', () => {
  const changed = fileWith('x');
  assert.equal(replace(changed, 'a', 'b'), 'changed');
  assert.equal(readFileSync(changed, 'utf8'), 'x');
  assert.equal(replace(changed, undefined, 'b'), 'changed');
  assert.equal(replace(changed, 'a', undefined), 'changed');
  assert.equal(replace(fileWith(undefined), 'a', 'b'), 'changed');
  assert.deepEqual(folderOf(changed), ['mcp.json']);
});

test('a new file must be for the user alone, and be deleted again', () => {
  const path = fileWith(undefined);
  assert.equal(replace(path, undefined, 'b'), 'done');
  assert.equal(statSync(path).mode & 0o777, 0o600);
  assert.equal(replace(path, 'b', undefined), 'done');
  assert.deepEqual(folderOf(path), []);
});

test('a link must stay, and its target be replaced in its own folder; one that leads nowhere is refused', () => {
  const target = fileWith('a');
  const link = fileWith(undefined);
  symlinkSync(target, link);
  assert.equal(replace(link, 'a', 'b'), 'done');
  assert.ok(lstatSync(link).isSymbolicLink());
  assert.equal(readFileSync(target, 'utf8'), 'b');
  rmSync(target);
  assert.throws(() => replace(link, undefined, 'c'), /it is a link to .*, which does not exist/);
});

test('two processes must not write at once, and a draft of a dead one must not block for ever', () => {
  const path = fileWith('a');
  const draft = join(path, '../.mcp.json.hive-draft');
  writeFileSync(draft, '');
  assert.equal(replace(path, 'a', 'b'), 'busy');
  utimesSync(draft, 0, 0);
  assert.equal(replace(path, 'a', 'b'), 'done');
  assert.deepEqual(folderOf(path), ['mcp.json']);
});

test('a folder in the place of the file must be refused', () => {
  const path = fileWith(undefined);
  mkdirSync(path);
  assert.throws(() => replace(path, 'a', 'b'));
});
