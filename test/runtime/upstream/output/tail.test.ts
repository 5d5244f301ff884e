/** The end of a server's output that errors quote: bounded in lines and characters, however it is written. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTail } from '../../../../src/runtime/upstream/output/tail.ts';

function tail() {
  const seen: string[] = [];
  return { seen, ...createTail((line) => void seen.push(line)) };
}

const lengthOf = (lines: readonly string[]): number => lines.join('').length;

test('only the last 20 lines must be kept, and each be reported once', () => {
  const { push, lines, seen } = tail();
  for (let n = 1; n <= 100; n++) push(`line ${n}\n`);
  assert.equal(lines().length, 20);
  assert.equal(lines()[0], 'line 81');
  assert.equal(lines().at(-1), 'line 100');
  assert.equal(seen.length, 100);
});

test('only the last 8 KiB must be kept, and of each line its first 1000 characters', () => {
  const { push, lines, seen } = tail();
  for (let n = 0; n < 20; n++) push(`${n} ${'x'.repeat(2_000)}\n`);
  assert.deepEqual(
    lines().map((line) => line.length),
    Array(8).fill(1_000),
  );
  assert.equal(lines()[7]?.slice(0, 3), '19 ');
  assert.equal(seen[0]?.length, 2_002);
  for (let n = 0; n < 40; n++) push(`${'y'.repeat(512)}\n`);
  assert.equal(lengthOf(lines()), 8 * 1024);
  assert.equal(lines().length, 16);
});

test('a line without end must be cut, and not be held', () => {
  const { push, lines, seen } = tail();
  for (let n = 0; n < 1_000; n++) push('z'.repeat(1_024));
  assert.equal(lengthOf(seen), 1_000 * 1_024 + 2 * seen.length - 1, 'each piece has its marks');
  assert.equal(seen[0], `${'z'.repeat(8 * 1024)}…`);
  assert.equal(seen[1], `…${'z'.repeat(8 * 1024)}…`);
  assert.ok(lengthOf(lines()) <= 8 * 1024);
});

test('the last line must count without a line break once the output has ended', () => {
  const { push, flush, lines, seen } = tail();
  push('a\r\n\r\n  \nb');
  push('c');
  assert.deepEqual(lines(), ['a']);
  flush();
  flush();
  assert.deepEqual(lines(), ['a', 'bc']);
  assert.deepEqual(seen, ['a', '', '  ', 'bc']);
});

test('a carriage return must be dropped at the end of a line, and nowhere else', () => {
  const { push, lines, seen } = tail();
  push('a\r\n\rb\nc\rd\ne\r\r\n');
  assert.deepEqual(seen, ['a', '\rb', 'c\rd', 'e\r']);
  assert.deepEqual(lines(), seen);
});

test('8 KiB without a line break must count as a line, and one character less must wait', () => {
  const { push, seen } = tail();
  push('x'.repeat(8 * 1024 - 1));
  assert.equal(seen.length, 0);
  push('x');
  assert.deepEqual(seen, [`${'x'.repeat(8 * 1024)}…`]);
  push('y\n');
  assert.equal(seen[1], '…y');
});

test('the end of a line whose beginning was kept before must be marked, and no empty one be added', () => {
  const { push, seen } = tail();
  const piece = 'z'.repeat(8 * 1024);
  push(piece);
  push('\nnext\n');
  push(piece);
  push('rest\r\n\n');
  assert.deepEqual(seen, [`${piece}…`, 'next', `${piece}…`, '…rest', '']);
});
