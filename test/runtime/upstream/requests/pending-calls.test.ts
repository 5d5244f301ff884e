import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CallOptions } from '../../../../src/runtime/upstream/requests/call-options.ts';
import { type PendingCall, PendingCalls } from '../../../../src/runtime/upstream/requests/pending-calls.ts';
import { fakeClock } from '../../../helpers/fake-clock.ts';

function world() {
  const clock = fakeClock(0);
  const expired: number[] = [];
  const calls = new PendingCalls(clock, (call) => {
    expired.push(call.id);
    calls.remove(call);
  });
  const add = (id: number, options: CallOptions = {}, timeoutMs = 100): PendingCall => {
    const last = calls.after(1_000);
    const rest = { request: { method: 'm' }, caller: undefined, token: undefined, settle: () => {} };
    const call = { id, ...rest, due: last, last, timeoutMs, options };
    calls.add(call);
    return call;
  };
  return { clock, calls, add, expired };
}

test('a background request must not count as in flight', () => {
  const { calls, add } = world();
  const background = add(1, { background: true });
  const call = add(2);
  assert.equal(calls.inFlight, 1);
  calls.remove(call);
  calls.remove(background);
  calls.remove(background);
  assert.equal(calls.inFlight, 0);
});

test('progress must extend a call, but not beyond its maximum', () => {
  const { clock, calls, add, expired } = world();
  const call = add(1);
  for (let n = 0; n < 19; n++) {
    clock.advance(50);
    calls.extend(call, 100);
  }
  assert.deepEqual([expired, call.due], [[], call.last]);
  clock.advance(50);
  assert.deepEqual(expired, [1]);
});

test('a call without a timeout must expire at its maximum alone', () => {
  const { clock, calls, add, expired } = world();
  const call = add(1, {}, 0);
  clock.advance(999);
  calls.extend(call, 0);
  assert.deepEqual(expired, []);
  clock.advance(1);
  assert.deepEqual(expired, [1]);
});

test('log messages must go to the call that asked for them, if there is only one', () => {
  const { calls, add } = world();
  add(1);
  assert.equal(calls.onlyLogging(), undefined);
  const first = add(2, { wantsLogs: true });
  assert.equal(calls.onlyLogging(), first);
  add(3, { wantsLogs: true });
  assert.equal(calls.onlyLogging(), undefined);
});
