/** Files and disks that fail under the real program. */
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { createStack, native } from '../helpers/hive.ts';
import { untilLeft } from '../helpers/processes.ts';
import { MAIN } from '../helpers/program.ts';

const MARKER = `--dead-disk-${process.pid}`;

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

/** As a dead mount: each of the process's four threads for files waits in open(2), once `go` is there. */
function blockingPreload(folder: string): {
  readonly env: Record<string, string>;
  readonly block: () => void;
} {
  const fifo = join(folder, 'blocks-all');
  const go = join(folder, 'go');
  execFileSync('mkfifo', [fifo]);
  const preload = join(folder, 'block-all.mjs');
  writeFileSync(
    preload,
    `import { existsSync, open } from 'node:fs';
     const timer = setInterval(() => {
       if (!existsSync(${JSON.stringify(go)})) return;
       clearInterval(timer);
       for (let n = 0; n < 4; n++) open(${JSON.stringify(fifo)}, 'r', () => {});
       process.stderr.write('all threads are blocked\\n');
     }, 20).unref();
    `,
  );
  return { env: { NODE_OPTIONS: `--import=${preload}` }, block: () => writeFileSync(go, '') };
}

test('two signals must end a gateway whose threads are all held by a dead disk, and its servers with it', async (t) => {
  const stack = createStack(t, {
    servers: { calm: native('echo'), deaf: native('ignores-sigterm', MARKER) },
  });
  const { env, block } = blockingPreload(stack.folder);
  const hive = await stack.up(env);
  await hive.until('all are ready', ({ servers }) => servers.every(({ state }) => state === 'ready'));
  block();
  await hive.untilPrinted('all threads are blocked');
  const client = await hive.client();
  assert.equal((await client.listTools()).tools.length, 2);
  const ended = once(hive.child, 'exit', { signal: AbortSignal.timeout(20_000) });
  hive.child.kill('SIGTERM');
  await hive.untilPrinted('again to stop immediately');
  await delay(350);
  const second = performance.now();
  hive.child.kill('SIGTERM');
  await ended;
  assert.ok(performance.now() - second < 10_000);
  await untilLeft(MARKER, 0);
});

test('one signal must end a start that waits for a dead disk', async (t) => {
  const stack = createStack(t, { servers: { calm: native('echo') } });
  const { env, block } = blockingPreload(stack.folder);
  block();
  const child = spawn(process.execPath, [MAIN, 'up', '-c', stack.file], {
    cwd: stack.folder,
    env: { ...process.env, ...env, HIVE_STATE_DIR: join(stack.folder, '.state') },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = once(child, 'exit', { signal: AbortSignal.timeout(20_000) });
  await once(child.stderr, 'data');
  child.kill('SIGTERM');
  const [, signal] = await ended;
  assert.equal(signal, 'SIGTERM');
});
