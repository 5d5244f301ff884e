/** Requests in flight, without a server: their ids, limits, timeouts and ends. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GatewayError } from '../../../../src/errors.ts';
import type { CallRequest, Reply } from '../../../../src/model/calls.ts';
import { jsonText, toJson } from '../../../../src/model/text/json.ts';
import { callLimits } from '../../../../src/runtime/upstream/limits.ts';
import type { CallOptions } from '../../../../src/runtime/upstream/requests/call-options.ts';
import { Calls } from '../../../../src/runtime/upstream/requests/calls.ts';
import { fakeClock } from '../../../helpers/fake-clock.ts';

const RESULT: Reply = { kind: 'result', json: jsonText('{}') };
const FAR_MS = 1_000_000_000;
const settle = () => new Promise(setImmediate);
const idOf = (id: number) => jsonText(`${id}`);

function world(limits: { callMs?: number; callMaxMs?: number; maxInFlight?: number } = {}) {
  const clock = fakeClock(0);
  let timers = 0;
  const log: string[] = [];
  let failure: GatewayError | undefined;
  const calls = new Calls({
    serverName: 's',
    clock: {
      now: clock.now,
      setTimeout(callback, ms) {
        timers += 1;
        const timer = clock.setTimeout(() => {
          timers -= 1;
          callback();
        }, ms);
        return {
          cancel() {
            timers -= 1;
            timer.cancel();
          },
        };
      },
    },
    limits: { callMs: 500, callMaxMs: 5_000, maxInFlight: 100, ...limits },
    send: async () => {
      if (failure) throw failure;
    },
    sendCancel: (_, reason) => void log.push(`cancel: ${reason}`),
    onAnswer: ({ request }, { kind }) => void log.push(`${kind} of ${request.method}`),
  });
  const begin = (request: Partial<CallRequest> = {}, options?: CallOptions) => {
    const call = calls.call({ method: 'x', ...request }, options);
    const ended: string[] = [];
    void call.reply.then(({ kind, json }) =>
      ended.push(kind === 'error' ? JSON.parse(`${json}`).message : kind),
    );
    /** How the call has ended, or nothing. */
    const end = async (): Promise<string | undefined> => {
      await settle();
      return ended[0];
    };
    return { ...call, end };
  };
  const fail = (code: 'SERVER_EXITED' | 'SERVER_TIMEOUT') => {
    failure = new GatewayError(code, `no input: ${code}`, { hint: 'none' });
  };
  return { calls, clock, log, begin, fail, timers: () => timers };
}

const tokenOf = (progressToken: unknown) => toJson({ _meta: { progressToken } });
const progressOf = (progressToken: unknown) => toJson({ progressToken, progress: 1 });

test('ids must begin with a random number of 32 bits, and go up by one', () => {
  const firsts = Array.from({ length: 200 }, () => {
    const { begin } = world();
    const { id } = begin();
    assert.equal(begin().id, id + 1);
    return id;
  });
  assert.ok(firsts.every((id) => id % 1_000 === 0 && id < 2 ** 31));
  assert.ok(Math.max(...firsts) > 100_000_000);
  assert.ok(new Set(firsts).size > 190);
});

test('no more calls may be in flight than the limit says, with those that only work', async () => {
  const { calls, begin } = world({ maxInFlight: 2 });
  assert.equal(calls.inFlight, 0);
  const work = Promise.withResolvers<void>();
  const working = calls.whileWorking(() => work.promise);
  const first = begin();
  assert.equal(calls.inFlight, 2);
  assert.match((await begin().end()) ?? '', /s has 2 calls in flight already/);
  work.resolve();
  await working;
  assert.equal(calls.inFlight, 1);
  const third = begin();
  assert.match((await begin().end()) ?? '', /in flight already/);
  assert.deepEqual([await first.end(), await third.end()], [undefined, undefined]);
  calls.setLimits({ ...calls.limits, maxInFlight: 3 });
  assert.equal(await begin().end(), undefined);
});

test('work that fails must count no longer, and hold up no drain', async () => {
  const { calls } = world();
  let isDrained = false;
  const works = [Promise.withResolvers<string>(), Promise.withResolvers<string>()] as const;
  const working = works.map(({ promise }) => calls.whileWorking(() => promise));
  void calls.drain(FAR_MS).then(() => {
    isDrained = true;
  });
  works[0].resolve('done');
  assert.equal(await working[0], 'done');
  await settle();
  assert.deepEqual([calls.inFlight, isDrained], [1, false]);
  works[1].reject(new Error('no'));
  await assert.rejects(working[1] as Promise<string>);
  await settle();
  assert.deepEqual([calls.inFlight, isDrained], [0, true]);
});

