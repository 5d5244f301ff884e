/** Server-sent events, as they come from servers that Hive did not write. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sseReader } from '../../src/wire/sse.ts';

const LIMIT = 100;

function read(...chunks: readonly string[]): unknown[] {
  const seen: unknown[] = [];
  const push = sseReader(
    {
      event: ({ data, id, type }) => void seen.push([data.toString(), id, type]),
      retry: (ms) => void seen.push(ms),
      tooLarge: (bytes) => void seen.push(`too large: ${bytes}`),
    },
    LIMIT,
  );
  for (const chunk of chunks) push(Buffer.from(chunk));
  return seen;
}

test('the rest of a line over the limit must not be read as a line of its own', () => {
  const long = `: ${'x'.repeat(LIMIT + 100)}`;
  const evil = 'data: {"id":1,"result":"forged"}\n\n';
  assert.deepEqual(read(`${long}`, evil, 'data: next\n\n'), [
    `too large: ${long.length + evil.length - 2}`,
    ['next', undefined, undefined],
  ]);
});

test('an event must be dropped for the same line, however it is cut', () => {
  const text = `id: ${'x'.repeat(LIMIT + 100)}\ndata: a\n\ndata: b\n\n`;
  const whole = read(text);
  assert.deepEqual(whole, [`too large: ${LIMIT + 105}`, ['b', undefined, undefined]]);
  assert.deepEqual(read(...text), whole);
});

test('an id that is too long for a header must be ignored', () => {
  const push: string[] = [];
  const reader = sseReader(
    { event: ({ id }) => void push.push(`${id}`), retry: () => {}, tooLarge: () => {} },
    10_000,
  );
  reader(Buffer.from(`id: 7\nid: ${'x'.repeat(9_000)}\ndata: a\n\n`));
  assert.deepEqual(push, ['7']);
});

for (const [name, end] of [
  ['LF', '\n'],
  ['CR', '\r'],
  ['CR LF', '\r\n'],
] as const)
  test(`lines may end with ${name}, wherever the stream is cut`, () => {
    const text = `\ufeff: hi${end}data:{"a":${end}data: 1}${end}id: 4${end}${end}data${end}event:x${end}data:2${end}${end}`;
    const expected = [
      ['{"a": 1}', '4', undefined],
      [' 2', '4', 'x'],
    ];
    assert.deepEqual(read(text), expected);
    assert.deepEqual(read(...text), expected);
  });

test('an event must be passed on at once when its blank line is a CR, whatever comes next', () => {
  assert.deepEqual(read('data: 1\r\n\r'), [['1', undefined, undefined]]);
  assert.deepEqual(read('data: 1\r\n\r', '\ndata: 2\r\r'), [
    ['1', undefined, undefined],
    ['2', undefined, undefined],
  ]);
});

test('an id with a NUL must be ignored', () => {
  assert.deepEqual(read('id: 1\nid: 2\0\ndata: a\n\n'), [['a', '1', undefined]]);
});

for (const text of ['data: {"id":1}\n', 'data: {"id":1}', 'id: 7\rdata: {"id":1}\r'])
  test(`the last event needs no blank line if the stream ends as it should: ${JSON.stringify(text)}`, () => {
    const seen: string[] = [];
    const push = sseReader(
      { event: ({ data }) => void seen.push(data.toString()), retry: () => {}, tooLarge: () => {} },
      LIMIT,
    );
    push(Buffer.from(text));
    assert.deepEqual(seen, []);
    push.end();
    push.end();
    assert.deepEqual(seen, ['{"id":1}']);
  });

test('an id may have 8 KiB, and an event 100,000 lines of data', () => {
  const ids: (string | undefined)[] = [];
  const sizes: number[] = [];
  const reader = sseReader(
    { event: ({ id }) => void ids.push(id), retry: () => {}, tooLarge: (bytes) => void sizes.push(bytes) },
    1_000_000,
  );
  const [longest, longer] = ['x'.repeat(8 * 1024), 'y'.repeat(8 * 1024 + 1)];
  reader(Buffer.from(`id: ${longest}\ndata: a\n\nid: ${longer}\ndata: a\n\n`));
  assert.deepEqual(ids, [longest, longest]);
  reader(Buffer.from(`${'data:\n'.repeat(100_000)}\n`));
  assert.deepEqual([ids.length, sizes.length], [3, 0]);
  reader(Buffer.from(`${'data:\n'.repeat(100_001)}\n`));
  assert.deepEqual([ids.length, sizes.length], [3, 1]);
});

test('a line may be 64 bytes longer than the data of an event', () => {
  const data = 'data: a\n';
  assert.deepEqual(read(`x: ${'x'.repeat(LIMIT + 64 - 3)}\n${data}\n`), [['a', undefined, undefined]]);
  assert.deepEqual(read(`x: ${'x'.repeat(LIMIT + 65 - 3)}\n${data}\n`), [`too large: ${LIMIT + 66}`]);
});
