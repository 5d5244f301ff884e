/** `server_series`: figures of one server over time. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SeriesQuery } from '../../../src/model/watch/series.ts';
import { serverSeries } from '../../../src/operations/gateway/server-series.ts';
import { createRunner } from '../../../src/tools/runner.ts';
import { CONTEXT, server, sourceOf } from './harness.ts';

function runner() {
  const asked: SeriesQuery[] = [];
  const series = async (query: SeriesQuery) => {
    asked.push(query);
    const values = [null, 12.34567, 1_234_567];
    return { from: 5, stepMs: 1_000, series: [{ metric: 'memory', unit: 'bytes', values } as const] };
  };
  const operation = serverSeries({ ...sourceOf({ servers: [server('db')] }), series });
  return { asked, run: (input: object) => createRunner([operation]).run('server_series', input, CONTEXT) };
}

test('figures must be asked for over ten minutes if nobody says more, and be short', async () => {
  const { asked, run } = runner();
  const { output, text } = await run({ server: 'db' });
  assert.deepEqual(asked, [
    {
      ...{ serverName: 'db', rangeMs: 600_000, stepMs: undefined },
      metrics: ['cpu', 'memory', 'calls', 'errors'],
    },
  ]);
  const values = [null, 12.35, 1_235_000];
  assert.deepEqual(output, {
    server: 'db',
    from: 5,
    stepMs: 1_000,
    series: [{ metric: 'memory', unit: 'bytes', values }],
  });
  assert.equal(text, 'db, each 1 s:\nmemory: 1235000 bytes now, mean 617500, most 1235000, 2 points');
});

test('a range must have a week and a step a second, and what is none be refused', async () => {
  const { asked, run } = runner();
  await run({ server: 'db', metric: 'cpu', range: '900d', step: '1ms' });
  assert.deepEqual(asked, [{ serverName: 'db', metrics: ['cpu'], rangeMs: 7 * 86_400_000, stepMs: 1_000 }]);
  await assert.rejects(run({ server: 'db', range: 'long' }), { code: 'USAGE' });
  await assert.rejects(run({ server: 'db', metric: 'heat' }), { code: 'USAGE' });
  await assert.rejects(run({ server: 'bd' }), { code: 'SERVER_UNKNOWN' });
});
