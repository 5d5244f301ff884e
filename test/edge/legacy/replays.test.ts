import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Replays, type SentEvents } from '../../../src/edge/legacy/replays.ts';
import { fakeClock } from '../../helpers/fake-clock.ts';

const LIMITS = { events: 4, bytes: 100, totalBytes: 150, ageMs: 1000 };

function table() {
  const clock = fakeClock();
  return { clock, replays: new Replays(clock, LIMITS) };
}

const source = (name = 'a') => ({ name, lost: 0 });
const texts = (ring: SentEvents, name = 'a', seq = 0): string[] => ring.after(name, seq).map(String);
const bytes = (count: number): Buffer => Buffer.alloc(count, 'x');

test('events must be kept for each stream separately, in order', () => {
  const { replays } = table();
  const ring = replays.open();
  const [a, b] = [source('a'), source('b')];
  ring.keep(a, 1, Buffer.from('a1'));
  ring.keep(b, 1, Buffer.from('b1'));
  ring.keep(a, 2, Buffer.from('a2'));
  assert.deepEqual(texts(ring), ['a1', 'a2']);
  assert.deepEqual(texts(ring, 'a', 1), ['a2']);
  assert.deepEqual(texts(ring, 'b'), ['b1']);
  assert.deepEqual(texts(replays.open()), []);
});

test('a session must keep only its newest events, within the limits for number and bytes', () => {
  const { replays } = table();
  const [many, large] = [replays.open(), replays.open()];
  const stream = source();
  for (const seq of [1, 2, 3, 4, 5, 6]) many.keep(stream, seq, Buffer.from(String(seq)));
  assert.deepEqual(texts(many), ['3', '4', '5', '6']);
  assert.equal(stream.lost, 2);
  for (const seq of [1, 2, 3]) large.keep(source(), seq, bytes(45));
  assert.equal(large.after('a', 0).length, 2);
  assert.equal(replays.bytes, 4 + 90);
});

test('all sessions together must keep no more than the limit: the one used longest ago gives way', () => {
  const { replays } = table();
  const [old, idle, busy] = [replays.open(), replays.open(), replays.open()];
  old.keep(source(), 1, bytes(50));
  idle.keep(source(), 1, bytes(50));
  old.keep(source(), 2, bytes(50));
  busy.keep(source(), 1, bytes(50));
  assert.equal(replays.bytes, 150);
  assert.deepEqual(
    [old, idle, busy].map((ring) => ring.after('a', 0).length),
    [2, 0, 1],
  );
});

test('an event that is too large must not be kept, nor displace others', () => {
  const ring = table().replays.open();
  const stream = source();
  ring.keep(stream, 1, Buffer.from('small'));
  assert.ok(!ring.takes(101));
  ring.keep(stream, 2, bytes(101));
  assert.deepEqual(texts(ring), ['small']);
  assert.equal(stream.lost, 2);
});

test('events must be dropped after their time, and with their session', () => {
  const { clock, replays } = table();
  const [ring, ended] = [replays.open(), replays.open()];
  ring.keep(source(), 1, Buffer.from('first'));
  ended.keep(source(), 1, Buffer.from('ended'));
  ended.close();
  assert.equal(replays.bytes, 5);
  ended.keep(source(), 2, Buffer.from('late'));
  clock.advance(600);
  ring.keep(source(), 2, Buffer.from('second'));
  clock.advance(600);
  assert.deepEqual(texts(ring), ['second']);
  clock.advance(1000);
  assert.equal(replays.bytes, 0);
});

test('an event must be kept for its whole time, and the check for old ones run only while there are any', () => {
  const clock = fakeClock();
  const timers: number[] = [];
  const setTimeout = (callback: () => void, ms: number) => {
    timers.push(ms);
    return clock.setTimeout(callback, ms);
  };
  const replays = new Replays({ ...clock, setTimeout }, LIMITS);
  const ring = replays.open();
  assert.deepEqual(timers, []);
  ring.keep(source(), 1, bytes(10));
  clock.advance(999);
  assert.equal(replays.bytes, 10);
  clock.advance(1);
  assert.equal(replays.bytes, 0);
  assert.deepEqual(timers, [200, 200, 200, 200, 200]);
  clock.advance(10_000);
  assert.equal(timers.length, 5);
  ring.keep(source(), 2, bytes(10));
  replays.close();
  clock.advance(10_000);
  assert.equal(timers.length, 6);
});

test('as many sessions as needed must give way, and a session to its own newest event', () => {
  const { replays } = table();
  const [small, medium, large] = [replays.open(), replays.open(), replays.open()];
  small.keep(source(), 1, bytes(10));
  medium.keep(source(), 1, bytes(90));
  large.keep(source(), 1, bytes(100));
  assert.deepEqual(
    [small, medium, large].map((ring) => ring.after('a', 0).length),
    [0, 0, 1],
  );
  const narrow = new Replays(fakeClock(), { ...LIMITS, totalBytes: 50 });
  const only = narrow.open();
  assert.deepEqual([only.takes(50), only.takes(51)], [true, false]);
  for (const seq of [1, 2, 3]) only.keep(source(), seq, bytes(30));
  assert.deepEqual([only.after('a', 0).length, narrow.bytes], [1, 30]);
});

test('an event of exactly the limit must be kept', () => {
  const { replays } = table();
  const ring = replays.open();
  assert.deepEqual([ring.takes(100), ring.takes(101)], [true, false]);
  ring.keep(source(), 1, bytes(100));
  assert.equal(replays.bytes, 100);
});

test('one client must not push out the events of another', () => {
  const { replays } = table();
  const bob = replays.open('bob');
  bob.keep({ name: 'get1', lost: 0 }, 1, Buffer.alloc(LIMITS.bytes));
  for (let session = 0; session < 20; session++)
    replays.open('alice').keep({ name: 'get1', lost: 0 }, 1, Buffer.alloc(LIMITS.bytes));
  assert.equal(bob.after('get1', 0).length, 1);
  assert.ok(replays.bytes <= 2 * LIMITS.totalBytes, `${replays.bytes}`);
});

test('a session that has ended must keep nothing more', () => {
  const { replays } = table();
  const ring = replays.open('alice');
  ring.keep(source(), 1, bytes(10));
  ring.close();
  assert.equal(ring.takes(1), false);
  ring.keep(source(), 2, bytes(10));
  assert.deepEqual([replays.bytes, ring.after('a', 0).length], [0, 0]);
});

test('a client without room must keep its newest event, and no more', () => {
  const { replays } = table();
  for (const [owner, sizes] of [
    ['alice', [75, 75]],
    ['bob', [75]],
    ['carol', [37]],
  ] as const)
    for (const size of sizes) replays.open(owner).keep(source(), 1, bytes(size));
  const ring = replays.open('dave');
  ring.keep(source(), 1, bytes(30));
  ring.keep(source(), 2, bytes(30));
  assert.deepEqual([ring.after('a', 0).length, ring.after('a', 1).length], [1, 1]);
});
