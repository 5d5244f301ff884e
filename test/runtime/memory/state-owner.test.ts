/** The state folder belongs to one user, and nobody else could put another one in its place. */
import assert from 'node:assert/strict';
import { chmodSync, chownSync, mkdtempSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { openStateDir } from '../../../src/runtime/memory/state-dir.ts';
import { looseParent, requireOwnFolder, whyLoose } from '../../../src/runtime/memory/state-owner.ts';

function place(t: TestContext) {
  const root = mkdtempSync(join(tmpdir(), 'hive-state-'));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  const open = () => openStateDir('/x/hive.yaml', { HIVE_STATE_DIR: root });
  return { root, open, path: open().path };
}

test('a folder that others may use must become private when it is opened', (t) => {
  const { open, path } = place(t);
  assert.equal(statSync(path).mode & 0o777, 0o700);
  chmodSync(path, 0o777);
  open();
  assert.equal(statSync(path).mode & 0o777, 0o700);
});

test('a folder of another user must be refused', (t) => {
  const { path } = place(t);
  const mine = statSync(path).uid;
  requireOwnFolder(path, mine);
  assert.throws(() => requireOwnFolder(path, mine + 1), {
    code: 'STATE_FAILED',
    message: `the state folder ${path} belongs to another user (uid ${mine})`,
  });
});

test('a link in the place of the folder must be refused', (t) => {
  const { root, open, path } = place(t);
  rmSync(path, { recursive: true });
  symlinkSync(root, path);
  assert.throws(open, { code: 'STATE_FAILED', message: /is a symbolic link, not a folder$/ });
});

test('a parent that other users may write must be named, unless they cannot replace what is not theirs', (t) => {
  const { root, path } = place(t);
  assert.equal(dirname(path), root);
  const { uid, gid } = statSync(root);
  for (const [mode, why] of [
    [0o700, undefined],
    [0o755, undefined],
    [0o777, /can be written by other users/],
    [0o1777, undefined],
    [0o707, /can be written by other users/],
    // A group with the user's number is the user's own.
    [0o770, gid === uid ? undefined : /can be written by other users/],
  ] as const) {
    chmodSync(root, mode);
    const said = looseParent(path, uid);
    if (why) assert.match(said ?? '', why, mode.toString(8));
    else assert.equal(said, undefined, mode.toString(8));
  }
});

test('a parent that belongs to another user must be named', {
  skip: process.getuid?.() !== 0 && 'needs root',
}, (t) => {
  const { root, path } = place(t);
  chownSync(root, 4711, 4711);
  assert.match(looseParent(path) ?? '', /belongs to another user \(uid 4711\)/);
  assert.equal(looseParent(path, 4711), undefined);
});

test('each permission of others must be taken from the folder, and those of the user stay', (t) => {
  const { path } = place(t);
  for (const mode of [0o701, 0o702, 0o704, 0o710, 0o720, 0o740]) {
    chmodSync(path, mode);
    requireOwnFolder(path);
    assert.equal(statSync(path).mode & 0o777, 0o700, mode.toString(8));
  }
  chmodSync(path, 0o500);
  requireOwnFolder(path);
  assert.equal(statSync(path).mode & 0o777, 0o500);
  chmodSync(path, 0o700);
});

test('a parent must belong to the user or to root, and nobody else be able to write it', () => {
  const loose = (uid: number, gid: number, mode: number): string | undefined =>
    whyLoose({ uid, gid, mode }, 1000);
  const writable = 'can be written by other users';
  assert.equal(loose(1000, 1000, 0o755), undefined);
  assert.equal(loose(0, 0, 0o755), undefined);
  assert.equal(loose(1, 1, 0o755), 'belongs to another user (uid 1)');
  assert.equal(loose(1, 1, 0o1755), 'belongs to another user (uid 1)');
  for (const [gid, mode, why] of [
    [1000, 0o775, undefined],
    [100, 0o775, writable],
    [100, 0o755, undefined],
    [100, 0o757, writable],
    [1000, 0o757, writable],
    [100, 0o1777, undefined],
  ] as const)
    assert.equal(loose(1000, gid, mode), why, `${gid} ${mode.toString(8)}`);
});

test('a loose parent must be named with its path, and one that is not there be none', (t) => {
  const { root, path } = place(t);
  chmodSync(root, 0o777);
  const said = `the state folder's parent ${root} can be written by other users, who could replace what Hive keeps`;
  assert.equal(looseParent(path), said);
  assert.equal(looseParent('/nowhere/at/all'), undefined);
  chmodSync(root, 0o700);
  assert.equal(looseParent(path), undefined);
});

test('where users have no numbers, nobody can be another user', (t) => {
  const { root, path } = place(t);
  chmodSync(root, 0o777);
  t.mock.method(process as { getuid: () => unknown }, 'getuid', () => undefined);
  requireOwnFolder(path);
  assert.equal(looseParent(path), undefined);
});
