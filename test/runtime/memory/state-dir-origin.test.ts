/** The config file of a state folder is believed only where it leads back to the folder: `hive uninstall` removes by it. */
import assert from 'node:assert/strict';
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { configFileOf, openStateDir, stateDirOf } from '../../../src/runtime/memory/state-dir.ts';

function world(t: TestContext) {
  const HIVE_STATE_DIR = mkdtempSync(join(tmpdir(), 'hive-origin-'));
  t.after(() => rmSync(HIVE_STATE_DIR, { recursive: true }));
  const env = { HIVE_STATE_DIR };
  const origin = (folder: string): string => join(folder, 'config-file');
  return { env, origin, fileOf: (folder: string) => configFileOf(folder, env) };
}

test('a state folder must name its config file, also when it is opened again', (t) => {
  const { env, fileOf } = world(t);
  for (let n = 0; n < 2; n++) assert.equal(fileOf(openStateDir('/x/hive.yaml', env).path), '/x/hive.yaml');
});

test('a folder that names the config file of another one, or none, must have none', (t) => {
  const { env, origin, fileOf } = world(t);
  const { path } = openStateDir('/x/hive.yaml', env);
  writeFileSync(origin(path), '/y/hive.yaml');
  assert.equal(fileOf(path), undefined);
  rmSync(origin(path));
  assert.equal(fileOf(path), undefined);
});

test('a link in the place of the name must not be followed', (t) => {
  const { env, origin, fileOf } = world(t);
  const { path } = openStateDir('/x/hive.yaml', env);
  renameSync(origin(path), `${path}.moved`);
  symlinkSync(`${path}.moved`, origin(path));
  assert.equal(readFileSync(origin(path), 'utf8'), '/x/hive.yaml');
  assert.equal(fileOf(path), undefined);
});

test('a name must be no longer than a path can be', (t) => {
  const { env, origin, fileOf } = world(t);
  const named = (bytes: number): string | undefined => {
    const file = `${'/'.repeat(bytes - 9)}hive.yaml`;
    const folder = stateDirOf(file, env);
    mkdirSync(folder);
    writeFileSync(origin(folder), file);
    return fileOf(folder);
  };
  assert.equal(named(4_096)?.length, 4_096);
  assert.equal(named(4_097), undefined);
});