test('an answer must settle its call once, after it was passed on', async () => {
  const { calls, begin, log } = world();
  const call = begin();
  assert.ok(calls.isAwaited(idOf(call.id)));
  assert.ok(calls.answer(idOf(call.id), RESULT));
  assert.deepEqual([await call.end(), log], ['result', ['result of x']]);
  assert.ok(!calls.isAwaited(idOf(call.id)));
  assert.ok(!calls.answer(idOf(call.id), RESULT));
  assert.equal(log.length, 1);
});

test('a cancelled call must be cancelled at the server, once, and not after its answer', async () => {
  const { calls, begin, log } = world();
  const [first, second] = [begin(), begin()];
  first.cancel();
  first.cancel('again');
  assert.match((await first.end()) ?? '', /the call to s was cancelled: cancelled/);
  assert.deepEqual(log, ['cancel: cancelled']);
  calls.answer(idOf(second.id), RESULT);
  second.cancel();
  assert.deepEqual(log.slice(1), ['result of x']);
});

test('an initialize must never be cancelled at the server', async () => {
  const { begin, log } = world();
  const call = begin({ method: 'initialize' });
  call.cancel();
  assert.match((await call.end()) ?? '', /cancelled/);
  assert.deepEqual(log, []);
});

test('only progress of a call with a token must be passed on', () => {
  const { calls, begin } = world();
  const seen: string[] = [];
  const onProgress = (params: Buffer): void => void seen.push(`${params}`);
  const [one, none] = [begin({ params: tokenOf('a'), onProgress }), begin({ onProgress })];
  const quiet = begin({ params: tokenOf('b') });
  assert.ok(calls.progress(progressOf(one.id)));
  assert.ok(calls.progress(progressOf(quiet.id)));
  for (const token of [none.id, quiet.id + 1, 'x']) assert.ok(!calls.progress(progressOf(token)));
  assert.ok(!calls.progress(jsonText('{}')));
  assert.deepEqual(seen, ['{"progressToken":"a","progress":1}']);
});

test('progress must give a call its time again, and one without a time limit none', async () => {
  const { calls, begin, clock } = world();
  const [limited, free] = [begin({ params: tokenOf(1) }), begin({ params: tokenOf(2) }, { timeoutMs: 0 })];
  for (let turn = 0; turn < 3; turn++) {
    clock.advance(400);
    assert.ok(calls.progress(progressOf(limited.id)) && calls.progress(progressOf(free.id)));
  }
  assert.equal(await limited.end(), undefined);
  clock.advance(500);
  assert.match((await limited.end()) ?? '', /did not answer x within 500 ms/);
  clock.advance(FAR_MS);
  clock.advance(FAR_MS);
  assert.equal(await free.end(), undefined);
});

test('a call may last as long as all calls at most, unless it has a limit of its own', async () => {
  const { begin, clock, log } = world({ callMs: 9_000, callMaxMs: 5_000 });
  const [usual, own] = [begin(), begin({}, { timeoutMs: 9_000 })];
  clock.advance(4_999);
  assert.equal(await usual.end(), undefined);
  clock.advance(1);
  assert.match((await usual.end()) ?? '', /was not done with x within 5 s/);
  assert.equal(await own.end(), undefined);
  clock.advance(4_000);
  assert.match((await own.end()) ?? '', /did not answer x within 9 s/);
  assert.deepEqual(log, ['cancel: maximum timeout', 'cancel: timeout']);
});

test('a notification must reach the call that provably caused it', () => {
  const { calls, begin } = world();
  const seen: string[] = [];
  const onNotification = (method: string, params: unknown): void => void seen.push(`${method} ${params}`);
  const [one, deaf] = [begin({ onNotification }), begin()];
  assert.ok(!calls.notify('m', undefined, undefined), 'none asked for log messages');
  assert.ok(calls.notify('m', jsonText('1'), one.id));
  assert.ok(!calls.notify('m', undefined, deaf.id));
  assert.ok(!calls.notify('m', undefined, 7));
  begin({ onNotification }, { wantsLogs: true });
  assert.ok(calls.notify('n', jsonText('2'), undefined));
  assert.deepEqual(seen, ['m 1', 'n 2']);
});

