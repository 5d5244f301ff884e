/** Where the state of a stack lies, and who may read it. */
import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdtempSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { isNamedPipe } from '../../../src/model/text/engine-host.ts';
import { controlAddress, openStateDir, peekStateDir } from '../../../src/runtime/memory/state-dir.ts';
import { fsError, replaceFs } from '../../helpers/node-fs.ts';

function root(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'hive-state-'));
  t.after(() => rmSync(path, { recursive: true }));
  return path;
}

test('the control socket must lie in the state folder, and be a named pipe on Windows', () => {
  assert.equal(controlAddress('/state/hive-1', 'darwin'), '/state/hive-1/control.sock');
  const pipe = controlAddress('C:\\state\\hive-1', 'win32');
  assert.match(pipe, /^\\\\\.\\pipe\\hive-[0-9a-f]{32}$/);
  assert.notEqual(controlAddress('C:\\state\\hive-2', 'win32'), pipe);
  assert.ok(isNamedPipe(pipe) && !isNamedPipe('/state/hive-1/control.sock'));
});

const modeOf = (path: string): number => statSync(path).mode & 0o777;

test('the state and each folder that is made for it must be the user’s alone, whatever the umask', (t) => {
  const before = process.umask(0);
  t.after(() => process.umask(before));
  const above = join(root(t), 'new');
  const { path, valuesKey } = openStateDir('/x/hive.yaml', { HIVE_STATE_DIR: above });
  assert.equal(valuesKey.length, 32);
  assert.deepEqual([above, path, join(path, 'values.key')].map(modeOf), [0o700, 0o700, 0o600]);
});

test('each config file must have a folder of its own, named after it', (t) => {
  const HIVE_STATE_DIR = root(t);
  const paths = ['/x/hive.yaml', '/y/hive.yaml', '/x/other.prod.json', '/x/bare'].map(
    (file) => openStateDir(file, { HIVE_STATE_DIR }).path,
  );
  assert.equal(new Set(paths).size, 4);
  assert.deepEqual(
    paths.map((path) => basename(path).replace(/[0-9a-f]{8}$/, '')),
    ['hive-', 'hive-', 'other.prod-', 'bare-'],
  );
  assert.equal(openStateDir('/x/hive.yaml', { HIVE_STATE_DIR }).path, paths[0]);
});

test('HIVE_STATE_DIR must come before XDG_STATE_HOME', (t) => {
  const [own, xdg] = [root(t), root(t)];
  const place = (env: NodeJS.ProcessEnv) => dirname(openStateDir('/x/hive.yaml', env).path);
  assert.equal(place({ HIVE_STATE_DIR: own, XDG_STATE_HOME: xdg }), own);
  assert.equal(place({ XDG_STATE_HOME: xdg }), join(xdg, 'hive'));
});

test('an error must say how to mend it', {
  skip: process.getuid?.() === 0 && 'root may write anywhere',
}, (t) => {
  const place = root(t);
  chmodSync(place, 0o500);
  assert.throws(() => openStateDir('/x/hive.yaml', { HIVE_STATE_DIR: place }), {
    code: 'STATE_FAILED',
    hint: /make room in/,
  });
});

test('a key for which there was no room must be written by saveKey', (t) => {
  const state = openStateDir('/x/hive.yaml', { HIVE_STATE_DIR: root(t) });
  const file = join(state.path, 'values.key');
  let isFull = true;
  replaceFs(t, 'writeFileSync', (real, args) => {
    if (isFull) throw fsError('ENOSPC');
    return real(...args);
  });
  assert.equal(state.valuesKey.length, 32);
  assert.ok(!existsSync(file));
  isFull = false;
  state.saveKey();
  assert.ok(existsSync(file));
});

test('a command that only looks must refuse the folder of somebody else', (t) => {
  const env = { HIVE_STATE_DIR: root(t) };
  assert.ok(!existsSync(peekStateDir('/x/hive.yaml', env).path), 'it makes none');
  const { path } = openStateDir('/x/hive.yaml', env);
  assert.equal(peekStateDir('/x/hive.yaml', env).path, path);
  rmSync(path, { recursive: true });
  symlinkSync('/', path);
  assert.throws(() => peekStateDir('/x/hive.yaml', env), { code: 'STATE_FAILED' });
});
