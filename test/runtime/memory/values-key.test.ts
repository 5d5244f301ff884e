/** The key of the digests of secret values, and a state folder that cannot be used. */
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
import { checkStateDir } from '../../../src/runtime/memory/state-check.ts';
import { openStateDir } from '../../../src/runtime/memory/state-dir.ts';
import { ValuesKey } from '../../../src/runtime/memory/values-key.ts';
import { writeWhole } from '../../../src/store/write-whole.ts';
import { fsError, replaceFs } from '../../helpers/node-fs.ts';

function place(t: TestContext) {
  const root = mkdtempSync(join(tmpdir(), 'hive-key-'));
  t.after(() => rmSync(root, { recursive: true }));
  const open = () => openStateDir('/x/hive.yaml', { HIVE_STATE_DIR: root });
  return { root, open, keyFile: join(open().path, 'values.key') };
}

test('the key must be the same at each start', (t) => {
  const { open, keyFile } = place(t);
  const key = open().valuesKey;
  assert.equal(key.length, 32);
  assert.deepEqual(open().valuesKey, key);
  assert.deepEqual(readFileSync(keyFile), key);
});

for (const [what, bytes] of [
  ['an empty', ''],
  ['a short', 'x'.repeat(31)],
  ['a long', 'x'.repeat(33)],
] as const)
  test(`${what} key must be made anew, since it protects nothing`, (t) => {
    const { open, keyFile } = place(t);
    writeFileSync(keyFile, bytes);
    assert.equal(open().valuesKey.length, 32);
    assert.notEqual(open().valuesKey.toString(), bytes);
  });

test('a folder or a link in the place of the key must be named, and a command without need of it must work', (t) => {
  const { open, keyFile } = place(t);
  mkdirSync(keyFile);
  const state = open();
  assert.throws(() => state.valuesKey, {
    code: 'STATE_FAILED',
    message: /values\.key cannot be used: it is a folder/,
  });
  rmSync(keyFile, { recursive: true });
  symlinkSync('/etc/hostname', keyFile);
  assert.throws(() => open().valuesKey, { code: 'STATE_FAILED' });
});

test('a state folder that cannot be made or written must be named', async (t) => {
  const { root, open } = place(t);
  const state = open();
  await checkStateDir(state);
  rmSync(state.path, { recursive: true });
  await assert.rejects(checkStateDir(state), { code: 'STATE_FAILED' });
  const file = join(root, 'file');
  writeFileSync(file, '');
  assert.throws(() => openStateDir('/x/hive.yaml', { HIVE_STATE_DIR: file }), { code: 'STATE_FAILED' });
});

/** A key whose disk is full until `makeRoom` is called. */
function keyOnFullDisk(file: string) {
  let hasRoom = false;
  const key = new ValuesKey(file, (...written) => {
    if (!hasRoom) throw fsError('ENOSPC');
    writeWhole(...written);
  });
  const makeRoom = (): void => {
    hasRoom = true;
  };
  return { key, makeRoom };
}

test('a key without room must be used from memory, and be written once there is room', (t) => {
  const { keyFile: file } = place(t);
  const { key, makeRoom } = keyOnFullDisk(file);
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
  const { keyFile: file } = place(t);
  const { key, makeRoom } = keyOnFullDisk(file);
  const inMemory = key.bytes;
  const other = new ValuesKey(file).bytes;
  makeRoom();
  key.save();
  assert.deepEqual(key.bytes, other);
  assert.notDeepEqual(other, inMemory);
});

/** A key that counts how often it is written, and with which options. */
function countedKey(path: string) {
  const written: unknown[] = [];
  const key = new ValuesKey(path, (file, data, options) => {
    written.push(options);
    writeWhole(file, data, options);
  });
  return { key, written };
}

test('a key must be written once, before it is used, and so that it survives a loss of power', (t) => {
  const { keyFile } = place(t);
  const { key, written } = countedKey(keyFile);
  key.save();
  assert.equal(existsSync(keyFile), false);
  const { bytes } = key;
  assert.deepEqual(readFileSync(keyFile), bytes);
  key.save();
  assert.deepEqual(written, [{ isSynced: true }]);
  const later = countedKey(keyFile);
  assert.deepEqual(later.key.bytes, key.bytes);
  later.key.save();
  assert.deepEqual(later.written, []);
});

test('a key from memory must be written once', (t) => {
  const { keyFile } = place(t);
  const { key, makeRoom } = keyOnFullDisk(keyFile);
  assert.ok(key.bytes);
  makeRoom();
  key.save();
  rmSync(keyFile);
  key.save();
  assert.equal(existsSync(keyFile), false);
});

test('no draft of a key must stay', (t) => {
  const { keyFile } = place(t);
  const folder = join(keyFile, '..');
  writeFileSync(keyFile, 'short');
  assert.equal(new ValuesKey(keyFile).bytes.length, 32);
  const broken = new ValuesKey(join(folder, 'other'), (path, data) => {
    writeFileSync(path, data);
    throw fsError('ENOSPC');
  });
  assert.equal(broken.bytes.length, 32);
  assert.deepEqual(readdirSync(folder), ['config-file', 'values.key']);
});

test('a place that cannot hold a key must stop its use, unless room may come', (t) => {
  const { keyFile } = place(t);
  const key = new ValuesKey(keyFile, () => {
    throw fsError('EACCES');
  });
  assert.throws(() => key.bytes, { code: 'EACCES' });
});

test('what is too large for a key must not be taken for one, nor be removed', (t) => {
  const { keyFile } = place(t);
  writeFileSync(keyFile, 'x'.repeat(4_097));
  assert.throws(() => new ValuesKey(keyFile).bytes, { code: 'TOO_LARGE' });
  assert.equal(statSync(keyFile).size, 4_097);
  writeFileSync(keyFile, 'x'.repeat(4_096));
  assert.equal(new ValuesKey(keyFile).bytes.length, 32);
});

test('a key that another process writes at the same moment must win', (t) => {
  const { keyFile } = place(t);
  const theirs = 'k'.repeat(32);
  let looks = 0;
  replaceFs(t, 'openSync', (real, args) => {
    if (args[0] !== keyFile) return real(...args);
    looks += 1;
    // The other process is faster after the second look, which is the one before the key is written.
    if (looks !== 2) return real(...args);
    writeFileSync(keyFile, theirs);
    throw fsError('ENOENT');
  });
  assert.equal(new ValuesKey(keyFile).bytes.toString(), theirs);
});

test('a bad key that two processes remove at the same moment must be made anew', (t) => {
  const { keyFile } = place(t);
  writeFileSync(keyFile, 'short');
  replaceFs(t, 'rmSync', (real, args) => {
    if (args[0] === keyFile) real(...args);
    return real(...args);
  });
  assert.equal(new ValuesKey(keyFile).bytes.length, 32);
});

test('a key that a broken disk hides must not be replaced by another one', (t) => {
  const { keyFile } = place(t);
  assert.equal(new ValuesKey(keyFile).bytes.length, 32);
  replaceFs(t, 'openSync', (real, args) => {
    if (args[0] === keyFile) throw fsError('EIO');
    return real(...args);
  });
  assert.throws(() => new ValuesKey(keyFile).bytes, { code: 'EIO' });
});
