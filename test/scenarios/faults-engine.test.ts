import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { GatewayStatus } from '../../src/model/status.ts';
import { container, createStack, native } from '../helpers/hive.ts';
import { startSecondEngine } from '../helpers/second-engine.ts';

test('an engine for these tests alone', async (t) => {
  const engine = await startSecondEngine(t, 'node:24-slim');

  await t.test(
    'an engine killed with -9 must not affect native servers, must be shown as the reason, and its servers must return with it',
    async (t) => {
      const stack = createStack(t, {
        servers: { box: { ...container('echo'), network: 'none', link: 'attach' }, proc: native('counts') },
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
    },
  );

  await t.test(
    'over pipes a server must keep answering while its engine is dead, and be restored after it',
    async (t) => {
      const stack = createStack(t, { servers: { box: { ...container('counts'), network: 'none' } } });
      const hive = await stack.up({ DOCKER_HOST: engine.host });
      const { link, containerId } = await hive.untilServer('box', 'ready');
      assert.equal(link, 'pipe');
      const client = await hive.client();
      const count = async () => (await client.callTool({ name: 'box_count', arguments: {} })).content;
      assert.deepEqual(await count(), [{ type: 'text', text: '1' }]);
      await engine.kill();
      await hive.until('the engine is missed', ({ engine: state }) => /does not answer/.test(state));
      const { servers } = await hive.until('the box is shown with it', ({ servers: [box] }) =>
        /does not answer/.test(box?.reason ?? ''),
      );
      assert.equal(servers[0]?.state, 'ready');
      assert.deepEqual(await count(), [{ type: 'text', text: '2' }]);
      // An engine without live-restore stops running containers when it starts.
      await engine.start();
      await hive.until(
        'the box is there again',
        ({ servers: [box] }) => box?.state === 'ready' && box.restarts > 0,
      );
      assert.deepEqual(await count(), [{ type: 'text', text: '1' }]);
      assert.equal((await hive.untilServer('box', 'ready')).containerId, containerId);
      await hive.stop();
    },
  );

  await t.test(
    'an engine that stays stopped must be shown with state, code, reason and fix everywhere',
    async (t) => {
      const stack = createStack(t, {
        servers: { box: { ...container('echo'), network: 'none', link: 'attach' }, proc: native('echo') },
      });
      const hive = await stack.up({ DOCKER_HOST: engine.host });
      await hive.until('all are ready', ({ servers }) => servers.every(({ state }) => state === 'ready'));
      const client = await hive.client();
      await engine.kill();
      const box = await hive.untilServer('box', 'unavailable');
      const reason = /^the engine does not answer: connect E\w+ \S+docker\.sock/;
      const fix = 'start it (systemctl start docker); Hive notices by itself';
      assert.match(box.reason ?? '', reason);
      assert.deepEqual([box.code, box.hint, box.pid], ['ENGINE_UNREACHABLE', fix, undefined]);

      const health = (await (await fetch(new URL('/health', hive.url))).json()) as GatewayStatus;
      assert.match(health.engine, reason);
      const shown = health.servers.find(({ serverName }) => serverName === 'box');
      assert.deepEqual([shown?.state, shown?.hint], ['unavailable', fix]);
      assert.match(shown?.reason ?? '', reason);
      assert.equal((await fetch(new URL('/ready', hive.url))).status, 200);

      const { stdout } = await stack.hive('ps');
      assert.match(stdout, /^box +container +unavailable /m);
      assert.match(
        stdout,
        /^ {4}ENGINE_UNREACHABLE: the engine does not answer: .*\n(.*\n)? {4}fix: start it/m,
      );
      assert.match(stdout, /^proc +native +ready /m);
      assert.match(
        (await stack.hive('plan')).stdout,
        /^! skip +box +the engine does not answer.*\n {4}fix: start it/,
      );

      const failure = await client.callTool({ name: 'box_echo', arguments: {} }).then(
        () => assert.fail('it answered'),
        (error: { code: number; message: string; data: unknown }) => error,
      );
      assert.equal(failure.code, -31_006);
      assert.match(failure.message, /box is unavailable: the engine does not answer: .*\. Fix: start it/);
      assert.deepEqual(failure.data, { server: 'box', state: 'unavailable', code: 'ENGINE_UNREACHABLE' });
      const { structuredContent } = await client.callTool({ name: 'proc_echo', arguments: { a: 1 } });
      assert.deepEqual(structuredContent, { a: 1 });
      const began = Date.now();
      assert.equal(await hive.stop(), 0);
      assert.ok(Date.now() - began < 100_000, 'the end waits for no engine');
      await engine.start();
    },
  );

  await t.test(
    'an engine that hangs must be reported within a bounded time, delay nothing else, and its servers must return with it',
    async (t) => {
      const proc = native('echo');
      const box = {
        ...container('echo'),
        network: 'none',
        link: 'attach',
        timeouts: { health: '1s', call: '2s' },
      };
      const stack = createStack(t, { servers: { box, proc } });
      const hive = await stack.up({ DOCKER_HOST: engine.host });
      await hive.until('all are ready', ({ servers }) => servers.every(({ state }) => state === 'ready'));
      engine.freeze();
      await hive.untilServer('box', 'unhealthy');
      stack.save({ servers: { box, proc, more: proc } });
      await hive.untilServer('more', 'ready');
      await hive.until('the engine is missed', ({ engine: state }) =>
        /did not list its containers within 10 s/.test(state),
      );
      const { reason } = await hive.untilServer('box', 'unavailable');
      assert.match(reason ?? '', /the engine did not .* within \d+ s/);
      engine.thaw();
      await hive.until('all are back', ({ servers }) => servers.every(({ state }) => state === 'ready'));
      engine.freeze();
      const began = Date.now();
      assert.equal(await hive.stop(), 0);
      assert.ok(Date.now() - began < 100_000, `ended after ${Date.now() - began} ms`);
      engine.thaw();
    },
  );
});
