/** Logs in memory are bounded, for servers and for the number of servers. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLogs } from '../../../src/runtime/memory/logs.ts';

const clock = { now: () => 0, setTimeout: () => ({ cancel: () => {} }) };

test('the log of a server keeps the newest lines, and not more than its bounds', () => {
  const logs = createLogs(clock);
  for (let n = 0; n < 3_000; n++) logs.add('a', 'stderr', `line ${n}`);
  assert.equal(logs.read('a').length, 2_000);
  assert.equal(logs.read('a').at(-1)?.text, 'line 2999');
  for (let n = 0; n < 1_000; n++) logs.add('b', 'noise', 'x'.repeat(10_000));
  const bytes = logs.read('b').reduce((sum, { text }) => sum + text.length, 0);
  assert.ok(bytes <= 1 << 20 && bytes > 1_000_000, `${bytes}`);
});

test('of servers that have left, the logs of the last twenty stay, besides those that are there', () => {
  const logs = createLogs(clock);
  logs.add('hive', 'hive', 'about nobody');
  logs.add('here', 'stderr', 'x');
  for (let n = 0; n < 100; n++) logs.add(`gone${n}`, 'stderr', 'x');
  logs.add('gone3', 'hive', 'the last word');
  logs.keep(new Set(['here']));
  const names = [...new Set(logs.read().map(({ serverName }) => serverName))];
  assert.equal(names.length, 22);
  assert.ok(['hive', 'here', 'gone3', 'gone99'].every((name) => names.includes(name)));
  assert.ok(!names.includes('gone50'));
});

test('a line must be kept up to 4096 characters, and say how long it was', () => {
  const logs = createLogs(clock);
  logs.add('a', 'stderr', 'x'.repeat(4_096));
  logs.add('a', 'stderr', 'x'.repeat(4_097));
  assert.deepEqual(
    logs.read('a').map(({ text }) => text),
    ['x'.repeat(4_096), `${'x'.repeat(4_096)}… (4097 characters)`],
  );
});

test('entries of all servers must be in order of time, and an unknown server have none', () => {
  let now = 0;
  const logs = createLogs({ now: () => now });
  for (const [at, name] of [
    [3, 'a'],
    [1, 'b'],
    [2, 'a'],
  ] as const) {
    now = at;
    logs.add(name, 'hive', `${at}`);
  }
  assert.deepEqual(
    logs.read().map(({ text }) => text),
    ['1', '2', '3'],
  );
  assert.deepEqual(logs.read('none'), []);
});

test('a listener must get each entry once, until it leaves', () => {
  const logs = createLogs(clock);
  const seen: string[] = [];
  const leave = logs.onEntry(({ serverName, stream, text }) => seen.push(`${serverName} ${stream} ${text}`));
  logs.add('a', 'stderr', 'one');
  leave();
  logs.add('a', 'stderr', 'two');
  assert.deepEqual(seen, ['a stderr one']);
});

test('of the servers that have left, those that were written to last must stay', () => {
  const logs = createLogs(clock);
  for (let n = 0; n < 21; n++) logs.add(`s${n}`, 'hive', 'x');
  logs.add('s0', 'hive', 'again');
  logs.keep(new Set());
  assert.deepEqual([logs.read('s0').length, logs.read('s1').length, logs.read('s2').length], [2, 0, 1]);
  assert.equal(new Set(logs.read().map(({ serverName }) => serverName)).size, 20);
});
