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
