/** Connections for legacy clients are open while a legacy client is there, and never keep one waiting for a server that cannot have them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GatewayError } from '../../../src/errors.ts';
import type { ConnectionPair } from '../../../src/runtime/isolation/connection-pair.ts';
import type { Isolated } from '../../../src/runtime/isolation/isolated.ts';
import { LegacySide, type OpenPair } from '../../../src/runtime/isolation/legacy-side.ts';
import { fakeClock } from '../../helpers/fake-clock.ts';
import { fakeUpstream, NO_TASKS } from '../../helpers/fake-upstream.ts';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const FAILED = new GatewayError('SERVER_UNREACHABLE', 'not now');

/** `open` of the result answers the attempts in turn; without one they wait. */
function world() {
  const clock = fakeClock(0);
  const log: string[] = [];
  const attempts: (PromiseWithResolvers<ConnectionPair | undefined> & {
    readonly signal: AbortSignal;
    readonly lose: Parameters<OpenPair>[1];
  })[] = [];
  const side = new LegacySide({
    clock,
    open(signal, lose) {
      const attempt = { ...Promise.withResolvers<ConnectionPair | undefined>(), signal, lose };
      signal.addEventListener('abort', () => attempt.reject(new GatewayError('SERVER_EXITED', 'given up')));
      attempts.push(attempt);
      return attempt.promise;
    },
    onChange: (pair) => log.push(pair ? 'own era' : 'modern era'),
    onFailed: ({ message }) => log.push(message),
  });
  const pair = (members: Parameters<typeof fakeUpstream>[0] = {}): ConnectionPair => ({
    upstream: fakeUpstream({
      drain: async (ms) => void log.push(`drained ${ms}`),
      close: async (graceMs) => void log.push(graceMs === 0 ? 'closed' : `closed within ${graceMs}`),
      ...members,
    }),
    isolated: {
      tasks: [],
      drain: async () => {},
      close: async () => void log.push('isolated closed'),
    } as unknown as Isolated,
  });
  const opened = async (members?: Parameters<typeof pair>[0]): Promise<void> => {
    attempts.at(-1)?.resolve(pair(members));
    await turn();
  };
  return { clock, side, log, attempts, opened };
}

test('nothing must be opened before a legacy client is there, and then one pair for all of them', async () => {
  const { side, attempts, log, opened } = world();
  await turn();
  assert.deepEqual([attempts.length, side.opening], [0, undefined]);
  side.want();
  side.want();
  assert.ok(side.opening);
  await opened();
  assert.deepEqual(
    [attempts.length, side.opening, side.pair !== undefined, log],
    [1, undefined, true, ['own era']],
  );
});

test('the connections must outlive the last client for a minute, and be opened again for the next', async () => {
  const { clock, side, attempts, log, opened } = world();
  side.want();
  await opened();
  side.release();
  clock.advance(59_999);
  side.want();
  clock.advance(60_000);
  assert.ok(side.pair);
  side.release();
  clock.advance(60_000);
  assert.equal(side.pair, undefined);
  await turn();
  assert.deepEqual(log, ['own era', 'closed within 2000', 'isolated closed']);
  side.want();
  assert.equal(attempts.length, 2);
});

test('connections in use must not be closed', async () => {
  const { clock, side, opened } = world();
  let running = 1;
  side.want();
  await opened({
    inFlight: 0,
    tasks: {
      ...NO_TASKS,
      get running() {
        return running;
      },
    },
  });
  side.release();
  clock.advance(60_000);
  assert.ok(side.pair);
  running = 0;
  clock.advance(60_000);
  assert.equal(side.pair, undefined);
});

test('connections whose client has gone while they were opened must be closed as idle', async () => {
  const { clock, side, opened } = world();
  side.want();
  side.release();
  await opened();
  assert.ok(side.pair);
  clock.advance(60_000);
  assert.equal(side.pair, undefined);
});

test('a server without the era must not be asked again', async () => {
  const { clock, side, attempts, log } = world();
  side.want();
  attempts[0]?.resolve(undefined);
  await turn();
  side.release();
  side.want();
  clock.advance(3_600_000);
  assert.deepEqual(
    [attempts.length, side.pair, side.opening, log],
    [1, undefined, undefined, ['modern era']],
  );
});

