/** What Hive does without the parts of Linux that macOS lacks. No Mac: docs/platforms.md says what this proves. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { createStack, SERVERS, type Stack } from '../helpers/hive.ts';

const AS_ON_MACOS = { NODE_OPTIONS: `--import ${join(import.meta.dirname, '../helpers/no-proc.mjs')}` };

/** Longest wait for the end of a process. */
const PATIENCE_MS = 30_000;

/** One native server, which notes its pid. */
function oneServer(t: TestContext): { stack: Stack; pid: () => number } {
  const stack = createStack(t, { servers: {} });
  const note = join(stack.folder, 'pid');
  // `$$` stands for `$` in a config.
  const command = ['sh', '-c', `echo $$$$ > '${note}'; exec node '${join(SERVERS, 'echo.mjs')}'`];
  stack.save({ servers: { echo: { command } } });
  const pid = (): number => {
    const found = Number(readFileSync(note, 'utf8'));
    assert.ok(found > 1 && isAlive(found));
    return found;
  };
  return { stack, pid };
}

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

async function untilGone(pid: number): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while (isAlive(pid) && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal(isAlive(pid), false, `process ${pid} must end`);
}

test('native servers must be served, restarted and ended without /proc', async (t) => {
  const { stack, pid } = oneServer(t);
  const running = await stack.up(AS_ON_MACOS);
  await running.untilServer('echo', 'ready');
  const client = await running.client();
  assert.ok((await client.listTools()).tools.length > 0);
  const first = pid();
  process.kill(first, 'SIGKILL');
  await running.until('a new process', ({ servers: [echo] }) => echo?.state === 'ready' && echo.restarts > 0);
  const second = pid();
  assert.notEqual(second, first);
  assert.equal(await running.stop(), 0);
  await untilGone(second);
});

test('a gateway that is killed must take its native servers with it without /proc', async (t) => {
  const { stack, pid } = oneServer(t);
  const running = await stack.up(AS_ON_MACOS);
  await running.untilServer('echo', 'ready');
  const server = pid();
  running.child.kill('SIGKILL');
  await untilGone(server);
});
