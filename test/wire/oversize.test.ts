/** Lines over the size limit: what is kept of them, and which calls fail. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GatewayError } from '../../src/errors.ts';
import { RPC } from '../../src/wire/codes.ts';
import { answerTooLarge, OversizedLine } from '../../src/wire/oversize.ts';

/** Different bytes, so that each has its place. */
const bytes = (from: number, to: number): Buffer =>
  Buffer.from(Array.from({ length: to - from }, (_, index) => (from + index) % 251));

test('of a line that is too long its first and last 256 bytes must be kept, and all be counted', () => {
  const line = new OversizedLine([bytes(0, 100), bytes(100, 200), bytes(200, 300)]);
  assert.deepEqual([line.head, line.tail, line.bytes], [bytes(0, 256), bytes(44, 300), 300]);
  line.add(bytes(300, 310));
  assert.deepEqual([line.head, line.tail, line.bytes], [bytes(0, 256), bytes(54, 310), 310]);
  line.add(bytes(310, 1_310));
  assert.deepEqual([line.head, line.tail, line.bytes], [bytes(0, 256), bytes(1_054, 1_310), 1_310]);
});

test('a line shorter than what is kept must be kept whole, at both ends', () => {
  const line = new OversizedLine([bytes(0, 3), bytes(3, 5)]);
  assert.deepEqual([line.head, line.tail, line.bytes], [bytes(0, 5), bytes(0, 5), 5]);
});

test('the ends of a line must not keep its memory alive', () => {
  const long = bytes(0, 100_000);
  const line = new OversizedLine([long]);
  line.add(long);
  for (const end of [line.head, line.tail]) assert.notEqual(end.buffer, long.buffer);
});

test('a line may be in a million pieces', () => {
  const line = new OversizedLine(new Array(1_000_000).fill(Buffer.from('x')));
  assert.deepEqual([line.head.length, line.tail.length, line.bytes], [256, 256, 1_000_000]);
});

/** The answers that a sink gets in place of a dropped line. */
function answers(head: string, tail: string): string[] {
  const seen: string[] = [];
  const error = new GatewayError('MESSAGE_TOO_LARGE', 'too large', { hint: 'less' });
  const sink = {
    message: (text: Buffer, { id }: { id: unknown }) => {
      assert.ok(id);
      seen.push(text.toString());
    },
    noise: () => assert.fail('an answer is no noise'),
  };
  answerTooLarge(Buffer.from(head), Buffer.from(tail), error, sink);
  return seen;
}

const answer = (id: string): string =>
  `{"jsonrpc":"2.0","id":${id},"error":{"code":${RPC.ANSWER_TOO_LARGE},` +
  '"message":"MESSAGE_TOO_LARGE: too large; fix: less"}}';

for (const [what, head, tail, id] of [
  ['an id in front', '{"jsonrpc":"2.0","id":7,"result":"', 'x"}', '7'],
  ['an id in front of the version', '{"id": "a\\"b" , "jsonrpc" : "2.0", "result":"', 'x"}', '"a\\"b"'],
  ['a negative id, and an error', '{"id":-7,"error":{', 'x"}}', '-7'],
  ['a banner in front', 'log: {"id":7,"result":"', 'x"}', '7'],
  ['an id at the end', '{"result":"', 'x","jsonrpc":"2.0","id":7}', '7'],
  [
    'an id at the end, before the version',
    '{"jsonrpc":"2.0","result":"',
    '","id":"b", "jsonrpc":"2.0" }\r',
    '"b"',
  ],
  ['an id in front counts', '{"id":1,"result":"', '","id":2}', '1'],
] as const)
  test(`a dropped answer must fail its own call: ${what}`, () => {
    assert.deepEqual(answers(head, tail), [answer(id)]);
  });

for (const [what, head, tail] of [
  ['a request of the server', '{"id":7,"method":"x","params":{', '}}'],
  ['a request of the server that ends with its id', '{"method":"x","params":{', '},"id":7}'],
  ['an id within the result', '{"result":{"id":7,"result":"', 'x"}}'],
  ['an id within the result, at its end', '{"result":{"', '","id":7}}'],
  ['an id that is no JSON', '{"id":007,"result":"', 'x"}'],
  ['no id', '{"result":"', 'x"}'],
  ['an id that is not at the end', '{"result":"', '"id":7}x'],
] as const)
  test(`a dropped line must fail no call: ${what}`, () => {
    assert.deepEqual(answers(head, tail), []);
  });
