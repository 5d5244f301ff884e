/** The state folder belongs to one user, and whatever stands in the place of Hive's files is named. */
import assert from 'node:assert/strict';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { checkStateDir } from '../../../src/runtime/memory/state-check.ts';
import { openStateDir } from '../../../src/runtime/memory/state-dir.ts';
import { looseParent, requireOwnFolder } from '../../../src/runtime/memory/state-owner.ts';
import { ValuesKey } from '../../../src/runtime/memory/values-key.ts';
import { writeWhole } from '../../../src/store/write-whole.ts';

function place(t: TestContext) {
  const root = mkdtempSync(join(tmpdir(), 'hive-state-'));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  const open = () => openStateDir('/x/hive.yaml', { HIVE_STATE_DIR: root });
  return { root, open, path: open().path };
}

const FILES = [
  'gateway.log',
  'gateway.log.1',
  'up.out',
  'stack.json',
  'eras.json',
  'pipes.json',
  'values.key',
];
const FOLDERS = ['compose', 'lists', 'oauth', 'pipes'];

for (const name of FILES)
  test(`a folder or a link in the place of ${name} must be named, and the check be good without it`, (t) => {
    const { open, path } = place(t);
    const state = open();
    const there = join(path, name);
    mkdirSync(there);
    assert.throws(() => checkStateDir(state), {
      code: 'STATE_FAILED',
      message: `${there} cannot be used: it is a folder, where Hive keeps a file`,
    });
    rmSync(there, { recursive: true });
    symlinkSync('/etc/hostname', there);
    assert.throws(() => checkStateDir(state), { message: /it is a symbolic link, where Hive keeps a file$/ });
    rmSync(there);
    checkStateDir(state);
  });

for (const name of FOLDERS)
  test(`a file in the place of the folder ${name} must be named`, (t) => {
    const { open, path } = place(t);
    writeFileSync(join(path, name), '');
    assert.throws(() => checkStateDir(open()), { message: /it is a file, where Hive keeps a folder$/ });
  });

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

/** A key whose disk is full until `makeRoom` is called. */
function keyOnFullDisk(path: string) {
  const file = join(path, 'values.key');
  let hasRoom = false;
  const key = new ValuesKey(file, (...written) => {
    if (!hasRoom) throw Object.assign(new Error('full'), { code: 'ENOSPC' });
    writeWhole(...written);
  });
  const makeRoom = (): void => {
    hasRoom = true;
  };
  return { file, key, makeRoom };
}

test('a key without room must be used from memory, and be written once there is room', (t) => {
  const { path } = place(t);
  const { file, key, makeRoom } = keyOnFullDisk(path);
  const { bytes } = key;
  assert.equal(bytes.length, 32);
  assert.throws(() => key.save(), { code: 'ENOSPC' });
  assert.equal(key.bytes, bytes);
  makeRoom();
  key.save();
  assert.deepEqual(new ValuesKey(file).bytes, bytes);
  assert.equal(statSync(file).mode & 0o777, 0o600);
});

test('a key that another process has written meanwhile must win over one in memory', (t) => {
  const { path } = place(t);
  const { file, key, makeRoom } = keyOnFullDisk(path);
  const inMemory = key.bytes;
  const other = new ValuesKey(file).bytes;
  makeRoom();
  key.save();
  assert.deepEqual(key.bytes, other);
  assert.notDeepEqual(other, inMemory);
});
