/** The check of the state folder: what stands in the place of Hive's files is named, and room is tried. */
import assert from 'node:assert/strict';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import promises from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { FileFault } from '../../../src/files/fault.ts';
import { FileReader, type FileSystem } from '../../../src/files/file-reader.ts';
import { checkStateDir } from '../../../src/runtime/memory/state-check.ts';
import { openStateDir } from '../../../src/runtime/memory/state-dir.ts';
import { fsError } from '../../helpers/node-fs.ts';

function place(t: TestContext) {
  const root = mkdtempSync(join(tmpdir(), 'hive-state-'));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  const open = () => openStateDir('/x/hive.yaml', { HIVE_STATE_DIR: root });
  return { open, path: open().path };
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
  test(`a folder or a link in the place of ${name} must be named, and the check be good without it`, async (t) => {
    const { open, path } = place(t);
    const state = open();
    const there = join(path, name);
    mkdirSync(there);
    await assert.rejects(checkStateDir(state), {
      code: 'STATE_FAILED',
      message: `${there} cannot be used: it is a folder, where Hive keeps a file`,
    });
    rmSync(there, { recursive: true });
    symlinkSync('/etc/hostname', there);
    await assert.rejects(checkStateDir(state), {
      message: /it is a symbolic link, where Hive keeps a file$/,
    });
    rmSync(there);
    await checkStateDir(state);
  });

for (const name of FOLDERS)
  test(`a file in the place of the folder ${name} must be named`, async (t) => {
    const { open, path } = place(t);
    writeFileSync(join(path, name), '');
    await assert.rejects(checkStateDir(open()), { message: /it is a file, where Hive keeps a folder$/ });
  });

test('what Hive keeps there itself must pass', async (t) => {
  const { open, path } = place(t);
  for (const name of FILES) writeFileSync(join(path, name), '');
  for (const name of FOLDERS) mkdirSync(join(path, name));
  await checkStateDir(open());
  assert.deepEqual(readdirSync(path).sort(), [...FILES, ...FOLDERS, 'config-file'].sort());
});

test('the check for room must write 4 KiB, as the files for Compose need, and leave nothing behind', async (t) => {
  const { open, path } = place(t);
  const written: number[] = [];
  const { open: real } = promises;
  t.mock.method(promises, 'open', async (...args: Parameters<typeof real>) => {
    const file = await real(...args);
    if (args[0] !== join(path, 'probe')) return file;
    t.mock.method(file, 'write', async (data: Buffer) => void written.push(data.length));
    return file;
  });
  syncBuiltinESMExports();
  t.after(() => {
    t.mock.restoreAll();
    syncBuiltinESMExports();
  });
  await checkStateDir(open());
  assert.deepEqual(written, [4_096]);
  assert.deepEqual(readdirSync(path), ['config-file']);
});

test('checks by many processes at the same time must do no harm', async (t) => {
  const { open, path } = place(t);
  const state = open();
  await Promise.all(Array.from({ length: 20 }, () => checkStateDir(state, new FileReader())));
  assert.deepEqual(readdirSync(path), ['config-file']);
});

test('a link in the place of the check must be removed, and lead nowhere', async (t) => {
  const { open, path } = place(t);
  const target = join(path, 'values.key');
  writeFileSync(target, 'the key');
  symlinkSync(target, join(path, 'probe'));
  await checkStateDir(open());
  assert.equal(readFileSync(target, 'utf8'), 'the key');
  assert.deepEqual(readdirSync(path), ['config-file', 'values.key']);
});

test('a disk that does not answer must be named after a limited time', async (t) => {
  const { open } = place(t);
  const state = open();
  const dead = { lstat: () => new Promise(() => {}) } as unknown as FileSystem;
  const blocked = { code: 'STATE_FAILED', message: /its disk did not answer within/, hint: /HIVE_STATE_DIR/ };
  await assert.rejects(checkStateDir(state, new FileReader(dead, 20)), blocked);
  const full = new FileReader(undefined, 20);
  t.mock.method(full, 'within', () =>
    Promise.reject(new FileFault('BLOCKED', 'its disk did not answer within 1 s')),
  );
  await assert.rejects(checkStateDir(state, full), blocked);
});

test('a key without room must be written by the check, and its failure be that of the check', async (t) => {
  const { path } = place(t);
  let saved = 0;
  await checkStateDir({ path, saveKey: () => void saved++ });
  assert.equal(saved, 1);
  const saveKey = (): void => {
    throw fsError('ENOSPC');
  };
  await assert.rejects(checkStateDir({ path, saveKey }), { code: 'STATE_FAILED' });
});
