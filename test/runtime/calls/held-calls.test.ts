import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Call, Reply } from '../../../src/model/calls.ts';
import type { ServerStatus } from '../../../src/model/status.ts';
import { jsonText } from '../../../src/model/text/json.ts';
import { createHeldCalls } from '../../../src/runtime/calls/held-calls.ts';
import { fakeClock } from '../../helpers/fake-clock.ts';

const RESULT: Reply = { kind: 'result', json: jsonText('{"ok":1}') };
const REFUSED: Reply = { kind: 'error', json: jsonText('{"refused":1}') };

function harness() {
  const clock = fakeClock();
  let status = { state: 'starting', detail: 'creating container' } as ServerStatus;
  let isServing = false;
  let look = (): void => {};
  const cancels: (string | undefined)[] = [];
  const held = createHeldCalls({
    clock,
    board: {
      get: () => status,
      onChange(listener) {
        look = listener;
        return () => {};
      },
    },
    isServing: () => isServing,
    mayBecomeReady: () => status.state === 'starting',
    refuse: () => REFUSED,
  });
  const sent: Call = { reply: Promise.resolve(RESULT), cancel: (reason) => void cancels.push(reason) };
  const progress: string[] = [];
  const call = (max = 10): Call =>
    held.hold(
      's',
      {
        method: 'tools/call',
        params: jsonText('{"_meta":{"progressToken":"a \\"b"}}'),
        onProgress: (params) => void progress.push(params.toString()),
      },
      { timeoutMs: 10_000, max, send: () => sent },
    );
  return {
    clock,
    held,
    cancels,
    progress,
    call,
    change(next: Partial<ServerStatus>, serves = false) {
      status = { ...status, ...next };
      isServing = serves;
      look();
    },
  };
}

test('a held call must be passed on once its server is ready, and then be cancelled there', async () => {
  const { call, change, held, cancels } = harness();
  const one = call();
  assert.ok(held.has('s'));
  change({ state: 'ready' }, true);
  assert.equal(await one.reply, RESULT);
  assert.ok(!held.has('s'));
  one.cancel('enough');
  assert.deepEqual(cancels, ['enough']);
});

test('a call that is cancelled while it is held must never reach the server', async () => {
  const { call, change, held, cancels } = harness();
  const one = call();
  one.cancel('no more');
  assert.match((await one.reply).json.toString(), /no more/);
  assert.ok(!held.has('s'));
  change({ state: 'ready' }, true);
  assert.deepEqual(cancels, []);
});

test('held calls must be bounded in time and number, and be refused when the gateway closes', async () => {
  const { call, clock, held } = harness();
  const one = call(1);
  assert.match((await call(1).reply).json.toString(), /1 calls wait for s to start already/);
  clock.advance(10_999);
  assert.ok(held.has('s'));
  clock.advance(1);
  assert.equal(await one.reply, REFUSED);
  const two = call();
  held.close();
  assert.equal(await two.reply, REFUSED);
  assert.equal(await call().reply, REFUSED, 'a call that is made once more while the gateway closes');
});

test('a held call must get the server’s state as progress, changed or not, with rising negative numbers', async () => {
  const { call, change, clock, progress } = harness();
  const one = call();
  change({});
  change({ detail: 'waiting for initialize' });
  clock.advance(5_000);
  change({ state: 'failed' });
  assert.equal(await one.reply, REFUSED);
  const told = progress.map((text) => JSON.parse(text));
  assert.deepEqual(
    told.map(({ message }) => message),
    [
      's is starting: creating container',
      's is starting: waiting for initialize',
      's is starting: waiting for initialize',
    ],
  );
  assert.ok(told.every(({ progressToken }) => progressToken === 'a "b'));
  const figures = told.map(({ progress: figure }) => figure);
  assert.deepEqual(
    figures,
    [...new Set(figures)].toSorted((a, b) => a - b),
  );
  assert.ok(figures.every((figure) => figure < 0));
});

test('the progress of a call that is held twice must continue to rise', async () => {
  const { call, change, progress } = harness();
  for (const _ of [1, 2]) {
    change({ state: 'starting' });
    const one = call();
    change({ state: 'failed' });
    await one.reply;
  }
  const [first, second] = progress.map((text) => JSON.parse(text).progress);
  assert.ok(first < second && second < 0);
});
