/** Files and disks that fail under the real program. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createStack, native } from '../helpers/hive.ts';

test('a config replaced by a FIFO must be shown, stop neither restarts nor the end, and be mended by a file', async (t) => {
  const stack = createStack(t, { servers: { calm: native('echo') } });
  const hive = await stack.up();
  const before = await hive.untilServer('calm', 'ready');
  rmSync(stack.file);
  execFileSync('mkfifo', [stack.file]);
  const refused = await hive.until('the edit is refused', ({ troubles }) => troubles.length > 0);
  assert.match(refused.troubles[0]?.reason ?? '', /it is a FIFO, not a regular file/);
  const health = (await (await fetch(hive.url.replace(/mcp$/, 'health'))).json()) as { troubles: object[] };
  assert.equal(health.troubles.length, 1);
  process.kill(before.pid ?? 0, 'SIGKILL');
  await hive.until('the server runs again', ({ servers }) =>
    servers.some(({ state, pid }) => state === 'ready' && pid !== before.pid),
  );
  rmSync(stack.file);
  stack.save({ servers: { calm: native('echo'), more: native('echo') } });
  const mended = await hive.until(
    'the edit is good',
    ({ servers, troubles }) => servers.length === 2 && troubles.length === 0,
  );
  assert.equal(mended.servers.length, 2);
  assert.equal(await hive.stop(), 0);
});

test('a thread that a dead disk holds must not keep the process from its end', async (t) => {
  const stack = createStack(t, { servers: { calm: native('echo') } });
  const fifo = join(stack.folder, 'blocks');
  execFileSync('mkfifo', [fifo]);
  const preload = join(stack.folder, 'block.mjs');
  // As a read on a dead mount: one thread waits in open(2).
  writeFileSync(preload, `import { open } from 'node:fs';\nopen(${JSON.stringify(fifo)}, 'r', () => {});\n`);
  const hive = await stack.up({ NODE_OPTIONS: `--import=${preload}` });
  await hive.untilServer('calm', 'ready');
  const ended = once(hive.child, 'exit', { signal: AbortSignal.timeout(20_000) });
  hive.child.kill('SIGTERM');
  await ended;
});
