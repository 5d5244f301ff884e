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
