/** The bounds of request bodies, each at its last good and its first bad value. */
import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { test } from 'node:test';
import { type Body, BodyReader } from '../../../src/edge/http/body.ts';
import { fakeClock } from '../../helpers/fake-clock.ts';

const KIB = 1024;
const MIB = 1024 * KIB;

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** A body that the test sends; sizes alone count, so that large ones cost nothing. */
function upload(bodies: BodyReader, { limit = 1_000 * MIB, owner = 'alice', length = '' } = {}) {
  const headers = length === '' ? {} : { 'content-length': length };
  const request = Object.assign(new EventEmitter(), { headers });
  let result: Body | undefined;
  void bodies.read(request as unknown as IncomingMessage, limit, owner).then((it) => {
    result = it;
  });
  return {
    send: (bytes: number) => void request.emit('data', { length: bytes }),
    sendBytes: (bytes: Buffer) => void request.emit('data', bytes),
    emit: (event: string) => void request.emit(event, new Error('broken')),
    listens: () => request.listenerCount('data') > 0,
    async kind(): Promise<string | undefined> {
      await turn();
      return result?.kind;
    },
    async whole(): Promise<Extract<Body, { kind: 'whole' }>> {
      await turn();
      assert.equal(result?.kind, 'whole');
      return result as Extract<Body, { kind: 'whole' }>;
    },
  };
}

test('512 MiB of large bodies must be held by all clients, and half of that by one alone', async () => {
  const bodies = new BodyReader(fakeClock());
  const [full, one] = [upload(bodies), upload(bodies)];
  full.send(256 * MIB);
  one.send(65 * KIB);
  assert.deepEqual([await full.kind(), await one.kind()], [undefined, 'no-room']);
  const other = upload(bodies, { owner: 'bob' });
  other.send(128 * MIB);
  assert.equal(await other.kind(), undefined);
});

test('64 MiB of small bodies may be incomplete, and the one that waits longest gives way to the next', async () => {
  const bodies = new BodyReader(fakeClock());
  const all = Array.from({ length: 1_024 }, () => upload(bodies));
  for (const one of all) one.send(64 * KIB);
  assert.equal(await all[0]?.kind(), undefined);
  const next = upload(bodies);
  next.send(1);
  assert.deepEqual(await Promise.all([all[0], all[1], next].map((one) => one?.kind())), [
    'stalled',
    undefined,
    undefined,
  ]);
});

test('large bodies must not give way to small ones, nor a body to itself, but one of a single byte must', async () => {
  const bodies = new BodyReader(fakeClock(), { incompleteBytes: 64 * KIB });
  const [large, tiny, small] = [upload(bodies), upload(bodies), upload(bodies)];
  large.send(65 * KIB);
  tiny.send(1);
  small.send(64 * KIB);
  assert.deepEqual(await Promise.all([large, tiny, small].map((one) => one.kind())), [
    undefined,
    'stalled',
    undefined,
  ]);
  const alone = upload(new BodyReader(fakeClock(), { incompleteBytes: 1 }));
  alone.send(2);
  assert.equal(await alone.kind(), undefined);
});

test('a body of 64 KiB must be small, and one byte more large', async () => {
  const bodies = new BodyReader(fakeClock(), { heldBytes: 0 });
  const [small, large] = [upload(bodies), upload(bodies)];
  small.send(64 * KIB);
  large.send(64 * KIB + 1);
  assert.deepEqual([await small.kind(), await large.kind()], [undefined, 'no-room']);
  small.send(1);
  assert.equal(await small.kind(), 'no-room');
});

test('a body that grows from small to large must count as one of the two', async () => {
  const bodies = new BodyReader(fakeClock(), { heldBytes: 400 * KIB, incompleteBytes: 64 * KIB });
  const [grown, small] = [upload(bodies), upload(bodies)];
  grown.send(60 * KIB);
  grown.send(60 * KIB);
  grown.send(80 * KIB);
  small.send(64 * KIB);
  assert.deepEqual([await grown.kind(), await small.kind()], [undefined, undefined]);
  grown.send(1);
  assert.equal(await grown.kind(), 'no-room');
});

test('a body that says that it is too large must be refused unread, and another when it is', async () => {
  const bodies = new BodyReader(fakeClock());
  const limit = 100;
  const said = upload(bodies, { limit, length: '201' });
  assert.deepEqual([await said.kind(), said.listens()], ['too-large', false]);
  assert.equal(await upload(bodies, { limit, length: '200' }).kind(), undefined);
  const fits = upload(bodies, { limit });
  fits.sendBytes(Buffer.alloc(100, 'x'));
  fits.emit('end');
  assert.equal((await fits.whole()).bytes.length, 100);
  const over = upload(bodies, { limit });
  over.send(101);
  over.send(99);
  assert.equal(await over.kind(), undefined, 'most clients look at the answer only after they have sent all');
  over.emit('end');
  assert.equal(await over.kind(), 'too-large');
  const endless = upload(bodies, { limit });
  endless.send(201);
  assert.equal(await endless.kind(), 'too-large');
});

test('what is read beyond the limit must take no memory', async () => {
  const bodies = new BodyReader(fakeClock(), { heldBytes: 400 * KIB });
  const over = upload(bodies, { limit: 150 * KIB });
  over.send(140 * KIB);
  over.send(20 * KIB);
  const other = upload(bodies);
  other.send(200 * KIB);
  assert.deepEqual([await over.kind(), await other.kind()], [undefined, undefined]);
});

