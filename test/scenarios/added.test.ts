/** Servers that are added while the gateway runs, on a real engine, by commands. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import type { GatewayStatus } from '../../src/model/status.ts';
import { dockerLines, startedAt } from '../helpers/docker.ts';
import { container, createStack, native, type Running, type Stack } from '../helpers/hive.ts';
import { followTools } from '../helpers/tools.ts';

const FACTS = { source: 'test/echo', parameters: {}, by: 'local', since: '2026-11-29T00:00:00Z' };

const add = (stack: Stack, name: string, entry: object) =>
  stack.hive(
    'op',
    'server_add',
    `name=${name}`,
    `entry=${JSON.stringify(entry)}`,
    `facts=${JSON.stringify(FACTS)}`,
  );

async function statusOf(stack: Stack): Promise<GatewayStatus> {
  return JSON.parse((await stack.hive('ps', '--json')).stdout) as GatewayStatus;
}

/** Volumes and networks of the stack. */
async function left(stack: Stack): Promise<string[]> {
  const label = `label=com.docker.compose.project=${stack.name}`;
  const [volumes, networks] = await Promise.all([
    dockerLines('volume', 'ls', '-q', '--filter', label),
    dockerLines('network', 'ls', '--format', '{{.Name}}', '--filter', label),
  ]);
  return [...volumes, ...networks].filter((it) => it !== '');
}

async function started(t: TestContext): Promise<[Stack, Running]> {
  const stack = createStack(t, { servers: { mine: native('echo') } });
  const hive = await stack.up();
  await hive.untilServer('mine', 'ready');
  return [stack, hive];
}

test('an added container serves connected clients, and survives a restart and kill -9', async (t) => {
  const [stack, hive] = await started(t);
  const client = await hive.client();
  const tools = await followTools(client);
  const added = await add(stack, 'box', container('echo'));
  assert.equal(added.exitCode, 0, added.stderr);
  await tools.until('box_echo', 'mine_echo');
  const { structuredContent } = await client.callTool({ name: 'box_echo', arguments: { a: 1 } });
  assert.deepEqual(structuredContent, { a: 1 });
  assert.match((await stack.hive('ps')).stdout, /^box .* added$/m);

  const before = (await stack.containers()).get('box');
  await hive.stop();
  const second = await stack.up();
  await second.untilServer('box', 'ready');
  second.child.kill('SIGKILL');
  await once(second.child, 'exit');
  const third = await stack.up();
  await third.untilServer('box', 'ready');
  assert.equal((await stack.containers()).get('box'), before);

  const removed = await stack.hive('remove', 'box');
  assert.equal(removed.stdout, 'removed box');
  assert.equal((await stack.containers()).has('box'), false);
  assert.deepEqual(await left(stack), []);
  const again = await stack.hive('remove', 'box');
  assert.match(again.stderr, /SERVER_UNKNOWN/);
  assert.match((await stack.hive('remove', 'mine')).stderr, /SERVER_DECLARED/);
});

test('an add that fails leaves no container, network or volume', async (t) => {
  const [stack] = await started(t);
  const bad = container('crash-on-start');
  const withVolume = { ...bad, volumes: [bad.volumes, 'data:/data'].flat() };
  const failed = await add(stack, 'bad', withVolume);
  assert.equal(failed.exitCode, 1);
  assert.match(failed.stderr, /SERVER_EXITED.*DATABASE_URL/s);
  assert.equal((await stack.containers()).has('bad'), false);
  assert.deepEqual(await left(stack), []);
  assert.deepEqual(
    (await statusOf(stack)).servers.map(({ serverName }) => serverName),
    ['mine'],
  );
});

test('a change under load fails no call, and neither does one that cannot start', async (t) => {
  const [stack, hive] = await started(t);
  await add(stack, 'box', container('echo'));
  const client = await hive.client();
  const tools = await followTools(client);
  await tools.until('box_echo', 'mine_echo');
  let isOver = false;
  let count = 0;
  const load = (async () => {
    while (!isOver) {
      const { isError } = await client.callTool({ name: 'box_echo', arguments: { count } });
      assert.notEqual(isError, true);
      count++;
    }
  })();
  const changed = await add(stack, 'box', { ...container('echo'), env: { EDIT: '1' } });
  assert.equal(changed.exitCode, 0, changed.stderr);
  const serving = (await hive.untilServer('box', 'ready')).containerId;
  const failed = await add(stack, 'box', container('crash-on-start'));
  assert.equal(failed.exitCode, 1);
  isOver = true;
  await load;
  assert.ok(count > 0);
  assert.equal((await hive.untilServer('box', 'ready')).containerId, serving);
  await stack.hive('remove', 'box');
});

test('a saved server goes on without a restart, and the file keeps its other bytes', async (t) => {
  const [stack, hive] = await started(t);
  await add(stack, 'box', container('echo'));
  const id = (await stack.containers()).get('box') as string;
  const boot = await startedAt(id);
  const before = readFileSync(stack.file, 'utf8');
  const saved = await stack.hive('registry', 'save', 'box');
  assert.equal(saved.exitCode, 0, saved.stderr);
  const after = readFileSync(stack.file, 'utf8');
  for (const line of before.split('\n')) assert.ok(after.includes(line), line);
  await hive.until('it is of the file', ({ servers, waiting }) => {
    const box = servers.find(({ serverName }) => serverName === 'box');
    return box?.state === 'ready' && box.origin === undefined && waiting === undefined;
  });
  assert.equal((await stack.containers()).get('box'), id);
  assert.equal(await startedAt(id), boot);
});

test('hive add without a gateway is for the next one', async (t) => {
  const stack = createStack(t, { servers: { mine: native('echo') } });
  const dry = await stack.hive('add', 'hive/sqlite', '--as', 'pypi', '--name', 'db', '--dry-run');
  assert.equal(dry.exitCode, 0, dry.stderr);
  const added = await stack.hive('add', 'hive/sqlite', '--as', 'pypi', '--name', 'db', '--yes');
  assert.match(added.stdout, /^db is added; no gateway runs: /m, added.stderr);
  assert.match((await stack.hive('plan')).stdout, /^\+ connect +db /m);
  assert.match((await stack.hive('registry', 'reset', '--yes')).stdout, /removed db/);
  assert.doesNotMatch((await stack.hive('plan')).stdout, /db/);
});
