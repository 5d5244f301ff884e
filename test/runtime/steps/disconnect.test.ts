/** The end of an instance: no new calls, time for those in flight, then nothing left open. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Connections } from '../../../src/runtime/instances/instance.ts';
import { createDisconnect } from '../../../src/runtime/steps/disconnect.ts';
import { connections, table, unit } from '../instances/harness.ts';

test('an instance that drains must get no new calls, and be gone once its connections are closed', async () => {
  const { instances } = table();
  const log: string[] = [];
  const drained = Promise.withResolvers<void>();
  const open = connections(log);
  const upstream = { ...open.upstream, drain: () => drained.promise } as Connections['upstream'];
  const instance = instances.begin(unit(), 'native');
  instances.connected(instance, { ...open, upstream }, { close() {} });
  const ending = createDisconnect(instances)(instance);
  assert.deepEqual([instances.serving('files'), instance.state.phase], [undefined, 'draining']);
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(log, ['isolated drained']);
  drained.resolve();
  await ending;
  assert.deepEqual(log, ['isolated drained', 'upstream closed', 'isolated closed']);
  assert.deepEqual([instances.all(), instance.state.phase], [[], 'ended']);
});

test('an instance that drains must give its connections timeouts.drain, and little time to close', async () => {
  const { instances } = table();
  const asked: [string, number][] = [];
  const timed = (name: string) => ({
    drain: async (ms: number) => void asked.push([`${name} drains`, ms]),
    close: async (ms: number) => void asked.push([`${name} closes`, ms]),
  });
  const { upstream, isolated } = connections();
  const open = { upstream: { ...upstream, ...timed('one') }, isolated: { ...isolated, ...timed('each') } };
  const instance = instances.begin(unit(), 'native');
  instances.connected(instance, open as unknown as Connections, { close() {} });
  await createDisconnect(instances)(instance);
  assert.deepEqual(asked, [
    ['one drains', 500],
    ['each drains', 500],
    ['one closes', 2_000],
    ['each closes', 2_000],
  ]);
});

test('tasks must be kept only where they are to be served on', async () => {
  for (const keepsTasks of [true, false]) {
    const { instances } = table();
    const instance = instances.begin(unit(), 'native');
    instances.connected(instance, connections(), { close() {} });
    const ending = createDisconnect(instances)(instance, keepsTasks);
    assert.equal(instance.state.phase === 'draining' && instance.state.keepsTasks, keepsTasks);
    await ending;
  }
});

test('an instance that never came up must end at once', async () => {
  for (const fail of [true, false]) {
    const { instances } = table();
    const instance = instances.begin(unit(), 'native');
    if (fail) instances.failed(instance, new Error('no') as never);
    await createDisconnect(instances)(instance);
    assert.deepEqual(instances.all(), []);
  }
});
