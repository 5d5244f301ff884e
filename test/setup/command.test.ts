/** Queries and steps: output, failure, time limits. */
import assert from 'node:assert/strict';
import childProcess from 'node:child_process';
import { syncBuiltinESMExports } from 'node:module';
import { test } from 'node:test';
import { query, runStep } from '../../src/setup/command.ts';

const sh = (script: string): string[] => ['sh', '-c', script];
const LONG_MS = 60_000;

test('a query must give output, without the last line break, and how the program ended', async () => {
  assert.deepEqual(await query(sh('echo "$WHO"; echo no >&2; exit 3'), { WHO: 'me' }), {
    ok: false,
    stdout: 'me',
    stderr: 'no',
  });
  assert.equal((await query(sh('cat'))).ok, true);
});

test('a query of a missing program must be a failure', async () => {
  assert.deepEqual(await query(['no-such-program-7']), { ok: false, stdout: '', stderr: '' });
});

test('a step must pass on the lines of both streams and of its status descriptor', async () => {
  const lines: string[] = [];
  const statuses: string[] = [];
  const result = await runStep(sh('echo one; echo 50 >&3; sleep 0.05; echo two >&2; printf three'), {
    timeoutMs: LONG_MS,
    onLine: (line) => lines.push(line),
    onStatusLine: (line) => statuses.push(line),
  });
  assert.deepEqual([lines.toSorted(), statuses], [['one', 'three', 'two'], ['50']]);
  assert.deepEqual([result.ok, result.tail.toSorted()], [true, ['one', 'three', 'two']]);
});

test('a step must keep its last fifteen lines', async () => {
  const { tail } = await runStep(sh('seq 1 100'), { timeoutMs: LONG_MS });
  assert.deepEqual(
    tail,
    Array.from({ length: 15 }, (_, index) => String(index + 86)),
  );
});

test('a step that fails without output must say how it ended', async () => {
  assert.deepEqual(await runStep(sh('exit 4'), { timeoutMs: LONG_MS }), {
    ok: false,
    tail: ['sh ended with exit code 4'],
  });
  const { ok, tail } = await runStep(['no-such-program-7'], { timeoutMs: LONG_MS });
  assert.deepEqual([ok, tail.length], [false, 1]);
  assert.match(tail[0] ?? '', /^no-such-program-7 cannot be run: .*ENOENT/);
});

test('a step must be ended when its time is over, and say so', async () => {
  assert.deepEqual(await runStep(sh('echo up; exec sleep 60'), { timeoutMs: 100 }), {
    ok: false,
    tail: ['up', 'ended after 0.1 s without finishing'],
  });
});

test('a step must be ended by its signal, also if that was aborted before the start', async () => {
  for (const signal of [AbortSignal.abort(), AbortSignal.timeout(100)]) {
    const result = await runStep(['sleep', '60'], { timeoutMs: LONG_MS, signal, killSignal: 'SIGKILL' });
    assert.deepEqual(result, { ok: false, tail: ['sleep was ended by SIGKILL'] });
  }
});

test('a step must end in time though a process that it has started holds its output open', async () => {
  const { ok, tail } = await runStep(sh('sleep 5 & echo up; wait'), { timeoutMs: 100 });
  assert.deepEqual([ok, tail], [false, ['up', 'ended after 0.1 s without finishing']]);
});

test('an answer of 64 MiB must be taken, and a longer one be a failure', async () => {
  for (const [bytes, ok] of [
    [64 * 1024 * 1024, true],
    [64 * 1024 * 1024 + 1, false],
  ] as const)
    assert.equal((await query(['head', '-c', `${bytes}`, '/dev/zero'])).ok, ok);
});

test('a step that does not end on SIGTERM must be killed 5 s later', async (t) => {
  const { setTimeout } = globalThis;
  const waits: (number | undefined)[] = [];
  t.mock.method(globalThis, 'setTimeout', (callback: () => void, ms = 0) => {
    waits.push(ms);
    return setTimeout(callback, ms / 20);
  });
  const { ok, tail } = await runStep(sh("trap '' TERM; echo up; while :; do sleep 0.01; done"), {
    timeoutMs: 4_000,
  });
  assert.deepEqual([ok, tail], [false, ['up', 'ended after 4 s without finishing']]);
  assert.deepEqual(waits, [4_000, 5_000]);
});

test('a query must be answered within 10 s', async (t) => {
  const { execFile } = childProcess;
  const limits: unknown[] = [];
  t.mock.method(childProcess, 'execFile', (...call: Parameters<typeof execFile>) => {
    limits.push((call[2] as { timeout?: number }).timeout);
    return Reflect.apply(execFile, childProcess, call);
  });
  syncBuiltinESMExports();
  t.after(() => {
    t.mock.restoreAll();
    syncBuiltinESMExports();
  });
  assert.equal((await query(sh('exit 0'))).ok, true);
  assert.deepEqual(limits, [10_000]);
});
