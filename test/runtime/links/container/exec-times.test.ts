/** How long the ends of a container's links are waited for, on timers that run fast. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { open as openFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { openExec } from '../../../../src/runtime/links/container/exec.ts';
import { openPipe } from '../../../../src/runtime/links/container/pipe.ts';
import { collect } from '../../../contract/collect.ts';
import { FakeEngine } from '../../../helpers/fake-engine.ts';

const FASTER = 100;

/** Lets timers run a hundred times as fast. Returns the times that were set since the last look. */
function fastTimers(t: TestContext): () => number[] {
  const { setTimeout } = globalThis;
  const set: number[] = [];
  t.mock.method(globalThis, 'setTimeout', (callback: () => void, ms = 0) => {
    set.push(ms);
    return setTimeout(callback, ms / FASTER);
  });
  return () => set.splice(0);
}

test('exec: a server must have a second to end with its input, and its time to end on SIGTERM', async (t) => {
  const engine = new FakeEngine({ findProgram: () => () => {} });
  const container = engine.create();
  container.start();
  const seen = collect();
  const link = await openExec(engine, container.containerId, ['serve'], seen.events);
  const since = fastTimers(t);
  await link.close(5_000);
  const waits = since().filter((ms) => ms >= 1_000);
  assert.deepEqual([waits[0], waits.at(-1)], [1_000, 1_000]);
  assert.ok(waits.includes(5_000));
});

test('exec: the exit code of a process whose stream has ended must be asked for during a second', async () => {
  const engine = new FakeEngine({ findProgram: () => () => {} });
  const container = engine.create();
  container.start();
  const seen = collect();
  let asked = 0;
  const ended = Promise.withResolvers<undefined>();
  const undying: typeof engine.exec = async (...args) => {
    const process = await engine.exec(...args);
    const state = async () => {
      asked += 1;
      return { isRunning: true, exitCode: undefined };
    };
    return { ...process, ended: ended.promise, state } as typeof process;
  };
  const half: Parameters<typeof openExec>[0] = {
    exec: undying,
    execDetached: (...args) => engine.execDetached(...args),
    inspect: (...args) => engine.inspect(...args),
  };
  await openExec(half, container.containerId, ['serve'], seen.events);
  const began = performance.now();
  ended.resolve(undefined);
  await seen.until(() => seen.closed.length > 0);
  const tookMs = performance.now() - began;
  assert.equal(asked, 40);
  assert.ok(tookMs > 900 && tookMs < 9_000, `${tookMs} ms`);
  assert.deepEqual(seen.closed, [{ message: 'the engine ended the connection, the process still runs' }]);
});

/** A container that is linked by pipe, and whose program does this. */
function piped(t: TestContext, program: (folder: string, exit: (code: number) => void) => void) {
  const folder = mkdtempSync(join(tmpdir(), 'hive-pipe-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const engine = new FakeEngine();
  const container = engine.create({ program: (process) => program(folder, (code) => process.exit(code)) });
  const { containerId } = container;
  const seen = collect();
  const target = { engine, containerId, folder, isRunning: false, start: () => engine.start(containerId) };
  return { seen, open: () => openPipe(target, seen.events) };
}

test('pipe: a container must have ten seconds for its greeting', async (t) => {
  const { open } = piped(t, () => {});
  const since = fastTimers(t);
  await assert.rejects(open(), { why: 'nothing came through its FIFOs within 10 s' });
  assert.ok(since().includes(10_000));
});

test('pipe: the FIFOs of a container that ends without a greeting must be closed after 0.1 s', async (t) => {
  const { open } = piped(t, (_, exit) => exit(1));
  const since = fastTimers(t);
  await assert.rejects(open(), { code: 'SERVER_UNREACHABLE' });
  const waits = since();
  assert.ok(waits.includes(100) && !waits.includes(1_000), `${waits}`);
});

test('pipe: a server must have a second to end with its input, and its FIFOs one to end after it', async (t) => {
  let end = (_: number): void => {};
  const { open, seen } = piped(t, (folder, exit) => {
    end = exit;
    void openFile(join(folder, 'err'), 'r+').then(async (stderr) => {
      t.after(() => stderr.close());
      await stderr.write('hive: linked by pipe\n');
    });
  });
  const link = await open();
  const since = fastTimers(t);
  end(0);
  await seen.until(() => seen.closed.length > 0);
  assert.deepEqual(
    since().filter((ms) => ms === 1_000 || ms === 100),
    [1_000],
  );
  await link.close(0);
});

test('pipe: a server that goes on after the end of its input must be left after a second', async (t) => {
  const { open } = piped(t, (folder) => {
    void openFile(join(folder, 'err'), 'r+').then(async (stderr) => {
      t.after(() => stderr.close());
      await stderr.write('hive: linked by pipe\n');
    });
  });
  const link = await open();
  const since = fastTimers(t);
  await link.close(5_000);
  assert.deepEqual(
    since().filter((ms) => ms > 500),
    [1_000],
  );
});
