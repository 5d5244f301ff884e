/** Arguments and results are kept while a capture runs, within its bounds, and otherwise never. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CAPTURE_LIMITS } from '../../../../src/model/watch/capture.ts';
import { createMeter } from '../../../../src/runtime/calls/meter/meter.ts';
import { fakeClock } from '../../../helpers/fake-clock.ts';
import { requestOf, resultOf, SESSION, under } from '../harness.ts';

function world() {
  const clock = fakeClock();
  const { layer, history, capture } = createMeter(clock);
  const { call, passed } = under(layer);
  const make = async (server = 's', text = 'x', reply = '{"y":1}'): Promise<void> => {
    call(server, requestOf('tools/call', { text }), SESSION);
    await passed.at(-1)?.answer(resultOf(reply));
  };
  return { clock, history, capture, make };
}

test('nothing must be kept without a capture, nor of calls before it', async () => {
  const { capture, make } = world();
  await make();
  capture.start([], 1_000);
  assert.equal(capture.of(1), undefined);
  await make();
  assert.deepEqual(capture.of(2), {
    request: '{"text":"x"}',
    requestLeftOut: 0,
    reply: '{"y":1}',
    replyLeftOut: 0,
  });
});

test('only calls to the named servers must be kept', async () => {
  const { capture, make } = world();
  capture.start(['s'], 1_000);
  await make('other');
  await make('s');
  assert.deepEqual([capture.of(1) === undefined, capture.of(2) === undefined], [true, false]);
});

for (const [what, end] of [
  ['is switched off', ({ capture }: ReturnType<typeof world>) => capture.stop()],
  ['has run its time', ({ clock }: ReturnType<typeof world>) => clock.advance(1_000)],
] as const)
  test(`everything must be forgotten when a capture ${what}`, async () => {
    const it = world();
    it.capture.start([], 1_000);
    await it.make();
    end(it);
    await it.make();
    assert.deepEqual(
      [it.capture.state, it.capture.of(1), it.capture.of(2)],
      [undefined, undefined, undefined],
    );
    it.capture.start([], 1_000);
    assert.equal(it.capture.state?.bytes, 0);
  });

test('a capture that is started again must keep what it has, and end later', async () => {
  const { clock, capture, make } = world();
  capture.start([], 1_000);
  await make();
  clock.advance(900);
  capture.start(['s'], 1_000);
  clock.advance(900);
  assert.ok(capture.of(1));
  assert.deepEqual(capture.state?.servers, ['s']);
  clock.advance(100);
  assert.equal(capture.state, undefined);
});

test('of each message 64 KiB must be kept, and the rest be counted', async () => {
  const { capture, make } = world();
  capture.start([], 1_000);
  await make('s', 'a'.repeat(70_000), `"${'b'.repeat(80_000)}"`);
  const kept = capture.of(1);
  assert.deepEqual([kept?.request.length, kept?.reply.length], [65_536, 65_536]);
  assert.deepEqual([kept?.requestLeftOut, kept?.replyLeftOut], [70_011 - 65_536, 80_002 - 65_536]);
});

test('16 MiB of messages must be kept, the newest', async () => {
  const { capture, make } = world();
  capture.start([], 1_000);
  const text = 'a'.repeat(60_000);
  for (let count = 0; count < 300; count++) await make('s', text, `"${text}"`);
  const { bytes = 0, calls = 0 } = capture.state ?? {};
  assert.ok(bytes <= CAPTURE_LIMITS.totalBytes && bytes > CAPTURE_LIMITS.totalBytes - 130_000, `${bytes}`);
  assert.ok(calls < 300);
  assert.deepEqual([capture.of(300 - calls), capture.of(301 - calls) === undefined], [undefined, false]);
});

test('a capture must last 24 hours at most', () => {
  const { capture } = world();
  const day = 24 * 60 * 60 * 1_000;
  capture.start([], day);
  for (const ms of [day + 1, 0, Number.NaN]) assert.throws(() => capture.start([], ms), { code: 'USAGE' });
  capture.stop();
});

test('whoever hears of a call must find its texts', async () => {
  const { history, capture, make } = world();
  capture.start([], 1_000);
  const found: boolean[] = [];
  history.onCall(({ seq }) => found.push(capture.of(seq) !== undefined));
  await make();
  assert.deepEqual(found, [true]);
});
