/** The check of the state folder: what stands in the place of Hive's files is named, and room is tried. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { checkStateDir } from '../../../src/runtime/memory/state-check.ts';
import { openStateDir } from '../../../src/runtime/memory/state-dir.ts';
import { fsError, replaceFs, watchFs } from '../../helpers/node-fs.ts';

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

test('what Hive keeps there itself must pass', (t) => {
  const { open, path } = place(t);
  for (const name of FILES) writeFileSync(join(path, name), '');
  for (const name of FOLDERS) mkdirSync(join(path, name));
  checkStateDir(open());
  assert.deepEqual(readdirSync(path).sort(), [...FILES, ...FOLDERS].sort());
});

test('the check for room must write 4 KiB, as the files for Compose need, and leave nothing behind', (t) => {
  const { open, path } = place(t);
  const written = watchFs(t, 'writeFileSync');
  checkStateDir(open());
  assert.deepEqual(
    written.map(([, data]) => String(data).length),
    [4_096],
  );
  assert.deepEqual(readdirSync(path), []);
});

test('a check by another process at the same time must do no harm', (t) => {
  const { open } = place(t);
  replaceFs(t, 'renameSync', (real, args) => {
    real(...args);
    rmSync(args[1] as string);
  });
  checkStateDir(open());
});

test('a key without room must be written by the check, and its failure be that of the check', (t) => {
  const { path } = place(t);
  let saved = 0;
  checkStateDir({ path, saveKey: () => void saved++ });
  assert.equal(saved, 1);
  const saveKey = (): void => {
    throw fsError('ENOSPC');
  };
  assert.throws(() => checkStateDir({ path, saveKey }), { code: 'STATE_FAILED' });
});
