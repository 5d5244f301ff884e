import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { container, createStack, native, SERVERS, type Stack } from '../helpers/hive.ts';
import { followTools } from '../helpers/tools.ts';

/** Servers that become ready once `open` names their tools. */
function gated(place: typeof native): {
  entry(stack: Stack): object;
  open(stack: Stack, words: string): void;
} {
  const isNative = place === native;
  return {
    entry: ({ folder }) =>
      isNative
        ? native('late', join(folder, 'gate'))
        : { ...container('late', '/stack/gate'), volumes: [`${SERVERS}:/servers:ro`, `${folder}:/stack:ro`] },
    open: ({ folder }, words) => writeFileSync(join(folder, 'gate'), words),
  };
}

for (const [kind, place] of [
  ['native', native],
  ['container', container],
] as const) {
  test(`after a restart lists must be available at once, and calls wait with progress, ${kind}`, async (t) => {
    const { entry, open } = gated(place);
    const stack = createStack(t, {});
    stack.save({ servers: { s: entry(stack) } });
    open(stack, 'one two');
    const first = await stack.up();
    await first.untilServer('s', 'ready');
    await first.stop();
    rmSync(join(stack.folder, 'gate'));

    const hive = await stack.up();
    const client = await hive.client();
    const tools = await followTools(client);
    assert.deepEqual(tools.names, ['s_one', 's_two']);
    await hive.until('it waits for its server', ({ servers: [s] }) => s?.detail === 'waiting for initialize');
    assert.deepEqual((await hive.control.status()).servers[0]?.counts.tools, 2);
    assert.equal((await fetch(new URL('/ready', hive.url))).status, 503);
    const progress = Promise.withResolvers<string | undefined>();
    const figures: number[] = [];
    const call = client.callTool({ name: 's_one', arguments: { a: 1 } }, undefined, {
      onprogress: ({ message, progress: figure }) => {
        figures.push(figure);
        progress.resolve(message);
      },
    });
    assert.match((await progress.promise) ?? '', /^s is starting/);
    open(stack, 'one two');
    assert.deepEqual((await call).structuredContent, { a: 1 });
    assert.deepEqual(
      figures,
      [...new Set(figures)].toSorted((a, b) => a - b),
    );
    assert.ok(figures.every((figure) => figure < 0));
    await hive.untilServer('s', 'ready');
    assert.equal((await fetch(new URL('/ready', hive.url))).status, 200);
    assert.equal(tools.announced, 0, 'nothing has changed');
  });
}

test('cached lists that are wrong must be corrected and announced', async (t) => {
  const { entry, open } = gated(native);
  const stack = createStack(t, {});
  stack.save({ servers: { s: entry(stack) } });
  open(stack, 'old');
  const first = await stack.up();
  await first.untilServer('s', 'ready');
  await first.stop();
  rmSync(join(stack.folder, 'gate'));
  const hive = await stack.up();
  const tools = await followTools(await hive.client());
  assert.deepEqual(tools.names, ['s_old']);
  open(stack, 'new');
  await tools.until('s_new');
});

test('another command must not show the lists of the previous one', async (t) => {
  const { entry, open } = gated(native);
  const stack = createStack(t, {});
  stack.save({ servers: { s: entry(stack) } });
  open(stack, 'one');
  const first = await stack.up();
  await first.untilServer('s', 'ready');
  await first.stop();
  rmSync(join(stack.folder, 'gate'));
  stack.save({ servers: { s: { ...entry(stack), env: { OTHER: '1' } } } });
  const hive = await stack.up();
  assert.deepEqual((await followTools(await hive.client())).names, []);
});

test('a waiting call must be refused if its server fails, and its tools stay listed and callable while it may come back', async (t) => {
  const { entry, open } = gated(native);
  const stack = createStack(t, {});
  stack.save({ servers: { s: entry(stack) } });
  open(stack, 'one');
  const first = await stack.up();
  await first.untilServer('s', 'ready');
  await first.stop();
  rmSync(join(stack.folder, 'gate'));
  const hive = await stack.up();
  const client = await hive.client();
  const tools = await followTools(client);
  const call = client.callTool({ name: 's_one', arguments: {} });
  open(stack, 'crash');
  await assert.rejects(call, /s has failed: s exited with code 3/);
  await hive.until('the fast attempts are over', ({ servers: [s] }) =>
    /failure 5; trying again in \d+ s, and at the next call/.test(s?.detail ?? ''),
  );
  assert.deepEqual([tools.names, tools.announced], [['s_one'], 0]);
  open(stack, 'one');
  await sleep(1_000);
  assert.deepEqual((await client.callTool({ name: 's_one', arguments: {} })).isError ?? false, false);
  await hive.untilServer('s', 'ready');
});

test('a call must wait no longer than its server may take to start', async (t) => {
  const { entry, open } = gated(native);
  const stack = createStack(t, {});
  const timeouts = { start: '2s' };
  stack.save({ servers: { s: { ...entry(stack), timeouts } } });
  open(stack, 'one');
  const first = await stack.up();
  await first.untilServer('s', 'ready');
  await first.stop();
  rmSync(join(stack.folder, 'gate'));
  const hive = await stack.up();
  const client = await hive.client();
  await assert.rejects(client.callTool({ name: 's_one', arguments: {} }), /did not answer within 2 s/);
});

test('a restart must remove no tool from the list, and calls must wait for it', async (t) => {
  const stack = createStack(t, { servers: { s: native('echo') } });
  const hive = await stack.up();
  await hive.untilServer('s', 'ready');
  const client = await hive.client();
  const tools = await followTools(client);
  await hive.control.restart('s');
  const { structuredContent } = await client.callTool({ name: 's_echo', arguments: { b: 2 } });
  assert.deepEqual(structuredContent, { b: 2 });
  assert.deepEqual([tools.names, tools.announced], [['s_echo'], 0]);
});

test('a server that is removed from the file while it starts must take its cached lists with it', async (t) => {
  const { entry, open } = gated(native);
  const stack = createStack(t, {});
  const proc = native('echo');
  stack.save({ servers: { s: entry(stack), proc } });
  open(stack, 'one');
  const first = await stack.up();
  await first.untilServer('s', 'ready');
  await first.stop();
  rmSync(join(stack.folder, 'gate'));

  const hive = await stack.up();
  await hive.untilServer('proc', 'ready');
  const tools = await followTools(await hive.client());
  assert.deepEqual(tools.names, ['proc_echo', 's_one']);
  stack.save({ servers: { proc } });
  await tools.until('proc_echo');
});

test('tools that are new since the last run must be named by ps, doctor and the log', async (t) => {
  const { entry, open } = gated(native);
  const stack = createStack(t, {});
  stack.save({ servers: { s: entry(stack) } });
  open(stack, 'one two');
  const first = await stack.up();
  await first.untilServer('s', 'ready');
  assert.doesNotMatch((await stack.hive('ps')).stdout, /new or changed/);
  await first.stop();
  open(stack, 'one two three');
  const hive = await stack.up();
  await hive.untilServer('s', 'ready');
  for (const command of ['ps', 'doctor', 'logs'])
    assert.match((await stack.hive(command)).stdout, /new or changed since it last ran: three/, command);
  assert.deepEqual((await hive.control.status()).servers[0]?.changed, ['three']);
});
