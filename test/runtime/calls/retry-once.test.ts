import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Call, Reply } from '../../../src/model/calls.ts';
import { jsonText } from '../../../src/model/text/json.ts';
import { retryOnce } from '../../../src/runtime/calls/retry-once.ts';
import { callerOf } from '../../helpers/caller.ts';

const REQUEST = { method: 'tools/call' };
const json = jsonText('{}');
const UNDONE: Reply = { kind: 'error', json, isUndone: true };
const ERROR: Reply = { kind: 'error', json };
const RESULT: Reply = { kind: 'result', json };

for (const [what, replies, times] of [
  ['that did nothing', [UNDONE, RESULT], 2],
  ['that did nothing twice', [UNDONE, UNDONE, RESULT], 2],
  ['that may have done something', [ERROR, RESULT], 1],
  ['that has its result', [RESULT, ERROR], 1],
] as const)
  test(`a call ${what} must be made this many times: ${times}`, async () => {
    let made = 0;
    const call = retryOnce(() => ({
      reply: Promise.resolve(replies[made++] ?? ERROR),
      cancel: () => assert.fail('nobody cancels'),
    }))('s', REQUEST, callerOf());
    assert.equal(await call.reply, replies[times - 1]);
    assert.equal(made, times);
  });

test('a cancelled call must be cancelled at its current attempt, and not be retried', async () => {
  const cancelled: string[] = [];
  const answers: ((reply: Reply) => void)[] = [];
  const attempt = (): Call => {
    const { promise, resolve } = Promise.withResolvers<Reply>();
    const number = answers.push(resolve);
    return { reply: promise, cancel: (why) => void cancelled.push(`${number} ${why}`) };
  };
  const once = retryOnce(attempt);
  const first = once('s', REQUEST, callerOf());
  first.cancel('early');
  answers[0]?.(UNDONE);
  assert.equal(await first.reply, UNDONE);
  assert.equal(answers.length, 1);
  const second = once('s', REQUEST, callerOf());
  answers[1]?.(UNDONE);
  await new Promise(setImmediate);
  second.cancel('late');
  answers[2]?.(ERROR);
  assert.equal(await second.reply, ERROR);
  assert.deepEqual(cancelled, ['1 early', '3 late']);
});
