import assert from 'node:assert/strict';
import { test } from 'node:test';
import { discovered, modern } from './modern-harness.ts';

const UNTOLD = () => discovered({ tools: {}, prompts: { listChanged: true } });

/** A server whose list contains the number of times that it was read. */
async function aging(hints: object, more: Parameters<typeof modern>[0] = {}) {
  let reads = 0;
  const list = () => ({ result: { resultType: 'complete', tools: [{ name: `read-${++reads}` }], ...hints } });
  const server = await modern({
    'server/discover': UNTOLD,
    'tools/list': list,
    'prompts/list': () => ({ result: { prompts: [], ttlMs: 0 } }),
    ...more,
  });
  const looks = (method = 'tools/list') => server.sent.filter((it) => it.method === method).length;
  const names = () => server.upstream.inventory.tools.map(({ key }) => key);
  return { ...server, looks, names };
}

test('an expired list must be read again when it is used, and not before', async () => {
  const { upstream, clock, looks, names } = await aging({ ttlMs: 60_000 });
  assert.equal(upstream.revalidate('tools'), undefined);
  clock.advance(59_999);
  assert.equal(upstream.revalidate('tools'), undefined);
  clock.advance(1);
  assert.equal(looks(), 1, 'it is no interval to poll at');
  await upstream.revalidate('tools');
  assert.deepEqual([looks(), names()], [2, ['read-2']]);
  assert.equal(upstream.revalidate('tools'), undefined);
  clock.advance(60_000);
  await Promise.all([upstream.revalidate('tools'), upstream.revalidate('tools')]);
  assert.equal(looks(), 3, 'once for all who want it');
  await upstream.close(0);
});

test('a list that is stale immediately must be read at most every two seconds', async () => {
  const { upstream, clock, looks } = await aging({ ttlMs: -5 });
  clock.advance(1_999);
  assert.equal(upstream.revalidate('tools'), undefined);
  clock.advance(1);
  await upstream.revalidate('tools');
  assert.equal(looks(), 2);
  await upstream.close(0);
});

test('a list without ttlMs, or announced and without a time, must be read only when its server announces a change', async () => {
  const { upstream, clock, looks } = await aging({});
  clock.advance(3_600_000);
  assert.equal(upstream.revalidate('tools'), undefined);
  assert.equal(upstream.revalidate('prompts'), undefined);
  assert.deepEqual([looks(), looks('prompts/list')], [1, 1]);
  await upstream.close(0);
});

test('the shortest ttlMs of several pages must count', async () => {
  const pages = [
    { tools: [{ name: 'a' }], ttlMs: 90_000, nextCursor: 'b' },
    { tools: [{ name: 'b' }], ttlMs: 5_000 },
  ];
  const list = ({ cursor }: { cursor?: string }) => ({ result: pages[cursor === undefined ? 0 : 1] ?? {} });
  const { upstream, clock, looks } = await aging({}, { 'tools/list': list });
  clock.advance(5_000);
  await upstream.revalidate('tools');
  assert.equal(looks(), 4);
  await upstream.close(0);
});

test('a silent server must delay the users of its list for a moment, once', async () => {
  let answers = true;
  const list = () =>
    answers ? { result: { tools: [{ name: 'a' }], ttlMs: 5_000 } } : (undefined as unknown as object);
  const { upstream, clock, looks, names } = await aging({}, { 'tools/list': list });
  answers = false;
  clock.advance(5_000);
  let isWaiting = true;
  const waiting = upstream.revalidate('tools')?.then(() => {
    isWaiting = false;
  });
  clock.advance(499);
  await new Promise(setImmediate);
  assert.ok(isWaiting);
  clock.advance(1);
  await waiting;
  clock.advance(5_000);
  assert.equal(upstream.revalidate('tools'), undefined, 'the same question is still open');
  assert.deepEqual([looks(), names()], [2, ['a']]);
  await upstream.close(0);
});
