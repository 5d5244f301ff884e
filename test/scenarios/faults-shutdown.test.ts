import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { execa } from 'execa';
import { container, createStack, native } from '../helpers/hive.ts';
import { untilInFlight } from '../helpers/in-flight.ts';
import { untilLeft } from '../helpers/processes.ts';

const MARKER = `--shutdown-${process.pid}`;

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  test(`${signal} must let calls in flight finish, then stop everything in order`, async (t) => {
    const stack = createStack(t, { servers: { slow: native('slow', MARKER), box: container('echo') } });
    const hive = await stack.up();
    await hive.until('all are ready', ({ servers }) => servers.every(({ state }) => state === 'ready'));
    const client = await hive.client();
    const go = join(stack.folder, 'go');
    const slow = client.callTool({ name: 'slow_echo', arguments: { until: go } });
    await untilInFlight(hive.url, 'slow');
    const ended = once(hive.child, 'exit');
    hive.child.kill(signal);
    await hive.untilPrinted('again to stop immediately');
    writeFileSync(go, '');
    assert.deepEqual((await slow).content, [{ type: 'text', text: 'late' }]);
    assert.deepEqual(await ended, [0, null]);
    await untilLeft(MARKER, 0);
    assert.equal((await stack.containers()).size, 1);
  });
}

test('a second signal must end the gateway and its native servers immediately', async (t) => {
  // A call in flight and a server that ignores signals: a single signal takes eight seconds, so the second is in time on a busy machine.
  const servers = { slow: native('slow', MARKER), deaf: native('ignores-sigterm', MARKER) };
  const hive = await createStack(t, { servers }).up();
  await hive.until('all are ready', (it) => it.servers.every(({ state }) => state === 'ready'));
  const client = await hive.client();
  client.callTool({ name: 'slow_echo', arguments: { ms: 60_000 } }).catch(() => {});
  await untilInFlight(hive.url, 'slow');
  const ended = once(hive.child, 'exit');
  hive.child.kill('SIGTERM');
  await hive.untilPrinted('again to stop immediately');
  // Two signals within 300 ms count as one Ctrl-C, because npm forwards it too.
  await delay(350);
  hive.child.kill('SIGTERM');
  // A gateway that waits for the call, as after a single signal, exits with 0.
  assert.deepEqual(await ended, [143, null]);
  await untilLeft(MARKER, 0);
});

test('a paused container must not prevent the gateway from exiting, and must be stopped with it', async (t) => {
  const stack = createStack(t, { servers: { box: container('echo') } });
  const hive = await stack.up();
  const { containerId = '' } = await hive.untilServer('box', 'ready');
  await execa('docker', ['pause', containerId]);
  assert.equal(await hive.stop(), 0);
  const { stdout } = await execa('docker', ['inspect', '-f', '{{.State.Status}}', containerId]);
  assert.equal(stdout, 'exited');
});
