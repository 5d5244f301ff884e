/** The control socket is the lock of a stack: whatever happens at once, one gateway gets it. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { lockStack } from '../src/control.ts';
import type { GatewayControl } from '../src/model/operator.ts';

const control = Promise.resolve({ status: () => ({ pid: 42 }) } as unknown as GatewayControl);

function socketPath(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'hive-lock-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'control.sock');
}

/** Leaves the socket of a gateway that was killed. */
function leaveStale(path: string): void {
  const die = `require('net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`;
  spawnSync(process.execPath, ['-e', die]);
  assert.ok(existsSync(path));
}

for (const before of ['no socket', 'the socket of a dead gateway'])
  test(`of many that lock a stack at once one must win, with ${before} there`, async (t) => {
    const path = socketPath(t);
    if (before !== 'no socket') leaveStale(path);
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => lockStack(path, control)));
    const won = outcomes.flatMap((it) => (it.status === 'fulfilled' ? [it.value] : []));
    const codes = outcomes.flatMap((it) => (it.status === 'rejected' ? [it.reason.code] : []));
    t.after(() => Promise.all(won.map((socket) => socket.close())));
    assert.equal(won.length, 1);
    assert.deepEqual(
      codes,
      Array.from({ length: 7 }, () => 'ALREADY_RUNNING'),
    );
  });

test('the next one must get the lock when it is released', async (t) => {
  const path = socketPath(t);
  await (await lockStack(path, control)).close();
  await (await lockStack(path, control)).close();
  assert.ok(!existsSync(path));
});