test('no call must time out while a person answers, and each again once all have', async () => {
  const { calls, begin, clock } = world({ callMaxMs: 100_000 });
  const call = begin();
  const [first, second] = [calls.suspendTimeouts(), calls.suspendTimeouts()];
  clock.advance(500);
  first();
  clock.advance(500);
  assert.equal(await call.end(), undefined);
  second();
  clock.advance(500);
  assert.match((await call.end()) ?? '', /within 500 ms/);
  const another = begin();
  calls.suspendTimeouts();
  clock.advance(500);
  assert.equal(await another.end(), undefined);
});

test('a known trouble of the server must be quoted when a call times out', async () => {
  const { calls, begin, clock } = world();
  calls.setTrouble('it does not answer pings');
  const call = begin();
  clock.advance(500);
  assert.match((await call.end()) ?? '', /\(it does not answer pings\)/);
});

test('a request of the gateway must be known when it comes back as an echo', () => {
  const { calls, begin } = world();
  const { id } = begin();
  assert.deepEqual(
    [calls.isOwn(idOf(id), 'x'), calls.isOwn(idOf(id), 'y'), calls.isOwn(idOf(id + 1), 'x')],
    [true, false, false],
  );
});

test('closing must end every call, now and later, and leave no timer', async () => {
  const { calls, begin, timers } = world();
  const all = [begin(), begin()];
  calls.close(RESULT);
  for (const call of [...all, begin()]) assert.equal(await call.end(), 'result');
  assert.deepEqual([calls.inFlight, timers()], [0, 0]);
});

test('a call whose server takes no input must fail at once, or with the report of its end within 6 s', async () => {
  const { calls, begin, clock, fail } = world({ callMs: 60_000, callMaxMs: 60_000 });
  fail('SERVER_TIMEOUT');
  assert.match((await begin().end()) ?? '', /no input: SERVER_TIMEOUT/);
  fail('SERVER_EXITED');
  const [waiting, answered] = [begin(), begin()];
  assert.equal(await waiting.end(), undefined);
  clock.advance(5_999);
  calls.answer(idOf(answered.id), RESULT);
  assert.equal(await waiting.end(), undefined);
  clock.advance(1);
  assert.match((await waiting.end()) ?? '', /no input: SERVER_EXITED/);
  assert.equal(await answered.end(), 'result');
});

test('a drain must end with the last call, or after its time', async () => {
  const { calls, begin, clock } = world();
  await calls.drain(FAR_MS);
  const { id } = begin();
  const drains = ['', ''];
  void calls.drain(FAR_MS).then(() => {
    drains[0] = 'idle';
  });
  void calls.drain(300).then(() => {
    drains[1] = 'late';
  });
  clock.advance(300);
  await settle();
  assert.deepEqual(drains, ['', 'late']);
  calls.answer(idOf(id), RESULT);
  await settle();
  assert.deepEqual(drains, ['idle', 'late']);
});

test('without a limit for silence the maximum must hold, and without both no limit', async () => {
  const { begin, clock, log } = world({ callMs: 0, callMaxMs: 5_000 });
  const [usual, own] = [begin(), begin({}, { timeoutMs: 0 })];
  clock.advance(4_999);
  assert.equal(await usual.end(), undefined);
  clock.advance(1);
  assert.match((await usual.end()) ?? '', /was not done with x within 5 s, the most that any call may take/);
  clock.advance(1_000_000_000);
  assert.equal(await own.end(), undefined);
  assert.deepEqual(log, ['cancel: maximum timeout']);
  const unlimited = world(callLimits({ timeouts: { start: 1, call: 0, callMax: 0 } }));
  const call = unlimited.begin();
  unlimited.clock.advance(1_000_000_000);
  assert.equal(await call.end(), undefined);
});

test('progress must not take the maximum from a call that has no limit for silence', async () => {
  const { calls, begin, clock } = world({ callMs: 0, callMaxMs: 5_000 });
  const call = begin({ params: tokenOf(1) });
  clock.advance(4_000);
  assert.ok(calls.progress(progressOf(call.id)));
  clock.advance(1_000);
  assert.match((await call.end()) ?? '', /was not done with x within 5 s/);
});
