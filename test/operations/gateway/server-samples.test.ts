/** `server_samples`: figures of the servers that were asked for. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { serverSamples } from '../../../src/operations/gateway/server-samples.ts';
import { createRunner } from '../../../src/tools/runner.ts';
import { CONTEXT, type Given, server, sourceOf } from './harness.ts';

const usage = async () => ({
  usages: new Map([['db', { at: 5, cpuSeconds: 1.5, memoryBytes: 2e6 }]]),
  calls: new Map([['db', { callsPerMinute: 3, errorsPerMinute: 1, p95Ms: 9 }]]),
  trouble: 'the engine said hunter2hunter2',
});
const run = (given: Given, input: object = {}) =>
  createRunner([serverSamples({ ...sourceOf(given), usage })]).run('server_samples', input, CONTEXT);

const bare = { type: 'native', state: 'ready', callsPerMinute: 0, errorsPerMinute: 0 };
const db = {
  ...bare,
  ...{ server: 'db', at: 5, cpuSeconds: 1.5, memoryBytes: 2e6 },
  ...{ callsPerMinute: 3, errorsPerMinute: 1, p95Ms: 9 },
};

test('server_samples must have all servers, with the figures that are known', async () => {
  const secrets = () => ['hunter2hunter2'];
  const { output, text } = await run({ servers: [server('db'), server('web')], secrets });
  assert.deepEqual(output, {
    stack: 'mine',
    servers: [db, { ...bare, server: 'web' }],
    leftOut: 0,
    trouble: 'the engine said [redacted]',
  });
  assert.equal(text, 'db: ready, 1.50 s CPU, 2.0 MB, 3 calls a minute\nweb: ready, 0 calls a minute');
});

test('server_samples must have the servers that are named, and refuse a name that no server has', async () => {
  const servers = [server('db'), server('web')];
  const { output } = await run({ servers }, { servers: ['db'] });
  assert.deepEqual((output as { servers: unknown }).servers, [db]);
  await assert.rejects(run({ servers }, { servers: ['wbe'] }), { code: 'SERVER_UNKNOWN' });
});

test('server_samples must answer with 500 servers at most, and say how many it leaves out', async () => {
  const servers = Array.from({ length: 503 }, (_, index) => server(`s${index}`));
  const { output } = await run({ servers });
  const { servers: rows, leftOut } = output as { servers: unknown[]; leftOut: number };
  assert.deepEqual([rows.length, leftOut], [500, 3]);
});
