import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Allowance, type ReadSome } from '../../../src/runtime/links/allowance.ts';
import { readInTurns } from '../../../src/runtime/links/http/read-in-turns.ts';
import { Intake, SharedSource, type Source } from '../../../src/runtime/links/intake.ts';
import { Turns } from '../../../src/runtime/links/turns.ts';

const nextTurn = (): Promise<void> => new Promise(setImmediate);

function burn(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

/** Of the processor, whatever else runs on the machine. */
function burnProcessor(ms: number): void {
  const before = process.cpuUsage();
  const used = (): number => {
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1_000;
  };
  while (used() < ms);
}

/** Reads a byte as a line, each of which costs some work. */
function reader(ms: number, onLine: () => void = () => {}) {
  const lines: number[] = [];
  const read: ReadSome = (chunk, isEnough) => {
    for (let i = 0; i < chunk.length; i++) {
      burn(ms);
      lines.push(chunk[i] as number);
      onLine();
      if (isEnough() && i + 1 < chunk.length) return chunk.subarray(i + 1);
    }
    return undefined;
  };
  return { lines, read };
}

function source(): Source & { readonly calls: string[] } {
  const calls: string[] = [];
  return { calls, pause: () => calls.push('pause'), resume: () => calls.push('resume') };
}

const CHUNK = Buffer.from(Array.from({ length: 200 }, (_, i) => i));

test('output that nobody waits for must be read in many turns, in order, while its source waits', async () => {
  const { lines, read } = reader(0.1);
  const from = source();
  const intake = new Intake(new Allowance(), read, from);
  intake.push(CHUNK);
  assert.ok(lines.length < CHUNK.length / 2, `${lines.length} lines were read in one turn`);
  assert.deepEqual(from.calls, ['pause']);
  intake.push(Buffer.from([201]));
  let turns = 0;
  for (; from.calls.length < 2; turns++) await nextTurn();
  assert.ok(turns > 10, `others got ${turns} turns`);
  assert.deepEqual(lines, [...CHUNK, 201]);
  assert.deepEqual(from.calls, ['pause', 'resume']);
});

test('answers that calls wait for must be read at once, however many they are', () => {
  const allowance = new Allowance();
  const { lines, read } = reader(0.2, () => allowance.answered());
  const from = source();
  const intake = new Intake(allowance, read, from);
  for (let i = 0; i < 2; i++) intake.push(CHUNK);
  assert.equal(lines.length, 2 * CHUNK.length);
  assert.deepEqual(from.calls, []);
});

test('a server that has used up its allowance must wait for its turn with everything', async () => {
  const { lines, read } = reader(30);
  const intake = new Intake(new Allowance(), read, source());
  intake.push(CHUNK.subarray(0, 1));
  intake.push(CHUNK.subarray(1, 2));
  assert.equal(lines.length, 1);
  while (lines.length < 2) await nextTurn();
});

test('one line without end must leave turns to others', async () => {
  const from = source();
  const intake = new Intake(new Allowance(), () => undefined, from);
  for (let i = 0; i < 10 && from.calls.length === 0; i++) intake.push(Buffer.alloc(64 * 1024));
  assert.deepEqual(from.calls, ['pause']);
  await nextTurn();
  await nextTurn();
  assert.deepEqual(from.calls, ['pause', 'resume']);
});

test('the output of a server that has ended must be read soon, and its rest at the end', async () => {
  const { lines, read } = reader(0.1);
  const intake = new Intake(new Allowance(), read, source());
  intake.push(CHUNK);
  intake.hurry();
  intake.end();
  assert.deepEqual(lines, [...CHUNK]);
});

test('a source of two streams must wait as long as one of them does', () => {
  const from = source();
  const shared = new SharedSource(() => from);
  shared.pause();
  shared.pause();
  shared.resume();
  assert.deepEqual(from.calls, ['pause', 'pause']);
  shared.resume();
  assert.deepEqual(from.calls, ['pause', 'pause', 'resume']);
});

test('a body must be read in many turns, in order', async () => {
  const few = CHUNK.subarray(0, 40);
  const { lines, read } = reader(0.1);
  let turns = 0;
  const timer = setInterval(() => {}, 1_000);
  const count = (): void => {
    turns += 1;
    counting = setImmediate(count);
  };
  let counting = setImmediate(count);
  await readInTurns(bodyOf(few, few), new Allowance(), read);
  clearImmediate(counting);
  clearInterval(timer);
  assert.deepEqual(lines, [...few, ...few]);
  assert.ok(turns > 10, `others got ${turns} turns`);
});

async function* bodyOf(...chunks: Buffer[]): AsyncGenerator<Buffer> {
  yield* chunks;
}

test('work that waits must be done in order, one item in a turn, and take a small share of the time', async () => {
  const turns = new Turns();
  const done: string[] = [];
  const began = performance.now();
  const flood = (name: string, left: number): void =>
    turns.wait(() => {
      burnProcessor(0.5);
      done.push(name);
      if (left > 1) flood(name, left - 1);
    });
  flood('a', 10);
  flood('b', 10);
  while (done.length < 20) await nextTurn();
  assert.deepEqual(done, Array(10).fill(['a', 'b']).flat());
  const tookMs = performance.now() - began;
  assert.ok(tookMs > 20 * 0.5 * 3, `10 ms of work were done within ${tookMs} ms`);
});

test('work that cannot be cut must be followed by a long pause', async () => {
  const turns = new Turns();
  const done: number[] = [];
  for (let i = 0; i < 2; i++)
    turns.wait(() => {
      burnProcessor(5);
      done.push(performance.now());
    });
  while (done.length < 2) await nextTurn();
  const [first = 0, second = 0] = done;
  assert.ok(second - first > 100, `${second - first} ms after 5 ms of work`);
});

test('others must get a turn after 256 KiB of one line, and not before', () => {
  for (const [bytes, expected] of [
    [256 * 1024, []],
    [256 * 1024 + 1, ['pause']],
  ] as const) {
    const from = source();
    new Intake(new Allowance(), () => undefined, from).push(Buffer.alloc(bytes));
    assert.deepEqual(from.calls, expected);
  }
});
