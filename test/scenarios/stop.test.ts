/** `hive stop`, `start` and `restart`: what a person has stopped stays so, until they start it or edit its entry. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { container, createStack, native } from '../helpers/hive.ts';
import { pidsOf } from '../helpers/processes.ts';
import { followTools } from '../helpers/tools.ts';

const TOLD = /^s +stopped +stopped by `hive stop`, start it with: .*hive start .*s$/m;

for (const [kind, place] of [
  ['native', native],
  ['container', container],
] as const)
  test(`a stopped server must be gone for clients, and come back when it is started, ${kind}`, async (t) => {
    const mark = `--stop-${process.pid}`;
    const stack = createStack(t, { servers: { s: place('counts', mark), other: native('echo') } });
    const hive = await stack.up();
    await hive.untilServer('s', 'ready');
    await hive.untilServer('other', 'ready');
    const tools = await followTools(await hive.client());
    assert.deepEqual(tools.names.toSorted(), ['other_echo', 's_count']);

    const stopped = await stack.hive('stop', 's');
    assert.equal(stopped.exitCode, 0, stopped.stderr);
    assert.match(stopped.stdout, TOLD);
    assert.deepEqual(pidsOf(mark), []);
    await tools.until('other_echo');
    assert.match((await stack.hive('ps')).stdout, /\ns: stopped by `hive stop`, start it with: /);
    assert.match(
      (await stack.hive('call', 's_count')).stderr,
      /no tool s_count: its server s is stopped by `hive stop`/,
    );
    const client = await hive.client();
    const call = client.callTool({ name: 's_count', arguments: {} });
    await assert.rejects(call, /server s is stopped by `hive stop`, start it with: .*hive start/);
    assert.match((await stack.hive('stop', 's')).stdout, TOLD);
    assert.equal((await fetch(new URL('/ready', hive.url))).status, 200);
    assert.equal((await stack.hive('plan')).stdout, '');

    const started = await stack.hive('start', 's');
    assert.equal(started.exitCode, 0, started.stderr);
    assert.match(started.stdout, /^s +ready +1 tool$/m);
    await tools.until('other_echo', 's_count');
    assert.equal((await stack.hive('start', 's')).exitCode, 0);
  });

test('a stopped server must stay stopped in the next gateway, until its entry is edited', async (t) => {
  const servers = { s: native('counts'), other: native('echo') };
  const stack = createStack(t, { servers });
  const first = await stack.up();
  await first.untilServer('s', 'ready');
  assert.equal((await stack.hive('stop', 's')).exitCode, 0);
  await first.stop();
  const hive = await stack.up();
  await hive.untilPrinted(TOLD);
  await hive.untilServer('other', 'ready');
  stack.save({ servers: { ...servers, other: { ...servers.other, prefix: 'p' } } });
  await hive.until('the edit of another entry is read', ({ servers: all }) =>
    all.some((it) => it.prefix === 'p'),
  );
  await hive.untilServer('s', 'stopped');
  stack.save({ servers: { ...servers, s: { ...servers.s, prefix: 'q' } } });
  await hive.untilServer('s', 'ready');
});

test('names are checked before anything changes, and no name means what Compose means by it', async (t) => {
  const servers = {
    alpha: native('echo'),
    beta: native('counts'),
    off: { ...native('echo'), enabled: false },
  };
  const stack = createStack(t, { servers });
  const hive = await stack.up();
  await hive.untilServer('alpha', 'ready');
  await hive.untilServer('beta', 'ready');
  const unknown = await stack.hive('stop', 'alpha', 'bta');
  assert.deepEqual([unknown.exitCode, unknown.stdout], [1, '']);
  assert.match(unknown.stderr, /there is no server bta\n +fix: did you mean beta\?/);
  await hive.untilServer('alpha', 'ready');
  assert.match(
    (await stack.hive('start', 'off')).stderr,
    /off is switched off in its entry\n +fix: remove `enabled: false`/,
  );
  const none = await stack.hive('stop');
  assert.equal(none.exitCode, 2);
  assert.match(none.stderr, /names of servers: alpha, beta\n +fix: .* for the whole stack: .*hive down/);

  assert.equal((await stack.hive('stop', 'alpha', 'beta')).exitCode, 0);
  const started = await stack.hive('start');
  assert.match(started.stdout, /^alpha +ready/m);
  assert.match(started.stdout, /^beta +ready/m);
  assert.equal((await stack.hive('start')).stdout, 'no server is stopped');
  const restarted = await stack.hive('restart');
  assert.deepEqual([restarted.exitCode, restarted.stdout.split('\n').length], [0, 2]);
  const { servers: after } = await hive.until('both have restarted', ({ servers: all }) =>
    all.every((it) => it.restarts > 0),
  );
  assert.deepEqual(
    after.map(({ state }) => state),
    ['ready', 'ready'],
  );
});
