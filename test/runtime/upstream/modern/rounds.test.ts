/** How often, and how much at once, a server may ask within one call. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Reply } from '../../../../src/model/calls.ts';
import { jsonText, toJson } from '../../../../src/model/text/json.ts';
import { callInRounds } from '../../../../src/runtime/upstream/modern/rounds.ts';

const RESULT: Reply = { kind: 'result', json: jsonText('{"resultType":"complete"}') };

/** Calls a server that asks so many questions in each of so many rounds. */
async function called(
  rounds: number,
  questions: number,
): Promise<{ sent: number; asked: number; end: string }> {
  let [sent, asked] = [0, 0];
  const inputRequests = Object.fromEntries(
    Array.from({ length: questions }, (_, index) => [`q${index}`, { method: 'roots/list' }]),
  );
  const question: Reply = { kind: 'result', json: toJson({ resultType: 'input_required', inputRequests }) };
  const call = callInRounds(
    {
      serverName: 's',
      ask: async () => {
        asked += 1;
        return RESULT;
      },
      exchange: () => ({ reply: Promise.resolve(sent++ < rounds ? question : RESULT), cancel: () => {} }),
      whileAsking: (work) => work(),
    },
    { method: 'tools/call', params: jsonText('{"name":"x"}') },
  );
  const { kind, json } = await call.reply;
  return { sent, asked, end: kind === 'error' ? JSON.parse(`${json}`).message : kind };
}

test('a server may ask eight times within a call', async () => {
  assert.deepEqual(await called(8, 1), { sent: 9, asked: 8, end: 'result' });
  const { sent, asked, end } = await called(9, 1);
  assert.deepEqual([sent, asked], [9, 8]);
  assert.match(end, /asked again after 8 rounds/);
});

test('a server may ask 32 things at once', async () => {
  assert.deepEqual(await called(1, 32), { sent: 2, asked: 32, end: 'result' });
  const { sent, asked, end } = await called(1, 33);
  assert.deepEqual([sent, asked], [1, 0]);
  assert.match(end, /more than 32 things at once/);
});
