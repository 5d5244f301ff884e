/** What Linux writes of processes, and which of them belong to which server. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memoryIn, type ProcessStat, serversOf, statIn } from '../../../src/runtime/usage/proc-text.ts';

const STAT = '42 (my (odd) name) S 7 41 41 0 -1 4194560 100 200 0 0 150 50 20 30 20 0 11 0 5 1 2';

test('a line of stat must give parent, group and CPU time, whatever the program is called', () => {
  assert.deepEqual(statIn(STAT), { pid: 42, parent: 7, group: 41, cpuSeconds: 2.5 });
  for (const text of ['', 'x', '42 (short) S 7', STAT.replace('150', 'many')])
    assert.equal(statIn(text), undefined, text);
});

test('resident memory must be read in bytes, and be 0 for a process that has ended', () => {
  assert.equal(memoryIn('Name:\tx\nVmRSS:\t     200 kB\nVmSwap:\t 9 kB\n'), 204_800);
  assert.equal(memoryIn(''), 0);
});

test('a server must have the whole tree of its process, and what has stayed in its group', () => {
  const process = (pid: number, parent: number, group = pid): ProcessStat => ({
    pid,
    parent,
    group,
    cpuSeconds: 0,
  });
  const all = [
    process(33, 32),
    process(10, 1),
    process(20, 10),
    process(30, 10),
    process(31, 30, 30),
    process(32, 31),
    process(40, 1, 30),
    process(50, 10),
    process(60, 1),
  ];
  const names = new Map([
    [20, 'a'],
    [30, 'b'],
    [60, 'of another gateway'],
  ]);
  const servers = serversOf(all, 10, (pid) => names.get(pid));
  assert.deepEqual(
    [...servers].sort(([a], [b]) => a - b),
    [
      [20, 'a'],
      [30, 'b'],
      [31, 'b'],
      [32, 'b'],
      [33, 'b'],
      [40, 'b'],
    ],
  );
});
