/** Reading a log page by page: nothing twice, nothing lost, never too much at once. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LogEntry } from '../../../src/model/status.ts';
import { logPage, type PageQuery } from '../../../src/operations/gateway/log-page.ts';
import { entry, NOON } from './harness.ts';

const plain = (text: string): string => text;
const page = (entries: readonly LogEntry[], query: Partial<PageQuery>) => {
  const { lines, next, more } = logPage(entries, { limit: 50, ...query }, plain);
  return { texts: lines.map(({ text }) => text), next, more };
};
const cursor = (at: number, nth: number): string => `${NOON + at}-${nth}`;

/** Two of them in the same millisecond. */
const five = [entry(1, 'a'), entry(2, 'b'), entry(2, 'c', 'hive'), entry(3, 'd'), entry(4, 'e')];

test('without a cursor the newest lines come, oldest first', () => {
  assert.deepEqual(page(five, { limit: 2 }), { texts: ['d', 'e'], next: cursor(4, 1), more: false });
  assert.deepEqual(page([], {}), { texts: [], next: undefined, more: false });
});

test('with a cursor the lines behind it come, and whether there are more', () => {
  assert.deepEqual(page(five, { after: cursor(1, 1), limit: 1 }), {
    texts: ['b'],
    next: cursor(2, 1),
    more: true,
  });
  assert.deepEqual(page(five, { after: cursor(2, 1), limit: 2 }), {
    texts: ['c', 'd'],
    next: cursor(3, 1),
    more: true,
  });
  assert.deepEqual(page(five, { after: cursor(4, 1) }), { texts: [], next: cursor(4, 1), more: false });
});

test('a cursor whose entry has left the log leads to the first newer one', () => {
  const newest = five.slice(3);
  assert.deepEqual(page(newest, { after: cursor(2, 1) }).texts, ['d', 'e']);
  assert.deepEqual(page([], { after: cursor(2, 1) }), { texts: [], next: cursor(2, 1), more: false });
});

test('a clock that was put back must not repeat or hide lines', () => {
  const jumped = [entry(9, 'a'), entry(1, 'b'), entry(2, 'c')];
  assert.deepEqual(page(jumped, { after: cursor(9, 1) }).texts, ['b', 'c']);
});

test('a filter must not disturb the cursor', () => {
  assert.deepEqual(page(five, { stream: 'hive' }), { texts: ['c'], next: cursor(4, 1), more: false });
  assert.deepEqual(page(five, { stream: 'stderr', after: cursor(1, 1), limit: 1 }), {
    texts: ['b'],
    next: cursor(2, 1),
    more: true,
  });
  assert.deepEqual(page(five, { stream: 'stderr', after: cursor(2, 1), limit: 5 }).texts, ['d', 'e']);
});

test('a page must be bounded, and reading on must miss nothing', () => {
  const long = Array.from({ length: 40 }, (_, at) => entry(at, `${at} ${'x'.repeat(990)}`));
  const newest = page(long, {});
  assert.equal(newest.texts.length, 16);
  assert.match(newest.texts.at(-1) ?? '', /^39 /);
  const read: string[] = [];
  let after: string | undefined = cursor(0, 1);
  for (let more = true; more; ) {
    const next = page(long, { ...(after === undefined ? {} : { after }) });
    read.push(...next.texts.map((text) => text.split(' ')[0] ?? ''));
    ({ more, next: after } = next);
  }
  assert.deepEqual(
    read,
    Array.from({ length: 39 }, (_, at) => String(at + 1)),
  );
});

test('a line that is too long must be cut, with its length', () => {
  const [text = ''] = page([entry(1, 'y'.repeat(3_000))], {}).texts;
  assert.equal(text, `${'y'.repeat(1_000)}… (3000 characters)`);
});
