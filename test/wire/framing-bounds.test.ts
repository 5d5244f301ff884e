/** Bounds on the work that one line, or one message over several lines, may cause. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFramer, type Framer } from '../../src/wire/framing.ts';
import { sseReader } from '../../src/wire/sse.ts';

function framer(): { framer: Framer; messages: string[]; noise: [string, number][] } {
  const messages: string[] = [];
  const noise: [string, number][] = [];
  const made = createFramer({
    message: (bytes) => void messages.push(bytes.toString()),
    noise: (text, bytes) => void noise.push([text, bytes]),
  });
  return { framer: made, messages, noise };
}

/** Milliseconds of the processor. */
function cost(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

const message = (id: number): string => `{"id":${id},"result":${id}}`;
const messages = (count: number): string[] => Array.from({ length: count }, (_, id) => message(id));

test('a chunk must be read no further than enough, and its rest later, whole', () => {
  const { framer: it, messages: seen } = framer();
  const chunk = Buffer.from(`${messages(5).join('\n')}\n{"id":`);
  let lines = 0;
  const rest = it.push(chunk, () => ++lines === 2);
  assert.deepEqual(seen, messages(2));
  assert.equal(rest?.toString(), chunk.subarray(2 * message(0).length + 2).toString());
  assert.equal(it.push(rest as Buffer), undefined);
  it.push(Buffer.from('5,"result":5}\n'));
  assert.deepEqual(seen, messages(6));
});

test('the data of an event stream must be read no further than enough, and its rest later, whole', () => {
  const seen: string[] = [];
  const read = sseReader(
    { event: ({ data }) => void seen.push(data.toString()), retry: () => {}, tooLarge: () => {} },
    1_000,
  );
  const rest = read(Buffer.from('data: 1\n\ndata: 2\n\nda'), () => seen.length === 1);
  assert.deepEqual([seen, rest?.toString()], [['1'], 'data: 2\n\nda']);
  read(rest as Buffer);
  read(Buffer.from('ta: 3\n\n'));
  assert.deepEqual(seen, ['1', '2', '3']);
});

test('a line may hold a hundred messages, glued or as a batch, but not messages without end', () => {
  const glued = framer();
  glued.framer.push(Buffer.from(`${messages(100).join('')}\n${messages(10_000).join('')}\n`));
  assert.ok(glued.messages.length <= 400, `${glued.messages.length} messages from two lines`);
  assert.deepEqual(glued.messages.slice(0, 100), messages(100));
  const batch = framer();
  batch.framer.push(Buffer.from(`[${messages(100)}]\n[${messages(101)}]\n`));
  assert.deepEqual(batch.messages, messages(100));
  assert.equal(batch.noise.length, 1);
});

test('the search for a message behind a banner must cost no more than a few readings of the line', () => {
  const line = Buffer.from(`x${'{"a":'.repeat(64)}"${'y'.repeat(8_000_000)}\n`);
  const { framer: it, noise } = framer();
  const ms = cost(() => it.push(line));
  assert.equal(noise.length, 1);
  assert.ok(ms < 250, `${ms} ms, where one reading takes about 10`);
});

test('held lines of a message that does not come must be reported by the hundred, not by the million', () => {
  const { framer: it, noise } = framer();
  it.push(Buffer.from(`{\n${'"a":1,\n'.repeat(10_000)}`));
  it.end();
  assert.equal(noise.length, 101);
  assert.equal(
    noise.reduce((sum, [, bytes]) => sum + bytes, 0),
    1 + 10_000 * 6 + (10_000 - 100),
  );
});

test('braces on lines of their own must not cost a reading of everything held for each of them', () => {
  const { framer: it } = framer();
  const ms = cost(() =>
    it.push(Buffer.from(`{\n${`"${'x'.repeat(100)}",\n`.repeat(60_000)}${'}\n'.repeat(63)}`)),
  );
  assert.ok(ms < 1_500, `${ms} ms, where one reading takes about 20`);
});

test('ids and lines of events must be bounded', () => {
  const ids: unknown[] = [];
  const large: number[] = [];
  const read = sseReader(
    { event: ({ id }) => void ids.push(id), retry: () => {}, tooLarge: (bytes) => void large.push(bytes) },
    1_000_000,
  );
  read(Buffer.from(`id: ${'i'.repeat(10_000)}\ndata: 1\n\nid: short\ndata: 1\n\n`));
  assert.deepEqual(ids, [undefined, 'short']);
  read(Buffer.from(`${'data:\n'.repeat(100_001)}\n`));
  assert.deepEqual([ids.length, large.length], [2, 1]);
});

test('a message of a server may have 256 MiB', () => {
  const refused: string[] = [];
  const it = createFramer({
    message: () => {},
    noise: () => {},
    tooLarge: (error) => void refused.push(String(error)),
  });
  // The line is kept in pieces: all of them are the same mebibyte.
  const mebibyte = Buffer.alloc(2 ** 20, 'x');
  for (let count = 0; count < 257; count += 1) it.push(mebibyte);
  it.push(Buffer.from('\n'));
  assert.equal(refused.length, 1);
  assert.match(refused[0] ?? '', new RegExp(`${256 * 2 ** 20}|256 MiB`));
});
