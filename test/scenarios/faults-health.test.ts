import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { execa } from 'execa';
import { container, createStack, native, type Running } from '../helpers/hive.ts';
import { untilInFlight } from '../helpers/in-flight.ts';

const CALL = { name: 's_echo', arguments: { text: 'x' } };
/** Short enough to detect a frozen server quickly, long enough for a busy machine. */
const QUICK = { timeouts: { health: '2s' } };

async function textOf(running: Running, path: string): Promise<string> {
  return (await fetch(new URL(path, running.url))).text();
}

test('a frozen native server must become unhealthy everywhere, and recover without help', async (t) => {
  const s = { ...native('echo'), ...QUICK };
  const stack = createStack(t, { servers: { s } });
  const hive = await stack.up();
  const { pid = 0 } = await hive.untilServer('s', 'ready');
  const client = await hive.client();
  const frozen = Date.now();
  process.kill(pid, 'SIGSTOP');
  t.after(() => resume(pid));
  // A pending call prevents a restart, however long the rest of the test takes.
  const waits = client.callTool(CALL);
  const { reason, since } = await hive.untilServer('s', 'unhealthy');
  assert.match(reason ?? '', /s was silent, and did not answer ping within 2 s/);
  assert.ok(since >= frozen);
  assert.match(await textOf(hive, '/health'), /"state": "unhealthy"/);
  assert.match(await textOf(hive, '/metrics'), /hive_server_state\{server="s",state="unhealthy"\} 1/);
  assert.match((await stack.hive('ps')).stdout, /s +native +unhealthy/);
  stack.save({ servers: { s: { ...s, timeouts: { ...QUICK.timeouts, call: '1s' } }, more: native('echo') } });
  await hive.untilServer('more', 'ready');
  await assert.rejects(
    client.callTool(CALL),
    /did not answer tools\/call within 1 s \(it does not answer ping either/,
  );
  resume(pid);
  assert.deepEqual((await waits).structuredContent, { text: 'x' });
  const after = await hive.untilServer('s', 'ready');
  assert.deepEqual([after.pid, after.restarts, after.link], [pid, 0, 'child']);
});

test('a container that stays paused must be restarted, with that as the cause', async (t) => {
  const stack = createStack(t, { servers: { s: { ...container('echo'), ...QUICK } } });
  const hive = await stack.up();
  const { containerId = '' } = await hive.untilServer('s', 'ready');
  const given = hive.untilServer('s', 'failed');
  const unwell = hive.untilServer('s', 'unhealthy');
  await execa('docker', ['pause', containerId]);
  await unwell;
  const failed = await given;
  assert.match(failed.reason ?? '', /did not answer ping/);
  await hive.untilServer('s', 'ready');
  assert.equal((await stack.containers()).get('s'), containerId);
  assert.deepEqual((await (await hive.client()).callTool(CALL)).structuredContent, { text: 'x' });
});

test('a native server that stays frozen must be restarted', async (t) => {
  const stack = createStack(t, { servers: { s: { ...native('echo'), ...QUICK } } });
  const hive = await stack.up();
  const { pid = 0 } = await hive.untilServer('s', 'ready');
  const failed = hive.untilServer('s', 'failed');
  process.kill(pid, 'SIGSTOP');
  await failed;
  const after = await hive.untilServer('s', 'ready');
  assert.notEqual(after.pid, pid);
  assert.equal(after.restarts, 1);
});

test('a server that is busy with a call must not be restarted for missed pings', async (t) => {
  const timeouts = { health: '500ms' };
  const stack = createStack(t, {
    servers: { s: { ...native('busy'), timeouts }, frozen: { ...native('echo'), timeouts } },
  });
  const hive = await stack.up();
  const { pid } = await hive.untilServer('s', 'ready');
  const { pid: other = 0 } = await hive.untilServer('frozen', 'ready');
  const client = await hive.client();
  const done = join(stack.folder, 'done');
  const slow = client.callTool({ name: 's_echo', arguments: { until: done } });
  await hive.untilServer('s', 'unhealthy');
  // An idle server is restarted meanwhile.
  process.kill(other, 'SIGSTOP');
  await hive.until('the other one is another process', ({ servers }) =>
    servers.some((it) => it.serverName === 'frozen' && it.state === 'ready' && it.pid !== other),
  );
  writeFileSync(done, '');
  assert.deepEqual((await slow).content, [{ type: 'text', text: 'done' }]);
  assert.equal((await hive.untilServer('s', 'ready')).pid, pid);
});

test('a call beyond maxInFlight must be refused immediately, with the limit', async (t) => {
  const stack = createStack(t, { servers: { s: { ...native('slow'), maxInFlight: 2 } } });
  const hive = await stack.up();
  await hive.untilServer('s', 'ready');
  const client = await hive.client();
  const go = join(stack.folder, 'go');
  const slow = { name: 's_echo', arguments: { until: go } };
  const waiting = [client.callTool(slow), client.callTool(slow)];
  await untilInFlight(hive.url, 's', 2);
  await assert.rejects(client.callTool(slow), /s has 2 calls in flight already.*\n?.*maxInFlight/);
  writeFileSync(go, '');
  await Promise.all(waiting);
});

test('a replaced server must get timeouts.drain for its calls, and no more', async (t) => {
  const entry = { ...native('slow'), timeouts: { drain: '300ms' } };
  const stack = createStack(t, { servers: { s: entry } });
  const hive = await stack.up();
  await hive.untilServer('s', 'ready');
  const client = await hive.client();
  const slow = client.callTool({ name: 's_echo', arguments: { ms: 30_000 } });
  const refused = assert.rejects(slow, /was stopped or replaced before it answered/);
  await untilInFlight(hive.url, 's');
  stack.save({ servers: { s: { ...entry, env: { A: '1' } } } });
  await refused;
});

function resume(pid: number): void {
  try {
    process.kill(pid, 'SIGCONT');
  } catch {
    // The old process has ended by now.
  }
}

for (const link of ['attach', 'exec'] as const)
  for (const stream of ['stdout', 'stdin'] as const)
    test(`a container linked by ${link} that closes its ${stream} and lives on must be named by its calls, and be restarted`, async (t) => {
      // The engine does not report such an end: the next ping shows it.
      const timeouts = { health: '1s', call: '4s' };
      const box = { ...container('closes-stdout'), link, timeouts, tools: {} };
      const hive = await createStack(t, { servers: { box } }).up();
      await hive.untilServer('box', 'ready');
      const client = await hive.client();
      const began = Date.now();
      const failed = hive.untilServer('box', 'failed');
      await assert.rejects(
        client.callTool({ name: 'box_echo', arguments: { close: stream } }),
        /box did not answer tools\/call within 4 s \(it does not answer ping either|box .*(closed|gone|exited)/,
      );
      assert.match((await failed).reason ?? '', /did not answer ping within 1 s|closed|gone|exited/);
      assert.ok(Date.now() - began < 25_000, 'no later than four intervals after the call');
      await hive.untilServer('box', 'ready');
      const { structuredContent } = await client.callTool({ name: 'box_echo', arguments: { a: 1 } });
      assert.deepEqual(structuredContent, { a: 1 });
    });
