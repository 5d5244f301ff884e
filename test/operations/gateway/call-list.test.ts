/** `call_list`: who called what, without contents, for those who may see it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { callOf } from '../../helpers/call-record.ts';
import { callerOf } from '../../helpers/caller.ts';
import { run, server } from './harness.ts';

const calls = [
  callOf({ seq: 3, server: 'db', target: 'db_query', principal: 'token:ann:1' }),
  callOf({ seq: 4, server: 'db', target: 'db_drop', principal: 'token:bob:2', outcome: 'tool_error' }),
  callOf({ seq: 5, server: 'web', target: 'web_get', principal: 'token:ann:1', outcome: 'error', code: -1 }),
];
const given = { calls, servers: [server('db'), server('web')] };
const LOCAL = callerOf({ principal: 'local' });
const seqs = ({ output }: { output: { calls: { seq: number }[] } }): number[] =>
  output.calls.map((it) => it.seq);

test('call_list must list the newest calls, oldest first, and filter them', async () => {
  const all = await run(given, 'call_list', {}, LOCAL);
  assert.deepEqual(seqs(all), [3, 4, 5]);
  assert.match(all.text, /^2026-11-21T12:00:00\.000Z tester db tools\/call db_query: ok, 1\.5 ms\n/);
  assert.match(all.text, /: error -1, /);
  assert.deepEqual(seqs(await run(given, 'call_list', { limit: 1 }, LOCAL)), [5]);
  assert.deepEqual(seqs(await run(given, 'call_list', { server: 'db' }, LOCAL)), [3, 4]);
  assert.deepEqual(seqs(await run(given, 'call_list', { outcome: 'failed' }, LOCAL)), [4, 5]);
  assert.deepEqual(seqs(await run(given, 'call_list', { tool: 'db_drop' }, LOCAL)), [4]);
  await assert.rejects(run(given, 'call_list', { server: 'nobody' }, LOCAL), { code: 'SERVER_UNKNOWN' });
  assert.equal((await run({ servers: [] }, 'call_list', {}, LOCAL)).text, 'no such call is kept');
});

test('call_list must go on after a cursor', async () => {
  const first = await run(given, 'call_list', { after: 0, limit: 2 }, LOCAL);
  assert.deepEqual([seqs(first), first.output.next, first.output.more], [[3, 4], 4, true]);
  const rest = await run(given, 'call_list', { after: 4 }, LOCAL);
  assert.deepEqual([seqs(rest), rest.output.next, rest.output.more], [[5], 5, false]);
  const none = await run(given, 'call_list', { after: 5 }, LOCAL);
  assert.deepEqual([seqs(none), none.output.next], [[], 5]);
});

test('a client must see its own calls only, and those of servers that it sees', async () => {
  const ann = callerOf({ principal: 'token:ann:1' });
  assert.deepEqual(seqs(await run(given, 'call_list', {}, ann)), [3, 5]);
  // The same name, with another token.
  assert.deepEqual(seqs(await run(given, 'call_list', {}, callerOf({ principal: 'token:ann:9' }))), []);
  const sees = (_: unknown, name: string): boolean => name !== 'web';
  assert.deepEqual(seqs(await run({ ...given, sees }, 'call_list', {}, ann)), [3]);
});
