/** The text of batches: 1 to 100 messages, or the reason why there are none. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isBatch, joinBatch, splitBatch } from '../../../src/edge/legacy/batch-text.ts';

const split = (text: string | Buffer): unknown => {
  const found = splitBatch(Buffer.from(text as string));
  return Array.isArray(found) ? found.map(String) : found;
};
const of = (count: number): string => `[${Array(count).fill('{}').join(',')}]`;

test('a batch must be an array, after white space too', () => {
  for (const [text, expected] of [
    ['[]', true],
    [' \n[{}]', true],
    ['{}', false],
    ['', false],
    ['x[]', false],
  ] as const)
    assert.equal(isBatch(Buffer.from(text)), expected, text);
});

test('messages must be found as they are written, whatever is around them', () => {
  assert.deepEqual(split(' [ {"a": 1} ,\n{} ] '), ['{"a": 1}', '{}']);
  assert.deepEqual(split('[1,[2]]'), ['1', '[2]']);
});

test('no more than 100 messages must fit, and no fewer than one', () => {
  assert.equal((split(of(100)) as string[]).length, 100);
  assert.equal(split(of(1))?.toString(), '{}');
  assert.equal(split(of(101)), 'size');
  assert.equal(split('[]'), 'size');
});

test('what is not one array of JSON in UTF-8 must be a parse error', () => {
  for (const text of ['[', '[{}', '[{}] x', '[{}][]', '[{},]', Buffer.from([0x5b, 0x22, 0xff, 0x22, 0x5d])])
    assert.equal(split(text), 'parse', String(text));
});

test('responses must be joined with commas between them', () => {
  const join = (...responses: string[][]): string =>
    Buffer.concat(joinBatch(responses.map((parts) => parts.map((part) => Buffer.from(part))))).toString();
  assert.equal(join(['{', '}'], ['1'], ['2']), '[{},1,2]');
  assert.equal(join(), '[]');
});