test('what is dropped beyond the limit must be given back once, however much more comes', async () => {
  const bodies = new BodyReader(fakeClock(), { heldBytes: 400 * KIB, incompleteBytes: 64 * KIB });
  const [large, small] = [upload(bodies, { limit: 150 * KIB }), upload(bodies, { limit: 1_000 })];
  large.send(140 * KIB);
  small.send(900);
  for (let n = 0; n < 4; n++) {
    large.send(20 * KIB);
    small.send(200);
  }
  const most = upload(bodies, { owner: 'bob' });
  most.send(400 * KIB + 1);
  assert.equal(await most.kind(), 'no-room');
  const [first, next] = [upload(bodies), upload(bodies)];
  first.send(64 * KIB);
  next.send(1);
  assert.equal(await first.kind(), 'stalled');
});

test('a body must be joined from its pieces in order', async () => {
  const one = upload(new BodyReader(fakeClock()));
  for (const text of ['{"a"', ':1', '}']) one.sendBytes(Buffer.from(text));
  one.emit('end');
  assert.equal((await one.whole()).bytes.toString(), '{"a":1}');
  const empty = upload(new BodyReader(fakeClock()));
  empty.emit('end');
  assert.equal((await empty.whole()).bytes.length, 0);
});

for (const event of ['close', 'error'])
  test(`a client that goes (${event}) must give up its memory`, async () => {
    const bodies = new BodyReader(fakeClock(), { heldBytes: 400 * KIB });
    const gone = upload(bodies);
    gone.send(200 * KIB);
    gone.emit(event);
    assert.equal(await gone.kind(), 'aborted');
    gone.send(200 * KIB);
    const next = upload(bodies);
    next.send(200 * KIB);
    assert.equal(await next.kind(), undefined);
  });

test('the memory of a whole body must be free once it is released, however often', async () => {
  const bodies = new BodyReader(fakeClock(), { heldBytes: 400 * KIB });
  const first = upload(bodies);
  first.sendBytes(Buffer.alloc(200 * KIB));
  first.emit('end');
  const { release } = await first.whole();
  const during = upload(bodies);
  during.send(65 * KIB);
  assert.equal(await during.kind(), 'no-room');
  for (let n = 0; n < 3; n++) release();
  const [second, third] = [upload(bodies), upload(bodies)];
  second.send(200 * KIB);
  third.send(65 * KIB);
  assert.deepEqual([await second.kind(), await third.kind()], [undefined, 'no-room']);
  second.emit('close');
  const most = upload(bodies);
  most.send(400 * KIB + 1);
  assert.equal(await most.kind(), 'no-room', 'not a byte more may be given back than was taken');
});

/** Bodies of that size that then grow by `growth` in each 5 s. */
async function kindsAfter(size: number, growth: number): Promise<(string | undefined)[]> {
  const clock = fakeClock();
  const one = upload(new BodyReader(clock));
  one.send(size);
  const kinds: (string | undefined)[] = [];
  for (let check = 0; check < 3; check++) {
    clock.advance(5_000);
    kinds.push(await one.kind());
    if (growth > 0) one.send(growth);
  }
  return kinds;
}

test('a large body must grow by 16 KiB in 5 s, a small one by a byte', async () => {
  const goes = [undefined, undefined, undefined];
  const stalls = [undefined, 'stalled', 'stalled'];
  assert.deepEqual(await kindsAfter(65 * KIB, 16 * KIB), goes);
  assert.deepEqual(await kindsAfter(65 * KIB, 16 * KIB - 1), stalls);
  assert.deepEqual(await kindsAfter(64 * KIB - 10, 1), goes);
  assert.deepEqual(await kindsAfter(64 * KIB - 1, 1), [undefined, undefined, 'stalled']);
  assert.deepEqual(await kindsAfter(1, 0), stalls);
  assert.deepEqual(await kindsAfter(64 * KIB, 0), stalls);
});

test('bodies must be checked every 5 s while there are any, by one timer', async () => {
  const clock = fakeClock();
  const timers: number[] = [];
  const bodies = new BodyReader({
    ...clock,
    setTimeout: (callback, ms) => {
      timers.push(ms);
      return clock.setTimeout(callback, ms);
    },
  });
  assert.deepEqual(timers, []);
  const [first, second] = [upload(bodies), upload(bodies)];
  first.send(1);
  second.send(1);
  assert.deepEqual(timers, [5_000]);
  clock.advance(5_000);
  assert.deepEqual(timers, [5_000, 5_000]);
  first.emit('end');
  second.emit('close');
  clock.advance(50_000);
  assert.equal(timers.length, 2);
  const last = upload(bodies);
  last.send(1);
  assert.equal(timers.length, 3);
  bodies.close();
  clock.advance(50_000);
  assert.equal(await last.kind(), undefined);
});

test('without a clock no body must count as stalled', async () => {
  const bodies = new BodyReader();
  const one = upload(bodies);
  one.send(1);
  bodies.close();
  assert.equal(await one.kind(), undefined);
});

test('what a client sends after its body was given up must take no memory', async () => {
  const clock = fakeClock();
  const bodies = new BodyReader(clock, { heldBytes: MIB });
  const slow = upload(bodies);
  slow.send(100 * KIB);
  clock.advance(10_000);
  assert.equal(await slow.kind(), 'stalled');
  slow.send(400 * KIB);
  slow.emit('end');
  const next = upload(bodies);
  next.send(512 * KIB);
  assert.equal(await next.kind(), undefined, 'half of the memory must be free');
  assert.equal(await slow.kind(), 'stalled');
});
