/** What is kept of calls, and how they ended. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Reply } from '../../../../src/model/calls.ts';
import type { CallRecord } from '../../../../src/model/watch/call-record.ts';
import { createMeter } from '../../../../src/runtime/calls/meter/meter.ts';
import { readEnvelope, slice } from '../../../../src/wire/envelope.ts';
import { callerOf } from '../../../helpers/caller.ts';
import { fakeClock } from '../../../helpers/fake-clock.ts';
import { errorOf, requestOf, resultOf, SESSION, under } from '../harness.ts';

function world() {
  const clock = fakeClock();
  const { layer, history } = createMeter(clock);
  const { call, passed } = under(layer);
  return { clock, history, call, passed };
}

/** A reply as a server's text becomes one. */
function replyOf(result: string): Reply {
  const text = Buffer.from(`{"jsonrpc":"2.0","id":1,"result":${result}}`);
  const envelope = readEnvelope(text);
  assert.ok(envelope?.result);
  return { kind: 'result', json: slice(text, envelope.result), said: envelope.doubled.said ?? 0 };
}

test('a call must be kept with who called what, its time and its sizes, and with nothing of its contents', async () => {
  const { clock, history, call, passed } = world();
  const caller = callerOf({ principal: 'token:ann:0a', client: 'code', era: 'modern' });
  const request = { ...requestOf('tools/call', { name: 't', arguments: { secret: 1 } }), target: 's_t' };
  call('s', request, caller);
  clock.advance(30);
  assert.deepEqual(history.all(), []);
  await passed[0]?.answer(resultOf('{"content":[]}'));
  assert.deepEqual(history.all(), [
    {
      seq: 1,
      at: 1_000_000,
      ms: 30,
      client: 'code',
      principal: 'token:ann:0a',
      era: 'modern',
      server: 's',
      method: 'tools/call',
      target: 's_t',
      bytesIn: '{"name":"t","arguments":{"secret":1}}'.length,
      bytesOut: '{"content":[]}'.length,
      outcome: 'ok',
    },
  ]);
});

test('durations must have three decimals at most', async () => {
  const { clock, history, call, passed } = world();
  const heard: CallRecord[] = [];
  history.onCall((record) => heard.push(record));
  call('s', requestOf('tools/call'), SESSION);
  clock.advance(12.345678901234);
  await passed[0]?.answer(replyOf('{}'));
  assert.deepEqual([history.all()[0]?.ms, heard[0]?.ms], [12.346, 12.346]);
});

for (const [what, reply, outcome, code] of [
  ['a result', replyOf('{"content":[],"isError":false}'), 'ok'],
  ['a result that says failure inside its contents only', replyOf('{"a":{"isError":true}}'), 'ok'],
  ['a failed tool', replyOf('{"content":[],"isError":true}'), 'tool_error'],
  ['… in a result that was rewritten', resultOf('{"isError": true,"content":[]}'), 'tool_error'],
  ['… that says failure inside only', resultOf('{"content":[{"isError":true}]}'), 'ok'],
  ['an error of the server', errorOf('{"code":-32602,"message":"m"}'), 'error', -32_602],
  ['an error with a text in place of a code', errorOf('{"code":"x"}'), 'error', undefined],
  ['a cancelled call', errorOf('{"code":-31003,"message":"m"}'), 'cancelled', -31_003],
  ['a call without an answer in time', errorOf('{"code":-31002,"message":"m"}'), 'timeout', -31_002],
  ['a server that has ended', errorOf('{"code":-31001,"message":"m"}'), 'lost', -31_001],
] as const)
  test(`the outcome of ${what} must be ${outcome}`, async () => {
    const { history, call, passed } = world();
    call('s', requestOf('tools/call'), SESSION);
    await passed[0]?.answer(reply);
    const [record] = history.all();
    assert.deepEqual([record?.outcome, record?.code], [outcome, code]);
  });

test('the newest 4096 calls must be kept, oldest first, and go on being numbered', async () => {
  const { history, call, passed } = world();
  const count = 4_100;
  for (let index = 0; index < count; index++) {
    call(`s${index}`, requestOf('tools/call'), SESSION);
    void passed[index]?.answer(resultOf('{}'));
  }
  await new Promise(setImmediate);
  const all = history.all();
  assert.equal(all.length, 4_096);
  assert.deepEqual([all[0]?.seq, all[0]?.server], [5, 's4']);
  assert.deepEqual([all.at(-1)?.seq, all.at(-1)?.server], [4_100, 's4099']);
});

test('whoever follows must get each call as it ends, until they leave', async () => {
  const { history, call, passed } = world();
  const seen: CallRecord[] = [];
  const leave = history.onCall((record) => seen.push(record));
  call('a', requestOf('tools/call'), SESSION);
  await passed[0]?.answer(resultOf('{}'));
  leave();
  call('b', requestOf('tools/call'), SESSION);
  await passed[1]?.answer(resultOf('{}'));
  assert.deepEqual(
    seen.map(({ server }) => server),
    ['a'],
  );
});
