/** The gateway's log is private and bounded, and neither a full disk nor a folder in its place stops the gateway. */
import assert from 'node:assert/strict';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { createLog } from '../../src/log.ts';
import { LogFile } from '../../src/store/log-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'hive-log-'));
after(() => rmSync(folder, { recursive: true }));
const at = (name: string): string => join(folder, name);
const modeOf = (path: string): number => statSync(path).mode & 0o777;

test('lines must be appended to a file that only this user may read', () => {
  const path = at('plain.log');
  for (const run of [1, 2]) createLog(new LogFile(path), undefined, 'info').info({ run }, 'text');
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
  assert.deepEqual(
    lines.map((line) => JSON.parse(line).run),
    [1, 2],
  );
  assert.equal(modeOf(path), 0o600);
});

test('a file that others may read must become private', () => {
  const path = at('old.log');
  new LogFile(path).write('one\n');
  chmodSync(path, 0o644);
  new LogFile(path).write('two\n');
  assert.equal(modeOf(path), 0o600);
  assert.equal(readFileSync(path, 'utf8'), 'one\ntwo\n');
});

test('another file must begin beyond the limit, also within a run, and one older file be kept', () => {
  const path = at('long.log');
  const log = new LogFile(path, 10);
  for (const line of ['0123456789\n', 'b\n', '0123456789\n', 'd\n']) log.write(line);
  assert.equal(readFileSync(path, 'utf8'), 'd\n');
  assert.equal(readFileSync(`${path}.1`, 'utf8'), 'b\n0123456789\n');
});

test('a folder or a link in the place of the file must cost its lines only, and the file return without them', () => {
  const path = at('taken.log');
  const log = new LogFile(path);
  mkdirSync(path);
  log.write('lost\n');
  rmSync(path, { recursive: true });
  symlinkSync(at('elsewhere'), path);
  log.write('lost\n');
  assert.ok(!existsSync(at('elsewhere')));
  rmSync(path);
  log.write('kept\n');
  assert.equal(readFileSync(path, 'utf8'), 'kept\n');
});
