/** What is kept between runs is bounded, whole or not there, and checked when it is read. */
import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { createRecordFile, type RecordFile } from '../../src/store/record-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'hive-record-'));
after(() => rmSync(folder, { recursive: true }));

let files = 0;
function newPath(): string {
  files += 1;
  return join(folder, `${files}.json`);
}

const isNumber = (value: unknown): value is number => typeof value === 'number';

function open(path: string, { version = 1, maxEntries = 3 } = {}): RecordFile<number> {
  return createRecordFile({ path, version, maxEntries, isEntry: isNumber });
}

const keys = (file: RecordFile<number>): string[] =>
  ['a', 'b', 'c', 'd', 'e'].filter((key) => file.get(key) !== undefined);

test('entries must be there in the next run', () => {
  const path = newPath();
  const file = open(path);
  file.set('a', 1);
  file.set('b', 2);
  file.set('a', 3);
  file.delete('b');
  file.delete('c');
  assert.deepEqual([open(path).get('a'), open(path).get('b')], [3, undefined]);
  assert.equal(statSync(path).mode & 0o777, 0o600);
});

test('the oldest entries must go beyond the limit, counted from when they were last set', () => {
  const path = newPath();
  const file = open(path);
  for (const key of ['a', 'b', 'c']) file.set(key, 0);
  file.set('a', 1);
  file.set('d', 1);
  assert.deepEqual(
    [keys(file), keys(open(path))],
    [
      ['a', 'c', 'd'],
      ['a', 'c', 'd'],
    ],
  );
  assert.deepEqual(keys(open(path, { maxEntries: 2 })), ['a', 'd']);
});

test('a file that is damaged or of another version must count as empty, and be replaced', () => {
  const contents = [
    '',
    '{',
    'null',
    '7',
    '[]',
    '{"version":1}',
    '{"version":1,"entries":7}',
    '{"version":2,"entries":{"a":1}}',
  ];
  for (const content of contents) {
    const path = newPath();
    writeFileSync(path, content);
    const file = open(path);
    assert.deepEqual(keys(file), [], content);
    file.set('b', 2);
    assert.deepEqual(keys(open(path)), ['b'], content);
  }
});

test('entries that are not valid must be dropped, the others kept', () => {
  const path = newPath();
  writeFileSync(path, '{"version":1,"entries":{"a":"text","b":2,"c":null,"__proto__":5}}');
  const file = open(path);
  assert.deepEqual([keys(file), file.get('__proto__'), file.get('toString')], [['b'], 5, undefined]);
});

test('a file that cannot be written must not disturb this run', () => {
  const file = open(join(folder, 'missing', 'x.json'));
  file.set('a', 1);
  file.delete('b');
  assert.equal(file.get('a'), 1);
});

test('a file that could not be written must be written at the next use', () => {
  const below = newPath();
  const file = open(join(below, 'x.json'));
  file.set('a', 1);
  mkdirSync(below);
  assert.equal(file.get('a'), 1);
  assert.equal(open(join(below, 'x.json')).get('a'), 1);
});

test('a file without entries must be removed, and nothing be written for nothing', () => {
  const path = newPath();
  const file = open(path);
  file.delete('a');
  assert.equal(existsSync(path), false);
  file.set('a', 1);
  const before = readFileSync(path, 'utf8');
  file.delete('b');
  assert.equal(readFileSync(path, 'utf8'), before);
  file.delete('a');
  assert.equal(existsSync(path), false);
});

test('keys must be given, the oldest first', () => {
  const file = open(newPath());
  for (const key of ['b', 'a', 'c', 'b']) file.set(key, 1);
  assert.deepEqual(file.keys(), ['a', 'c', 'b']);
});

test('a file must be written by changes alone: reading, and deleting what is not there, costs no disk', () => {
  const path = newPath();
  const file = open(path);
  file.set('a', 1);
  // Each writing makes another file.
  const { ino } = statSync(path);
  for (const each of [file, open(path)]) {
    each.get('a');
    each.delete('b');
    assert.equal(statSync(path).ino, ino);
  }
});

test('a deletion must write what could not be written before, even if there is nothing to delete', () => {
  const below = newPath();
  const file = open(join(below, 'x.json'));
  file.set('a', 1);
  mkdirSync(below);
  file.delete('b');
  assert.equal(open(join(below, 'x.json')).get('a'), 1);
});

test('a link in the place of the file must count as empty, and be replaced', () => {
  const [path, other] = [newPath(), newPath()];
  open(other).set('a', 1);
  symlinkSync(other, path);
  const file = open(path);
  assert.equal(file.get('a'), undefined);
  file.set('b', 2);
  assert.deepEqual([keys(open(other)), keys(open(path))], [['a'], ['b']]);
});

test('a file that is gone already must count as removed, and a later one stay', () => {
  const path = newPath();
  const file = open(path);
  file.set('a', 1);
  rmSync(path);
  file.delete('a');
  writeFileSync(path, 'of another process');
  assert.equal(file.get('a'), undefined);
  assert.equal(readFileSync(path, 'utf8'), 'of another process');
});
