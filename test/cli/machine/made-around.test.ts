/** Folders that `hive uninstall` leaves or removes around its own. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { madeAround, removeEmpty } from '../../../src/cli/machine/made-around.ts';

function homeOf(t: TestContext) {
  const home = mkdtempSync(join(tmpdir(), 'hive-around-'));
  t.after(() => rmSync(home, { recursive: true, force: true }));
  const state = join(home, '.local/state');
  const hive = join(state, 'hive');
  mkdirSync(hive, { recursive: true });
  return { home, state, hive };
}

/** Births by path: the file system of a test may keep none. */
const births = (all: Record<string, number>) => (path: string) => all[path] ?? Number.NaN;

test('folders that were born with that of Hive must go with it, but never the home', (t) => {
  const { home, state, hive } = homeOf(t);
  const local = join(home, '.local');
  const around = madeAround(hive, home, births({ [hive]: 50, [state]: 49, [local]: 49, [home]: 49 }));
  assert.deepEqual(around, [state, local]);
  rmSync(hive, { recursive: true });
  removeEmpty(around);
  assert.deepEqual([existsSync(local), existsSync(home)], [false, true]);
});

test('older folders, and those with something of others, must stay', (t) => {
  const { home, state, hive } = homeOf(t);
  const local = join(home, '.local');
  assert.deepEqual(madeAround(hive, home, births({ [hive]: 9_000, [state]: 9_000, [local]: 50 })), [state]);
  assert.deepEqual(madeAround(hive, home, births({ [hive]: 9_000, [state]: 50, [local]: 50 })), []);
  assert.deepEqual(madeAround(hive, home, births({})), [], 'a file system without births');
  assert.deepEqual(
    madeAround('/srv/hive', home, () => 1),
    [],
    'outside the home',
  );
  writeFileSync(join(state, 'other'), '');
  rmSync(hive, { recursive: true });
  removeEmpty([state, local]);
  assert.ok(existsSync(state));
});
