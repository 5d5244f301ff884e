import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dockerLines } from '../helpers/docker.ts';
import { container, createStack, native, type Running, type Stack } from '../helpers/hive.ts';
import { pidsOf } from '../helpers/processes.ts';
import { ERAS, rawClient } from '../helpers/raw-client.ts';
import { eventually, followTools } from '../helpers/tools.ts';

const LAZY = { start: 'lazy', timeouts: { idle: '1s' } };

const runningOf = (stack: Stack): Promise<string[]> =>
  dockerLines('ps', '-q', '--filter', `label=mcp.stack=${stack.name}`);

const idle = (hive: Running, name = 's') => hive.untilServer(name, 'idle');

for (const [kind, place] of [
  ['native', native],
  ['container', container],
] as const) {
  test(`a lazy server must read its lists once, cost nothing while idle, start for a call and stop again, ${kind}`, async (t) => {
    const mark = `--lazy-${process.pid}`;
    const stack = createStack(t, { servers: { s: { ...place('counts', mark), ...LAZY } } });
    const nothingRuns = async (): Promise<void> => {
      assert.deepEqual(await runningOf(stack), []);
      assert.deepEqual(pidsOf(mark), []);
    };
    const first = await stack.up();
    const { servers } = await first.until('it sleeps and its lists are known', ({ servers: [s] }) => {
      return s?.state === 'idle' && s.counts.tools > 0;
    });
    assert.deepEqual([servers[0]?.detail, servers[0]?.counts.tools], ['starts at its first call', 1]);
    await nothingRuns();
    await first.stop();

    const hive = await stack.up();
    const client = await hive.client();
    const tools = await followTools(client);
    assert.deepEqual(tools.names, ['s_count']);
    await idle(hive);
    await hive.untilPrinted(/^s +idle +1 tool \(starts at its first call\)$/m);
    await hive.untilPrinted(/serves 1 of 1 server \(1 tool\)/);
    assert.equal((await fetch(new URL('/ready', hive.url))).status, 200);
    assert.equal((await stack.hive('plan')).stdout, '');
    await nothingRuns();

    const call = async () => (await client.callTool({ name: 's_count', arguments: {} })).content;
    const text = (value: string) => [{ type: 'text', text: value }];
    const answers = await Promise.all([call(), call(), call()]);
    assert.deepEqual(answers.flat().toSorted(), [...text('1'), ...text('2'), ...text('3')].toSorted());
    await idle(hive);
    await nothingRuns();
    assert.deepEqual(await call(), text('1'), 'another process');
    await idle(hive);
    assert.equal(tools.announced, 0);
    assert.equal((await stack.containers()).size, kind === 'container' ? 1 : 0);
  });
}

test('a call in flight and a subscription must keep a lazy server running beyond its idle time', async (t) => {
  const stack = createStack(t, {
    servers: { s: { ...native('subscribable'), ...LAZY }, slow: { ...native('slow'), ...LAZY } },
  });
  const hive = await stack.up();
  await Promise.all([idle(hive), idle(hive, 'slow')]);
  const client = await hive.client();
  await client.subscribeResource({ uri: 'test://one' });
  const { pid } = await hive.untilServer('s', 'ready');
  // Three times the idle time, after which the other call is still running.
  const { content } = await client.callTool({ name: 'slow_echo', arguments: { ms: 3_000 } });
  assert.deepEqual(content, [{ type: 'text', text: 'late' }]);
  await idle(hive, 'slow');
  const status = await hive.control.status();
  assert.deepEqual(
    status.servers.map(({ serverName, state, pid: now }) => [serverName, state, now]),
    [
      ['s', 'ready', pid],
      ['slow', 'idle', undefined],
    ],
  );
  await client.unsubscribeResource({ uri: 'test://one' });
  await idle(hive);
});

test('the end of a session must not wake a lazy server, and must release what kept it running', async (t) => {
  const stack = createStack(t, { servers: { s: { ...native('subscribable'), ...LAZY } } });
  const hive = await stack.up();
  await idle(hive);
  const client = await hive.client();
  await client.subscribeResource({ uri: 'test://one' });
  await hive.untilServer('s', 'ready');
  const { transport } = client as unknown as { transport: { terminateSession(): Promise<void> } };
  await transport.terminateSession();
  const { restarts } = await idle(hive);
  assert.equal(restarts, 0);
});

