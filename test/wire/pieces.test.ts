/** Chunks of one line: what is joined, copied and freed. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPieces } from '../../src/wire/pieces.ts';

const SMALL_BYTES = 32 * 1024;

/** A buffer that spans its whole memory. */
const bytes = (length: number, fill = 'x'): Buffer => Buffer.alloc(length, fill);

/** Sizes of the buffers that are held after chunks of these sizes. */
function held(...sizes: readonly number[]): number[] {
  const pieces = createPieces();
  for (const size of sizes) pieces.add(bytes(size));
  return pieces.drain().map(({ length }) => length);
}

test('neighbours below 32 KiB must be joined, and larger chunks be kept as they are', () => {
  assert.deepEqual(held(10, SMALL_BYTES - 1), [10 + SMALL_BYTES - 1]);
  assert.deepEqual(held(10, SMALL_BYTES), [10, SMALL_BYTES]);
  assert.deepEqual(held(SMALL_BYTES, 10), [SMALL_BYTES, 10]);
});

test('a chunk must be joined only with what is no larger, so that no byte is copied often', () => {
  assert.deepEqual(held(5, 5), [10]);
  assert.deepEqual(held(6, 5), [6, 5]);
  assert.deepEqual(held(4, 2, 1), [4, 2, 1]);
  assert.deepEqual(held(4, 2, 1, 1), [8]);
});

test('a line that arrives byte by byte must cost a handful of objects, not one for each byte', () => {
  assert.deepEqual(held(...Array.from({ length: 1_023 }, () => 1)), [512, 256, 128, 64, 32, 16, 8, 4, 2, 1]);
});

test('an empty chunk must not be held', () => {
  assert.deepEqual(held(0), []);
  assert.deepEqual(held(1, 0, 3, 0), [4]);
});

test('everything so far must be given out in order, once, and be counted until then', () => {
  const pieces = createPieces();
  assert.equal(pieces.length, 0);
  assert.equal(pieces.take().length, 0);
  for (const text of ['abc', 'd', '', 'ef']) pieces.add(Buffer.from(text));
  assert.equal(pieces.length, 6);
  assert.equal(pieces.take(Buffer.from('g')).toString(), 'abcdefg');
  assert.equal(pieces.length, 0);
  assert.equal(pieces.take().length, 0);
});

test('what is given out in pieces must be held and counted no longer', () => {
  const pieces = createPieces();
  pieces.add(bytes(6));
  pieces.add(bytes(5));
  assert.deepEqual(
    pieces.drain().map(({ length }) => length),
    [6, 5],
  );
  assert.equal(pieces.length, 0);
  pieces.add(Buffer.from('a'));
  assert.equal(pieces.take().toString(), 'a');
});

test('a line that came in one chunk must not be copied', () => {
  const chunk = bytes(10);
  const pieces = createPieces(true);
  assert.equal(pieces.take(chunk), chunk);
  assert.equal(chunk.length, 10);
});

/** True for each chunk that is freed once the line of all of them is taken. */
function freed(isOwner: boolean | undefined, ...chunks: readonly Buffer[]): boolean[] {
  const pieces = createPieces(isOwner);
  for (const chunk of chunks) pieces.add(chunk);
  const text = Buffer.concat(chunks).toString();
  assert.equal(pieces.take().toString(), text);
  return chunks.map(({ length }) => length === 0);
}

test('an owner’s chunks of 32 KiB and more must be freed once they are copied, and smaller ones not', () => {
  const chunks = [bytes(SMALL_BYTES, 'a'), bytes(SMALL_BYTES + 1, 'b'), bytes(SMALL_BYTES - 1, 'c')];
  assert.deepEqual(freed(true, ...chunks), [true, true, false]);
});

test('chunks of others must never be freed', () => {
  assert.deepEqual(freed(undefined, bytes(SMALL_BYTES), bytes(SMALL_BYTES)), [false, false]);
  assert.deepEqual(freed(false, bytes(SMALL_BYTES), bytes(SMALL_BYTES)), [false, false]);
});

test('a chunk that shares its memory must not be freed', () => {
  const around = bytes(3 * SMALL_BYTES);
  const shared = Buffer.from(new SharedArrayBuffer(SMALL_BYTES));
  const part = around.subarray(0, SMALL_BYTES);
  assert.deepEqual(freed(true, part, shared, bytes(SMALL_BYTES)), [false, false, true]);
  assert.equal(around.length, 3 * SMALL_BYTES);
});
