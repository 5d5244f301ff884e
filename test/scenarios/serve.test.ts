import assert from 'node:assert/strict';
import { test } from 'node:test';
import { container, createStack, native } from '../helpers/hive.ts';

const call = (name: string, text: string) => ({ name, arguments: { text } });

test('every kind of server must be reachable at the common endpoint and at its own', async (t) => {
  const stack = createStack(t, {
    servers: { proc: native('echo'), box: container('echo'), execd: { ...container('echo'), link: 'exec' } },
  });
  const hive = await stack.up();
  await hive.until('all are ready', ({ servers }) => servers.every((server) => server.state === 'ready'));

  const all = await hive.client();
  const { tools } = await all.listTools();
  assert.deepEqual(
    tools.map((tool) => tool.name),
    ['box_echo', 'execd_echo', 'proc_echo'],
  );
  for (const name of ['box_echo', 'execd_echo', 'proc_echo']) {
    const result = await all.callTool(call(name, name));
    assert.deepEqual(result.structuredContent, { text: name });
  }
  const one = await hive.client('/box');
  assert.deepEqual(
    (await one.listTools()).tools.map((tool) => tool.name),
    ['echo'],
  );
  assert.deepEqual((await one.callTool(call('echo', 'x'))).structuredContent, { text: 'x' });
  const links = (await hive.control.status()).servers.map((server) => server.link);
  assert.deepEqual(links, ['pipe', 'exec', 'child']);
});

test('a second up must start the same containers again and recreate nothing', async (t) => {
  const stack = createStack(t, { servers: { box: container('echo') } });
  const first = await stack.up();
  await first.untilServer('box', 'ready');
  const before = await stack.containers();
  assert.equal(await first.stop(), 0);
  assert.equal((await stack.hive('plan')).stdout, '+ connect     box  container is exited');

  const second = await stack.up();
  await second.untilServer('box', 'ready');
  assert.deepEqual(await stack.containers(), before);
  assert.equal((await stack.hive('plan')).stdout, '');
});

test('a gateway killed with -9 must leave no native process, and the next one must adopt its containers', async (t) => {
  const stack = createStack(t, { servers: { box: container('echo'), proc: native('echo') } });
  const first = await stack.up();
  const { pid } = await first.untilServer('proc', 'ready');
  await first.untilServer('box', 'ready');
  const before = await stack.containers();
  first.child.kill('SIGKILL');
  await untilGone(pid ?? 0);

  const second = await stack.up();
  await second.untilServer('box', 'ready');
  assert.deepEqual(await stack.containers(), before);
  const client = await second.client();
  assert.deepEqual((await client.callTool(call('box_echo', 'again'))).structuredContent, { text: 'again' });
});

test('down must remove the containers and networks of its stack, and nothing else', async (t) => {
  const stack = createStack(t, { servers: { box: container('echo') } });
  const other = createStack(t, { servers: { box: container('echo') } });
  const hive = await stack.up();
  const stranger = await other.up();
  await hive.untilServer('box', 'ready');
  await stranger.untilServer('box', 'ready');
  const { exitCode, stdout } = await stack.hive('down');
  assert.equal(exitCode, 0, stdout);
  assert.equal((await stack.containers()).size, 0);
  assert.equal((await other.containers()).size, 1);
});

/** A zombie counts as ended, even if its parent does not reap it. */
async function untilGone(pid: number): Promise<void> {
  const { readFileSync } = await import('node:fs');
  const isAlive = (): boolean => {
    try {
      return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
    } catch {
      return false;
    }
  };
  const deadline = Date.now() + 60_000;
  while (isAlive()) {
    if (Date.now() > deadline) assert.fail(`process ${pid} outlived its gateway`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

test('a client that connects immediately after the start must learn of every server', async (t) => {
  const stack = createStack(t, { servers: { one: native('echo'), two: native('echo') } });
  const { exitCode, stdout } = await stack.hive('up', '-d');
  assert.equal(exitCode, 0);
  assert.match(stdout, /Hive serves 2 of 2 servers/);
});

test('a stack that started without containers must accept one later', async (t) => {
  const stack = createStack(t, { servers: { proc: native('echo') } });
  const hive = await stack.up();
  await hive.untilServer('proc', 'ready');
  stack.save({ servers: { proc: native('echo'), box: container('echo') } });
  await hive.untilServer('box', 'ready');
});
