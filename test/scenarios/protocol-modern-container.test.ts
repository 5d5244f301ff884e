import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { execa } from 'execa';
import { container, createStack } from '../helpers/hive.ts';

const startedAt = async (id: string): Promise<string> =>
  (await execa('docker', ['inspect', '-f', '{{.State.StartedAt}}', id])).stdout;

/** The first gateway uses the modern era, and so must the next. */
for (const link of ['pipe', 'attach'])
  test(`after a kill of the gateway its modern container must be adopted without a restart: ${link}`, async (t) => {
    const stack = createStack(t, { servers: { s: { ...container('eras', 'locks'), link } } });
    const first = await stack.up();
    assert.equal((await first.untilServer('s', 'ready')).protocolVersion, '2026-07-28');
    const id = (await stack.containers()).get('s') ?? '';
    const began = await startedAt(id);
    const killed = once(first.child, 'exit');
    first.child.kill('SIGKILL');
    await killed;
    const second = await stack.up();
    assert.equal((await second.untilServer('s', 'ready')).protocolVersion, '2026-07-28');
    assert.equal(await startedAt(id), began);
    const client = await second.client();
    const { content } = await client.callTool({ name: 's_echo', arguments: {} });
    assert.deepEqual(content, [{ type: 'text', text: 'here' }]);
  });

test('a container that crashes when asked for its era must be restarted and served', async (t) => {
  const stack = createStack(t, { servers: { s: container('eras', 'dies') } });
  const hive = await stack.up();
  const { protocolVersion, restarts } = await hive.untilServer('s', 'ready');
  assert.deepEqual([protocolVersion, restarts], ['2025-06-18', 0]);
  assert.match((await stack.hive('logs', 's')).stdout, /exited when it got server\/discover/);
});
