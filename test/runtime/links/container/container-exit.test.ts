/** How long the engine may take to say how a container ended. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ContainerFacts } from '../../../../src/model/engine.ts';
import { exitFactsOf, isOomKilledSoon } from '../../../../src/runtime/links/container/container-exit.ts';

const ENDED = { isRunning: false, exitCode: 0, isOomKilled: false } as ContainerFacts;

test('a container whose streams have ended must have 5 s to stop', async (t) => {
  const timeout = t.mock.method(AbortSignal, 'timeout');
  const engine = { inspect: async () => ENDED, untilStopped: async () => true };
  assert.deepEqual(await exitFactsOf(engine, 'c'), { exitCode: 0, oomKilled: false });
  assert.deepEqual(
    timeout.mock.calls.map(({ arguments: [ms] }) => ms),
    [5_000],
  );
});

test('a kill for memory must be asked for every 50 ms, for 300 ms', async () => {
  let asked = 0;
  const inspect = async (): Promise<ContainerFacts> => {
    asked += 1;
    return ENDED;
  };
  const began = Date.now();
  assert.equal(await isOomKilledSoon({ inspect }, 'c'), false);
  const tookMs = Date.now() - began;
  assert.ok(tookMs > 300 && tookMs < 3_000, `${tookMs} ms`);
  assert.ok(asked >= 3 && asked <= 8, `${asked} times`);
});
