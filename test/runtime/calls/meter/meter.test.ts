import assert from 'node:assert/strict';
import { test } from 'node:test';
import { latencyText } from '../../../../src/edge/latency-text.ts';
import { createMeter } from '../../../../src/runtime/calls/meter/meter.ts';
import { fakeClock } from '../../../helpers/fake-clock.ts';
import { errorOf, requestOf, resultOf, SESSION, under } from '../harness.ts';

test('a call must be counted as in flight until its reply, and then by its outcome and time', async () => {
  const clock = fakeClock();
  const { layer, tallies } = createMeter(clock);
  const { call, passed } = under(layer);
  const counts = (): unknown => {
    const { latencies, ...rest } = tallies.get('s') ?? { latencies: undefined };
    return rest;
  };
  call('s', requestOf('tools/call'), SESSION);
  call('s', requestOf('tools/call'), SESSION);
  const none = { succeeded: 0, failed: 0, toolErrors: 0, milliseconds: 0 };
  assert.deepEqual(counts(), { ...none, inFlight: 2 });
  clock.advance(30);
  await passed[0]?.answer(resultOf('{"isError":true}'));
  clock.advance(20);
  await passed[1]?.answer(errorOf('{}'));
  assert.deepEqual(counts(), { inFlight: 0, succeeded: 1, failed: 1, toolErrors: 1, milliseconds: 80 });
});

test('durations must be counted by method in buckets, and methods that are not known together', async () => {
  const clock = fakeClock();
  const { layer, tallies } = createMeter(clock);
  const { call, passed } = under(layer);
  for (const [index, [method, ms]] of (
    [
      ['tools/call', 1],
      ['tools/call', 15],
      ['x/a', 400_000],
      ['x/b', 0],
    ] as const
  ).entries()) {
    call('s', requestOf(method), SESSION);
    clock.advance(ms);
    await passed[index]?.answer(resultOf('{}'));
  }
  const rows = latencyText(tallies).split('\n');
  const tools = 'server="s",method="tools/call"';
  for (const row of [
    `hive_call_duration_seconds_bucket{le="0.001",${tools}} 1`,
    `hive_call_duration_seconds_bucket{le="0.01",${tools}} 1`,
    `hive_call_duration_seconds_bucket{le="0.02",${tools}} 2`,
    `hive_call_duration_seconds_bucket{le="+Inf",${tools}} 2`,
    `hive_call_duration_seconds_sum{${tools}} 0.016`,
    `hive_call_duration_seconds_count{${tools}} 2`,
    'hive_call_duration_seconds_bucket{le="300",server="s",method="other"} 1',
    'hive_call_duration_seconds_bucket{le="+Inf",server="s",method="other"} 2',
  ])
    assert.ok(rows.includes(row), `${row}\n${rows.join('\n')}`);
  assert.equal(tallies.get('s')?.latencies.size, 2);
});
