/** How long the end of a native server may take, on timers that the test moves. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { openChild } from '../../../src/runtime/links/child.ts';
import { collect } from '../../contract/collect.ts';

/** Signals that Hive sends are noted, and only SIGKILL is sent. */
function signalsOf(t: TestContext): NodeJS.Signals[] {
  const signals: NodeJS.Signals[] = [];
  const kill = process.kill.bind(process);
  t.mock.method(process, 'kill', (pid: number, signal: NodeJS.Signals) => {
    if (pid < 0) signals.push(signal);
    return signal === 'SIGTERM' || kill(pid, signal);
  });
  return signals;
}

/** Starts a shell script; all waits of Hive are on timers that only `advance` moves. */
async function world(t: TestContext, script: string, command = 'sh') {
  const seen = collect();
  const signals = signalsOf(t);
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const args = command === 'sh' ? ['-c', script] : ['-y', 'x'];
  const link = await openChild({ serverName: 's', command, args, env: {}, cwd: '/' }, seen.events);
  const settle = async (): Promise<void> => {
    for (let turns = 0; turns < 50; turns += 1) await turn();
  };
  while (!seen.stderr.includes('up')) await turn();
  await settle();
  const advance = async (ms: number): Promise<void> => {
    t.mock.timers.tick(ms);
    await settle();
  };
  return { link, seen, signals, advance };
}

const DEAF = 'echo up >&2; while :; do sleep 1; done';

test('a server must get SIGTERM a second after its input has ended, and SIGKILL after its time', async (t) => {
  const { link, signals, advance } = await world(t, DEAF);
  const closed = link.close(5_000);
  await advance(999);
  assert.deepEqual(signals, []);
  await advance(1);
  assert.deepEqual(signals, ['SIGTERM']);
  await advance(4_999);
  assert.deepEqual(signals, ['SIGTERM']);
  await advance(1);
  await closed;
  assert.equal(signals[1], 'SIGKILL');
});

test('an installation must get ten seconds after SIGTERM, and no more', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'hive-npx-'));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'npx'), `#!/bin/sh\n${DEAF}\n`, { mode: 0o755 });
  const { link, signals, advance } = await world(t, '', join(folder, 'npx'));
  const closed = link.close(0);
  assert.deepEqual(signals, ['SIGTERM']);
  await advance(9_999);
  assert.deepEqual(signals, ['SIGTERM']);
  await advance(1);
  await closed;
  assert.equal(signals[1], 'SIGKILL');
});

test('a server without stdout must have 250 ms to exit by itself, and 500 ms after SIGTERM', async (t) => {
  const { seen, signals, advance } = await world(t, `exec >&-; ${DEAF}`);
  await advance(249);
  assert.deepEqual(signals, []);
  await advance(1);
  assert.deepEqual(signals, ['SIGTERM']);
  await advance(499);
  assert.deepEqual(signals, ['SIGTERM']);
  await advance(1);
  assert.equal(signals[1], 'SIGKILL');
  while (seen.closed.length === 0) await turn();
});

test('streams that a stranger holds must be left a second after the exit', async (t) => {
  const away = 'env -i setsid sh -c "echo \\$\\$ up >&2; exec sleep 60" &';
  const { link, seen, signals, advance } = await world(t, `${away} while read -r _; do :; done`);
  const pid = Number.parseInt(seen.stderr, 10);
  t.after(() => process.kill(pid, 'SIGKILL'));
  assert.ok(pid > 0);
  process.kill(-(link.pid as number), 'SIGKILL');
  // Hive ends what is left of the group.
  while (signals.length < 2) await turn();
  await advance(999);
  assert.deepEqual(seen.closed, []);
  await advance(1);
  while (seen.closed.length === 0) await turn();
});
