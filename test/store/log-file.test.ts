/** The gateway's log is private and bounded, and neither a full disk nor a folder in its place stops the gateway. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { createLog } from '../../src/log.ts';
import { LogFile } from '../../src/store/log-file.ts';
import { descriptors, fsError, replaceFs, watchFs } from '../helpers/node-fs.ts';

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

test('a file of 8 MiB must get another line, and a larger one be kept as it is', () => {
  const path = at('bounds.log');
  writeFileSync(path, '');
  truncateSync(path, 8 << 20);
  new LogFile(path).write('last\n');
  assert.equal(statSync(path).size, (8 << 20) + 5);
  assert.ok(!existsSync(`${path}.1`));
  new LogFile(path).write('first\n');
  assert.equal(readFileSync(path, 'utf8'), 'first\n');
  assert.equal(statSync(`${path}.1`).size, (8 << 20) + 5);
});

test('the file must be opened once for all lines up to the limit, privately from the first moment', (t) => {
  const opened = watchFs(t, 'openSync');
  const log = new LogFile(at('once.log'), 10);
  for (const line of ['01234\n', '678\n', 'over\n']) log.write(line);
  assert.equal(opened.length, 1);
  assert.equal(opened[0]?.[2], 0o600);
});

test('a failure must cost its line, and the file be opened again, since its disk may be another one', (t) => {
  const path = at('failing.log');
  const log = new LogFile(path);
  log.write('before\n');
  let isFull = true;
  replaceFs(t, 'writeSync', (real, args) => {
    if (isFull) throw fsError('ENOSPC');
    return real(...args);
  });
  log.write('lost\n');
  isFull = false;
  rmSync(path);
  log.write('after\n');
  assert.equal(readFileSync(path, 'utf8'), 'after\n');
});

test('files that were full, and what is no file, must leave no descriptor open', () => {
  const path = at('many.log');
  const log = new LogFile(path, 10);
  log.write('0\n');
  const before = descriptors();
  for (let row = 0; row < 20; row++) log.write('0123456789\n');
  writeFileSync(path, 'x'.repeat(11));
  new LogFile(path, 10).write('reopened\n');
  // The last one is open, as that of the first log is.
  assert.equal(descriptors(), before + 1);
});

test('a FIFO that somebody reads must get no line', (t) => {
  const path = at('fifo.log');
  execFileSync('mkfifo', [path]);
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  t.after(() => closeSync(reader));
  const before = descriptors();
  new LogFile(path).write('secret\n');
  assert.equal(readSync(reader, Buffer.alloc(10)), 0);
  assert.equal(descriptors(), before);
});
