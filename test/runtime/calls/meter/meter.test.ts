import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMeter } from '../../../../src/runtime/calls/meter/meter.ts';
import { fakeClock } from '../../../helpers/fake-clock.ts';
import { errorOf, requestOf, resultOf, SESSION, under } from '../harness.ts';

test('a call must be counted as in flight until its reply, and then by its outcome and time', async () => {
  const clock = fakeClock();
  const { layer, tallies } = createMeter(clock);
  const { call, passed } = under(layer);
  call('s', requestOf('tools/call'), SESSION);
  call('s', requestOf('tools/call'), SESSION);
  assert.deepEqual(tallies.get('s'), { inFlight: 2, succeeded: 0, failed: 0, milliseconds: 0 });
  clock.advance(30);
  await passed[0]?.answer(resultOf('{}'));
  clock.advance(20);
  await passed[1]?.answer(errorOf('{}'));
  assert.deepEqual(tallies.get('s'), { inFlight: 0, succeeded: 1, failed: 1, milliseconds: 80 });
});