test('an era that could not be opened must be tried again with growing pauses, and nobody wait for it', async () => {
  const { clock, side, attempts, log, opened } = world();
  side.want();
  for (const pauseMs of [1_000, 5_000, 30_000]) {
    attempts.at(-1)?.reject(FAILED);
    await turn();
    const before = attempts.length;
    clock.advance(pauseMs - 1);
    assert.equal(attempts.length, before);
    clock.advance(1);
    assert.equal(attempts.length, before + 1);
    assert.deepEqual([side.opening, side.listsWait], [undefined, undefined]);
  }
  await opened();
  assert.deepEqual(
    log,
    ['not now', 'modern era', 'not now', 'not now', 'own era'],
    'only changes are announced',
  );
});

test('without a client an era that failed must not be tried again', async () => {
  const { clock, side, attempts } = world();
  side.want();
  attempts[0]?.reject(FAILED);
  await turn();
  side.release();
  clock.advance(3_600_000);
  assert.equal(attempts.length, 1);
});

test('lists must wait for connections that are being opened for 5 s at most, calls to the end', async () => {
  const { clock, side, opened } = world();
  side.want();
  const waits = { lists: false, calls: false };
  void side.listsWait?.then(() => {
    waits.lists = true;
  });
  void side.opening?.then(() => {
    waits.calls = true;
  });
  clock.advance(4_999);
  await turn();
  assert.deepEqual(waits, { lists: false, calls: false });
  clock.advance(1);
  await turn();
  assert.deepEqual(waits, { lists: true, calls: false });
  await opened();
  assert.deepEqual(waits, { lists: true, calls: true });
});

test('connections that are lost must be opened anew at once, with calls waiting, and the old ones end', async () => {
  const { side, attempts, log, opened } = world();
  side.want();
  await opened();
  attempts[0]?.lose(500);
  assert.deepEqual([attempts.length, side.pair], [2, undefined]);
  assert.ok(side.opening);
  await turn();
  assert.deepEqual(log.slice(1), ['drained 500', 'closed', 'isolated closed']);
  attempts[0]?.lose();
  await opened();
  assert.equal(attempts.length, 2);
});

test('connections that break again and again must be left for a while', async () => {
  const { clock, side, attempts, log, opened } = world();
  side.want();
  for (let n = 0; n < 4; n += 1) {
    await opened();
    attempts.at(-1)?.lose();
  }
  assert.deepEqual(
    [attempts.length, side.opening, log.filter((it) => it === 'modern era').length],
    [4, undefined, 1],
  );
  clock.advance(1_000);
  assert.equal(attempts.length, 5);
});

for (const [ms, isBrief] of [
  [9_999, true],
  [10_000, false],
] as const)
  test(`connections that break after ${ms} ms each must ${isBrief ? '' : 'not '}be left for a while`, async () => {
    const { clock, side, attempts, opened } = world();
    side.want();
    for (let n = 0; n < 4; n += 1) {
      await opened();
      clock.advance(ms);
      attempts.at(-1)?.lose();
    }
    assert.equal(side.opening === undefined, isBrief);
  });

test('a connection that is lost before it is in place must not serve', async () => {
  const { side, attempts, log, opened } = world();
  side.want();
  attempts[0]?.lose();
  await opened();
  assert.equal(side.pair, undefined);
  assert.deepEqual(log, ['closed', 'isolated closed', 'modern era']);
});

test('the end must give up what is being opened, and close what comes up too late', async () => {
  const { side, attempts } = world();
  side.want();
  await side.close(0);
  assert.equal(attempts[0]?.signal.aborted, true);
  assert.equal(side.pair, undefined);
  side.want();
  assert.equal(attempts.length, 1);
});

test('drained connections must stay until they are closed, and no others be opened', async () => {
  const { clock, side, attempts, log, opened } = world();
  side.want();
  await opened();
  await side.drain(300);
  assert.ok(side.pair);
  attempts[0]?.lose();
  clock.advance(600_000);
  assert.equal(attempts.length, 1);
  await side.close(0);
  assert.deepEqual(log.slice(0, 2), ['own era', 'drained 300']);
  assert.ok(log.includes('closed'));
});

test('clients of other servers that leave must not keep the connections open', async () => {
  const { clock, side, log, opened } = world();
  side.want();
  await opened();
  side.release();
  clock.advance(40_000);
  side.release();
  clock.advance(20_001);
  await turn();
  assert.equal(side.pair, undefined, log.join());
});