for (const era of ERAS)
  test(`a running task must keep a lazy server running until it ends: ${era}`, async (t) => {
    const servers = { s: { ...native('either-era', era), ...LAZY }, clock: { ...native('echo'), ...LAZY } };
    const hive = await createStack(t, { servers }).up();
    await Promise.all([idle(hive), idle(hive, 'clock')]);
    const client = await rawClient(era, hive.url, { extensions: { 'io.modelcontextprotocol/tasks': {} } });
    const call = era === 'legacy' ? { name: 's_params', task: {} } : { name: 's_task' };
    const { result: begun } = await client.ask('tools/call', call);
    const { taskId } = (begun?.task ?? begun) as { taskId: string };
    // Meanwhile another server with the same idle time starts and stops twice.
    for (let round = 0; round < 2; round++) {
      await client.ask('tools/call', { name: 'clock_echo', arguments: {} });
      await idle(hive, 'clock');
    }
    assert.equal((await client.ask('tasks/get', { taskId })).result?.status, 'working');
    await client.ask('tasks/cancel', { taskId });
    assert.equal((await client.ask('tasks/get', { taskId })).result?.status, 'cancelled');
    await idle(hive);
  });

test('isolated sessions must keep a lazy server running until they end', async (t) => {
  const entry = { ...container('counts'), ...LAZY, isolation: 'session' };
  const stack = createStack(t, { servers: { s: entry, clock: { ...native('echo'), ...LAZY } } });
  const hive = await stack.up();
  await Promise.all([idle(hive), idle(hive, 'clock')]);
  const client = await hive.client();
  const call = async () => (await client.callTool({ name: 's_count', arguments: {} })).content;
  assert.deepEqual(await call(), [{ type: 'text', text: '1' }]);
  // Meanwhile another server with the same idle time starts and stops twice.
  for (let round = 0; round < 2; round++) {
    await client.callTool({ name: 'clock_echo', arguments: {} });
    await idle(hive, 'clock');
  }
  assert.deepEqual(await call(), [{ type: 'text', text: '2' }]);
  const { transport } = client as unknown as { transport: { terminateSession(): Promise<void> } };
  await transport.terminateSession();
  await idle(hive);
});

test('a lazy server that fails to start must refuse the call with the reason', async (t) => {
  const stack = createStack(t, { servers: { s: { ...native('echo'), ...LAZY } } });
  const hive = await stack.up();
  await idle(hive);
  const client = await hive.client();
  // The same server with another command has no cached lists: it is started once, and fails.
  stack.save({ servers: { s: { ...native('crash-on-start'), ...LAZY } } });
  const { reason } = await hive.untilServer('s', 'failed');
  assert.match(reason ?? '', /exited with code 3/);
  await assert.rejects(client.callTool({ name: 's_echo', arguments: {} }), /exited with code 3/);
});

test('switching between lazy and eager must restart nothing that runs, and start an idle server', async (t) => {
  const stack = createStack(t, { servers: { s: container('counts') } });
  const hive = await stack.up();
  await hive.untilServer('s', 'ready');
  const client = await hive.client();
  const tools = await followTools(client);
  const call = async () => (await client.callTool({ name: 's_count', arguments: {} })).content;
  assert.deepEqual(await call(), [{ type: 'text', text: '1' }]);
  // An idle time of five minutes at first: the server must still run, however late the call arrives.
  stack.save({ servers: { s: { ...container('counts'), start: 'lazy' } } });
  await hive.until('it is lazy', ({ servers: [s] }) => s?.lazy === true);
  assert.deepEqual(await call(), [{ type: 'text', text: '2' }]);
  stack.save({ servers: { s: { ...container('counts'), ...LAZY } } });
  await idle(hive);
  stack.save({ servers: { s: container('counts') } });
  await hive.untilServer('s', 'ready');
  assert.deepEqual([tools.names, tools.announced], [['s_count'], 0]);
});

test('a lazy container that a killed gateway left running must be stopped by the next gateway, and start again for a call', async (t) => {
  // With an idle time of five minutes it runs until the gateway is killed, however long that takes.
  const stack = createStack(t, { servers: { s: { ...container('counts'), start: 'lazy' } } });
  const first = await stack.up();
  await first.untilServer('s', 'ready');
  const client = await first.client();
  await client.callTool({ name: 's_count', arguments: {} });
  assert.equal((await runningOf(stack)).length, 1);
  const gone = new Promise((resolve) => first.child.once('exit', resolve));
  first.child.kill('SIGKILL');
  await gone;
  stack.save({ servers: { s: { ...container('counts'), ...LAZY } } });
  const hive = await stack.up();
  await idle(hive);
  await eventually('it is stopped', async () => (await runningOf(stack)).length === 0);
  const again = await hive.client();
  const { content } = await again.callTool({ name: 's_count', arguments: {} });
  assert.deepEqual(content, [{ type: 'text', text: '1' }]);
});
