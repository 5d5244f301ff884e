/** `docker_get_logs`. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { entry } from '../gateway/harness.ts';
import { container, FakeGateway } from './harness.ts';

const HOUR = 3_600_000;
const LOG = [entry(-3 * HOUR, 'old'), entry(-1_000, 'ERROR: timed out'), entry(0, 'noise', 'noise')];
const gateway = () =>
  new FakeGateway({ servers: [container('db')], log: LOG, secrets: () => ['hunter2hunter2'] });
const texts = async (query: object) =>
  (await gateway().run('docker_get_logs', { server_name: 'db', ...query })).output.lines.map(
    ({ text }: { text: string }) => text,
  );

test('the log must be filtered by time, text, pattern and stream', async () => {
  assert.deepEqual(await texts({ since: '2h' }), ['ERROR: timed out', 'noise']);
  assert.deepEqual(await texts({ until: '2h' }), ['old']);
  assert.deepEqual(await texts({ since: '2026-11-21T11:59:00Z', search: 'error' }), ['ERROR: timed out']);
  assert.deepEqual(await texts({ regex: '^(old|no)' }), ['old', 'noise']);
  assert.deepEqual(await texts({ stream: 'noise' }), ['noise']);
  assert.deepEqual(await texts({ lines: 1 }), ['noise']);
});

for (const query of [{ since: 'yesterday' }, { regex: '(a)\\1' }, { since: '1h', until: '2h' }])
  test(`${JSON.stringify(query)} must be refused`, () => assert.rejects(texts(query), { code: 'USAGE' }));

test('follow must report new lines as progress, without secrets, and end with a cursor', async () => {
  const it = gateway();
  const reports: unknown[] = [];
  const query = { server_name: 'db', follow: true, seconds: 5, regex: 'new' };
  const reading = it.run('docker_get_logs', query, { progress: (report) => void reports.push(report) });
  while (it.clock.advance(0) === undefined && it.followers === 0) await new Promise((r) => setImmediate(r));
  it.write(entry(1, 'new hunter2hunter2'));
  it.write(entry(2, 'other'));
  it.clock.advance(5_000);
  const { output } = await reading;
  assert.deepEqual(reports, [{ progress: 1, message: 'new [redacted]' }]);
  assert.equal(output.lines.length, 1);
  assert.ok(output.next_cursor);
});
