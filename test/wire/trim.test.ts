/** Decoration around a message on its line: what counts as such, byte by byte. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isBlank, trimStart } from '../../src/wire/trim.ts';

const [ESCAPE, BELL] = [0x1b, 0x07];
const BLANKS = [0x00, 0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x20];
const ALL = Array.from({ length: 256 }, (_, byte) => byte);

const line = (...parts: readonly (number | string)[]): Buffer =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from([part]))));

/** The number of bytes that are taken off the front. */
const taken = (...parts: readonly (number | string)[]): number =>
  line(...parts).length - trimStart(line(...parts)).length;

test('a line without decoration must be passed on as it is, not as a copy', () => {
  const plain = line('x y');
  assert.equal(trimStart(plain), plain);
  const empty = line();
  assert.equal(trimStart(empty), empty);
});

test('blanks, line breaks and NUL in front must be dropped, and no other byte', () => {
  for (const byte of ALL) assert.equal(taken(byte, 'x'), BLANKS.includes(byte) ? 1 : 0, `byte ${byte}`);
});

test('a byte order mark must be dropped, and nothing that only begins like one', () => {
  assert.equal(taken(0xef, 0xbb, 0xbf, 'x'), 3);
  assert.equal(taken(0xef, 0xbb, 0xbf), 3);
  for (const parts of [[0xef, 0xbb, 0xbe], [0xef, 0xba, 0xbf], [0xee, 0xbb, 0xbf], [0xef, 0xbb], [0xef]])
    assert.equal(taken(...parts), 0, `${parts}`);
});

test('an escape of two bytes must be dropped, and no other byte after ESC', () => {
  for (const byte of ALL) {
    const isPair = byte >= 0x40 && byte <= 0x5f && byte !== 0x5b && byte !== 0x5d;
    // `x` ends a control sequence.
    assert.equal(taken(ESCAPE, byte, 'x'), isPair ? 2 : byte === 0x5b ? 3 : 0, `byte ${byte}`);
  }
  assert.deepEqual([taken('xM'), taken('x[0m'), taken('[0m')], [0, 0, 0]);
  assert.equal(taken(ESCAPE), 0);
  assert.equal(taken(' ', ESCAPE), 1);
});

test('a control sequence must be dropped from ESC to its last byte', () => {
  for (const byte of ALL) {
    const isParameter = byte >= 0x20 && byte <= 0x3f;
    const isLast = byte >= 0x40 && byte <= 0x7e;
    assert.equal(taken(ESCAPE, '[', byte, 'm'), isParameter ? 4 : isLast ? 3 : 0, `byte ${byte}`);
    assert.equal(taken(ESCAPE, '[1;2', byte), isLast ? 6 : 0, `last byte ${byte}`);
  }
  assert.equal(taken(' ', ESCAPE, '[38;5;1m', 'x'), 10);
  assert.equal(taken(ESCAPE, '[', '1'.repeat(10_000), 'm'), 10_003);
  assert.equal(taken(ESCAPE, '['), 0);
});

test('a title must be dropped up to BEL or ESC and a backslash', () => {
  assert.equal(taken(ESCAPE, ']0;title', BELL, 'x'), 10);
  assert.equal(taken(ESCAPE, ']0;title', ESCAPE, '\\', 'x'), 11);
  assert.equal(taken(' ', ESCAPE, ']', BELL), 4);
  assert.equal(taken(' ', ESCAPE, ']', ESCAPE, '\\', 'xyz'), 5);
  for (const parts of [
    [ESCAPE, ']0;title'],
    [ESCAPE, ']'],
    [ESCAPE, ']0;title', ESCAPE, 'x', BELL],
    [ESCAPE, ']0;title', ESCAPE],
    [ESCAPE, ']0;title', BELL - 1],
  ])
    assert.equal(taken(...parts), 0, `${parts}`);
});

test('a title may take 256 bytes, and a longer one is no decoration', () => {
  for (const before of ['', '  ']) {
    const title = (length: number): number =>
      taken(before, ESCAPE, ']', 't'.repeat(length - 3), BELL, 'x'.repeat(500));
    assert.equal(title(256), before.length + 256);
    assert.equal(title(257), before.length);
  }
  assert.equal(taken(ESCAPE, ']', 't'.repeat(254), ESCAPE, '\\'), 0);
  assert.equal(taken(ESCAPE, ']', 't'.repeat(253), ESCAPE, '\\'), 257);
});

test('decoration of every kind must be dropped, in any order, but none after the first visible byte', () => {
  const decoration = line(0xef, 0xbb, 0xbf, ' ', ESCAPE, '[0m', ESCAPE, ']a', BELL, ESCAPE, 'M\t');
  const visible = Buffer.concat([line('{'), decoration, line(' }')]);
  assert.deepEqual(trimStart(Buffer.concat([decoration, visible])), visible);
  assert.ok(isBlank(decoration));
  assert.ok(isBlank(line()));
  assert.ok(!isBlank(Buffer.concat([decoration, line('x')])));
});
