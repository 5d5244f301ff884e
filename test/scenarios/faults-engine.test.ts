import assert from 'node:assert/strict';
import { test } from 'node:test';
import { container, createStack, native } from '../helpers/hive.ts';
import { startSecondEngine } from '../helpers/second-engine.ts';

test('an engine killed with -9 must cost native servers nothing, be told as the reason, and its servers come back with it', async (t) => {
  const engine = await startSecondEngine(t, 'node:24-slim');
  const stack = createStack(t, {
    servers: { box: { ...container('echo'), network: 'none' }, proc: native('counts') },
  });
  const hive = await stack.up({ DOCKER_HOST: engine.host });
  await hive.until('all are ready', ({ servers }) => servers.every(({ state }) => state === 'ready'));
  const client = await hive.client();
  const count = async () => (await client.callTool({ name: 'proc_count', arguments: {} })).content;
  assert.deepEqual(await count(), [{ type: 'text', text: '1' }]);

  await engine.kill();
  const { servers } = await hive.until('the engine is missed', (status) =>
    status.servers.some(({ serverName, state }) => serverName === 'box' && state !== 'ready'),
  );
  assert.equal(servers.find(({ serverName }) => serverName === 'proc')?.state, 'ready');
  const { reason } = await hive.untilServer('box', 'unavailable');
  assert.match(reason ?? '', /the engine does not answer/);
  assert.match(await (await fetch(new URL('/health', hive.url))).text(), /the engine does not answer/);
  assert.match((await stack.hive('ps')).stdout, /the engine does not answer/);
  await assert.rejects(client.callTool({ name: 'box_echo', arguments: {} }), /box|engine/);
  assert.deepEqual(await count(), [{ type: 'text', text: '2' }]);

  await engine.start();
  await hive.untilServer('box', 'ready');
  const { structuredContent } = await client.callTool({ name: 'box_echo', arguments: { a: 1 } });
  assert.deepEqual(structuredContent, { a: 1 });
  assert.deepEqual(await count(), [{ type: 'text', text: '3' }]);
  await hive.stop();
});
