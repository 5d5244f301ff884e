/** Lines wait for the store within bounds, and lines beyond them are counted exactly. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Batches } from '../../src/logs/batches.ts';
import type { LogEntry } from '../../src/model/status.ts';
import { fakeClock } from '../helpers/fake-clock.ts';

function world() {
  const clock = fakeClock();
  const sent: { number: number; entries: readonly LogEntry[] }[] = [];
  const batches = new Batches(clock, (number, entries) => sent.push({ number, entries }));
  batches.resume();
  const add = (count: number, serverName = 'a', text = 'x'): void => {
    for (let n = 0; n < count; n += 1)
      batches.add({ at: clock.now(), serverName, stream: 'stderr', text: `${text}${n}` });
  };
  return { clock, sent, batches, add };
}

test('a line must wait 250 ms for others, and a thousand lines not at all', () => {
  const { clock, sent, batches, add } = world();
  add(3);
  clock.advance(249);
  assert.equal(sent.length, 0);
  clock.advance(1);
  assert.deepEqual(
    sent.map(({ entries }) => entries.length),
    [3],
  );
  batches.written(1);
  assert.ok(batches.isEmpty);
  add(1_000);
  assert.equal(sent.at(-1)?.entries.length, 1_000);
});

test('beyond 10,000 lines the oldest must be dropped, and be counted for each server', () => {
  const { sent, batches, add } = world();
  // Two batches are under way, 10,000 lines wait.
  add(12_000);
  assert.deepEqual(
    sent.map(({ entries }) => entries.length),
    [1_000, 1_000],
  );
  add(412, 'b');
  for (let number = 1; !batches.isEmpty; number += 1) {
    batches.written(number);
    if (number === sent.length) batches.flush();
  }
  const all = sent.flatMap(({ entries }) => entries);
  const notes = all
    .filter(({ stream }) => stream === 'hive')
    .map(({ serverName, text }) => [serverName, text]);
  assert.deepEqual(notes, [['a', '412 lines dropped: the log store did not keep up']]);
  assert.equal(all.length, 12_412 - 412 + 1);
  assert.equal(all.filter(({ serverName, stream }) => serverName === 'b' && stream === 'stderr').length, 412);
});

test('lines of many characters must be bounded as well', () => {
  const { clock, sent, batches, add } = world();
  batches.pause();
  add(40, 'a', 'y'.repeat(1 << 20));
  batches.resume();
  clock.advance(250);
  const kept = sent.flatMap(({ entries }) => entries);
  assert.ok(kept.length < 20);
  assert.match(kept[0]?.text ?? '', /^2[0-9] lines dropped/);
});

test('what was not written must be sent again, in order, when the store can write', () => {
  const { clock, sent, batches, add } = world();
  add(1_500);
  batches.pause();
  add(1_500);
  clock.advance(1_000);
  assert.deepEqual(
    sent.map(({ number }) => number),
    [1],
  );
  batches.resume();
  assert.deepEqual(
    sent.map(({ number, entries }) => [number, entries.length]),
    [
      [1, 1_000],
      [1, 1_000],
      [2, 1_000],
    ],
  );
  batches.written(1);
  batches.written(2);
  clock.advance(250);
  assert.equal(sent.at(-1)?.entries.length, 1_000);
});
