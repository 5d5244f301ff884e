import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ServerState, ServerStatus } from '../../../src/model/status.ts';
import { createHoldUntilReady } from '../../../src/runtime/calls/hold-until-ready.ts';
import type { Failed, Instance } from '../../../src/runtime/instances/instance.ts';
import { fakeClock } from '../../helpers/fake-clock.ts';
import { requestOf, resultOf, SESSION, serving, under, unitOf } from './harness.ts';

function harness(view: object = {}) {
  const clock = fakeClock();
  const wanted: string[] = [];
  let state: ServerState | undefined = 'starting';
  let isServing = false;
  let instance: Partial<Failed> | undefined;
  let change = (): void => {};
  const hurried: string[] = [];
  let isStopped = false;
  let mayHurry = false;
  const held = createHoldUntilReady({
    clock,
    isStopped: () => isStopped,
    board: {
      get: () =>
        state && ({ state, reason: 'its reason', hint: 'its hint', code: 'SERVER_EXITED' } as ServerStatus),
      onChange(listener) {
        change = listener;
        return () => {};
      },
    },
    instances: {
      serving: () => (isServing ? serving({}, {}) : undefined),
      of: () => (instance ? [{ state: instance } as Instance] : []),
      hurry(name, urgency) {
        hurried.push(`${name} ${urgency}`);
        if (mayHurry) instance = { ...instance, retry: 'due' };
        return mayHurry;
      },
    },
    units: new Map([['s', unitOf({ timeouts: { start: 10_000 }, maxInFlight: 10, ...view })]]),
    onWanted: (name) => void wanted.push(name),
  });
  const become = (next: ServerState | undefined, serves = next === 'ready'): void => {
    state = next;
    isServing = serves;
    change();
  };
  const fail = (failed: Partial<Failed>): void => {
    instance = { phase: 'failed', hasServed: true, retry: 'backoff', retryInMs: 1_000, ...failed };
    become('failed');
  };
  const allowHurry = (): void => {
    mayHurry = true;
  };
  const stop = (): void => {
    isStopped = true;
  };
  return { ...under(held.layer), stop, held, wanted, hurried, allowHurry, become, fail, clock };
}
const TOOL = requestOf('tools/call', { name: 'x' });

test('a call to a server that serves must be passed on at once', () => {
  const { call, passed, become } = harness();
  become('ready');
  call('s', TOOL, SESSION);
  assert.deepEqual(
    passed.map(({ request, caller }) => [request, caller]),
    [[TOOL, SESSION]],
  );
});

test('a call to a server that a person has stopped must be refused at once, and start nothing', async () => {
  for (const state of ['draining', 'idle', 'failed', 'stopped'] as const) {
    const { call, become, stop, allowHurry, hurried, wanted } = harness({ start: 'lazy' });
    allowHurry();
    stop();
    become(state);
    assert.equal((await call('s', TOOL, SESSION).reply).kind, 'error');
    assert.deepEqual([hurried, wanted], [[], []]);
  }
});

test('a call to a server that starts must be held, and be passed on once the server serves', async () => {
  const { call, passed, become, held } = harness();
  const { reply } = call('s', TOOL, SESSION);
  assert.ok(passed.length === 0 && held.isWanted('s'));
  become('ready');
  assert.equal(passed[0]?.caller, SESSION);
  const result = resultOf('{}');
  await passed[0]?.answer(result);
  assert.equal(await reply, result);
  assert.ok(!held.isWanted('s'));
});

test('a call in the pause before a restart must wait, and be passed on once the server serves again', async () => {
  for (const retry of ['backoff', 'due'] as const) {
    const { call, passed, become, fail } = harness();
    fail({ retry });
    call('s', TOOL, SESSION);
    assert.equal(passed.length, 0);
    become('starting');
    become('ready');
    assert.equal(passed.length, 1);
  }
});

test('a call must be refused if its server is not about to be restarted, or had never come up', async () => {
  for (const failed of [
    { retry: 'givenUp' as const },
    { hasServed: false },
    { retryInMs: 3_001 },
    { phase: 'starting' as never },
  ]) {
    const { call, fail } = harness();
    fail(failed);
    assert.equal((await call('s', TOOL, SESSION).reply).kind, 'error');
  }
  const { call, fail } = harness();
  fail({});
  const { reply } = call('s', TOOL, SESSION);
  fail({ hasServed: false });
  assert.equal((await reply).kind, 'error', 'the restart has failed');
});

test('a call to a server that waits for its next attempt must start the attempt, and be answered by it', async () => {
  const { call, hurried, allowHurry, passed, become, fail } = harness();
  allowHurry();
  fail({ hasServed: false, retryInMs: 300_000 });
  const first = call('s', TOOL, SESSION);
  call('s', TOOL, SESSION);
  assert.deepEqual(hurried, ['s call'], 'the second call waits for the same attempt');
  become('starting');
  become('ready');
  assert.equal(passed.length, 2);
  const result = resultOf('{}');
  await passed[0]?.answer(result);
  assert.equal(await first.reply, result);
});

test('a call to a server whose engine is away must not start an attempt', async () => {
  const { call, hurried, allowHurry, fail, become } = harness();
  allowHurry();
  fail({ retryInMs: 30_000 });
  become('unavailable');
  assert.equal((await call('s', TOOL, SESSION).reply).kind, 'error');
  assert.deepEqual(hurried, []);
});

test('a call must be refused while the server’s engine is away, although a restart was ahead', async () => {
  const { call, fail, become } = harness();
  fail({});
  const { reply } = call('s', TOOL, SESSION);
  become('unavailable');
  assert.equal((await reply).kind, 'error');
  assert.equal((await call('s', TOOL, SESSION).reply).kind, 'error');
});

test('a call must be refused with the state, the reason and the fix once its server has failed', async () => {
  const { call, passed, become } = harness();
  const { reply } = call('s', TOOL, SESSION);
  become('failed');
  const { kind, json } = await reply;
  const error = JSON.parse(json.toString());
  assert.deepEqual(
    [kind, error.code, error.data],
    ['error', -31_006, { server: 's', state: 'failed', code: 'SERVER_EXITED' }],
  );
  assert.equal(error.message, 's has failed: its reason. Fix: its hint');
  assert.equal((await call('s', TOOL, SESSION).reply).kind, 'error');
  assert.equal(passed.length, 0);
});

test('a call to a server that is not declared must be refused', async () => {
  const { call, become } = harness();
  become(undefined);
  assert.match(String((await call('nobody', TOOL, SESSION).reply).json), /nobody is unknown/);
});

test('a lazy server must be started for the first call that is held, once', () => {
  const { call, wanted, become } = harness({ start: 'lazy' });
  become('idle');
  call('s', TOOL, SESSION);
  call('s', TOOL, SESSION);
  assert.deepEqual(wanted, ['s']);
});

test('an unsubscribe must not start a server: one that does not run has no subscriptions', async () => {
  const { call, wanted, become, passed } = harness({ start: 'lazy' });
  become('idle');
  const { reply } = call('s', requestOf('resources/unsubscribe', { uri: 'r://a' }), SESSION);
  assert.equal(String((await reply).json), '{}');
  assert.deepEqual([wanted, passed], [[], []]);
});

test('a server that is lost again before a held call is passed on must hold it once more', () => {
  const { call, passed, become, held } = harness();
  call('s', TOOL, SESSION);
  become('ready', false);
  assert.ok(held.isWanted('s'));
  become('ready');
  assert.equal(passed.length, 1);
});
