/** Backups of clients' files. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Backups } from '../../../src/cli/connect/backups.ts';
import { openStateDir } from '../../../src/runtime/memory/state-dir.ts';

function setUp(t: TestContext) {
  const root = mkdtempSync(join(tmpdir(), 'hive-backups-'));
  t.after(() => rmSync(root, { recursive: true }));
  const state = openStateDir('/x/hive.yaml', { HIVE_STATE_DIR: root });
  return {
    backups: new Backups(state),
    folder: join(state.path, 'clients'),
    again: () => new Backups(state),
  };
}

const [A, B, C] = ['a', 'b', 'c'].map((text) => Buffer.from(text)) as [Buffer, Buffer, Buffer];

test('the bytes before must come back, in another process too, if nobody has changed the file', (t) => {
  const { backups, again } = setUp(t);
  backups.keep('/f', A);
  backups.remember('/f', 'hive', A, B);
  const written = again().get('/f', 'hive');
  assert.ok(written);
  assert.deepEqual(again().original(written, B), A);
  assert.equal(again().original(written, C), undefined);
  assert.deepEqual(again().namesIn('/f'), new Set(['hive']));
});

test('an entry that Hive writes twice must be undone to the first content', (t) => {
  const { backups } = setUp(t);
  backups.keep('/f', A);
  backups.remember('/f', 'hive', A, B);
  backups.keep('/f', B);
  backups.remember('/f', 'hive', B, C);
  const written = backups.get('/f', 'hive');
  assert.deepEqual(written && backups.original(written, C), A);
});

test('a file that Hive made must be known as such', (t) => {
  const { backups } = setUp(t);
  backups.keep('/f', undefined);
  backups.remember('/f', 'hive', undefined, B);
  const written = backups.get('/f', 'hive');
  assert.equal(written && backups.original(written, B), 'absent');
});

test('the newest five contents of a file must be kept, once each, for the user alone', (t) => {
  const { backups, folder } = setUp(t);
  for (let number = 0; number < 8; number++) backups.keep('/f', Buffer.from(String(number)));
  backups.keep('/f', Buffer.from('7'));
  backups.keep('/g', A);
  const names = readdirSync(folder);
  assert.equal(names.length, 6);
  for (const name of names) assert.equal(statSync(join(folder, name)).mode & 0o777, 0o600);
});
