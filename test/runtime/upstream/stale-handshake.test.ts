import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MODERN_CALLER } from '../../helpers/caller.ts';
import { fakeClock } from '../../helpers/fake-clock.ts';
import { connect, HELLO, parse, script, tool } from './harness.ts';

const error = (code: number, data?: object) => ({ error: { code, message: 'no', data } });
/** With a status which shows that the request was not processed. */
const refused = (code: number, data?: object) => ({ ...error(code, data), isRefusal: true });
/** The answer of a link in place of a message. */
const status = (status: number, more = {}) => refused(-31_001, { code: 'SERVER_REFUSED', status, ...more });
const DISCOVERED = { result: { supportedVersions: ['2026-07-28'], capabilities: { tools: {} } } };

type Answer = { error: object; isRefusal?: boolean } | { result: object };

/** A server in memory whose answers can be replaced. */
async function changing(era: 'legacy' | 'modern') {
  const now: Record<string, Answer | undefined> = {
    'server/discover': era === 'modern' ? DISCOVERED : error(-32_601),
    ping: { result: {} },
    'tools/list': { result: { tools: [] } },
    'tools/call': { result: { content: [] } },
  };
  const { open, sent, suspectStale } = script({
    ...HELLO,
    ...Object.fromEntries(Object.keys(now).map((method) => [method, () => now[method] ?? {}])),
  });
  const clock = fakeClock(0);
  const { upstream, told } = await connect('s', { open, clock });
  assert.equal(upstream.inventory.era, era);
  const from = sent.length;
  const asked = () => sent.slice(from).map(({ method }) => method);
  return { now, upstream, told, asked, clock, suspectStale };
}

const OLDER = { supported: ['2025-11-25'] };
for (const [era, refusal, sign, isUndone] of [
  ['modern', error(-32_022, OLDER), error(-32_022, OLDER), true],
  ['modern', error(-32_000), error(-32_000), false],
  ['modern', refused(-32_000), error(-32_000), true],
  ['modern', error(-32_601), error(-32_602), true],
  ['modern', error(-32_600), { result: {} }, true],
  ['modern', status(405), status(405), true],
  ['legacy', error(-32_022, { supported: ['2026-07-28'] }), error(-32_022), true],
  ['legacy', status(400), status(400), true],
  ['legacy', status(404), error(-32_020), true],
  // As another gateway behind this one may report it of its own servers.
  ['legacy', error(-31_001, { status: 404, session: 'over' }), status(400), false],
] as const) {
  const what = JSON.stringify([refusal, sign]);
  test(`a ${era} server that refuses a call and the probe must count as replaced: ${what}`, async () => {
    const it = await changing(era);
    it.now['tools/call'] = refusal;
    it.now[era === 'modern' ? 'server/discover' : 'ping'] = sign;
    const replies = await Promise.all([1, 2, 3].map(() => it.upstream.call(tool({})).reply));
    for (const { message } of replies.map(parse)) assert.match(message, /no longer accepts.*call again/s);
    for (const reply of replies) assert.equal(reply.kind === 'error' && reply.isUndone, isUndone);
    assert.equal(it.told.stale.length, 1);
    // All of them waited for the same probe.
    assert.equal(it.asked().length, 4);
    await it.upstream.close(0);
  });
}

test('a session that its server does not know must end for all calls, without a probe', async () => {
  const it = await changing('legacy');
  it.now['tools/call'] = status(404, { session: 'over' });
  const replies = await Promise.all([1, 2, 3].map(() => it.upstream.call(tool({})).reply));
  for (const reply of replies) assert.equal(reply.kind === 'error' && reply.isUndone, true);
  assert.equal(it.told.stale.length, 1);
  assert.deepEqual(new Set(it.asked()), new Set(['tools/call']));
  await it.upstream.close(0);
});

test('a suspicion of the link must be followed by a probe, and by nothing if the server answers it well', async () => {
  const it = await changing('legacy');
  it.suspectStale();
  it.suspectStale();
  await new Promise(setImmediate);
  assert.deepEqual([it.asked(), it.told.stale.length], [['ping'], 0]);
  it.clock.advance(9_999);
  it.suspectStale();
  assert.deepEqual(it.asked(), ['ping'], 'it is not asked again so soon');
  it.clock.advance(1);
  it.now.ping = status(404, { session: 'over' });
  it.suspectStale();
  await it.told.until(() => it.told.stale.length > 0);
  assert.deepEqual(it.asked(), ['ping', 'ping']);
  await it.upstream.close(0);
});

const says = (code: number, message: string) => ({ error: { code, message } });
const link = (data: object) => ({ error: { code: -31_001, message: 'no; fix: something', data } });

for (const [refusal, isUndone] of [
  [link({ status: 503 }), false],
  [link({ status: 500 }), false],
  [link({ status: 401 }), true],
  [link({ status: 403 }), true],
  [link({ code: 'LOGIN_REQUIRED', challenge: 'none' }), true],
  [says(-32_001, 'Session not found'), true],
  [says(-32_000, 'Bad Request: Server not initialized'), true],
  [says(-32_603, 'no active session'), true],
  // The call may have been made before its server lost something.
  [says(-32_000, 'session with the database was lost after the card was charged'), false],
] as const) {
  const what = JSON.stringify(refusal);
  test(`a legacy server that answers everything like this must count as having forgotten: ${what}`, async () => {
    for (const ping of [refusal, { result: {} }]) {
      const it = await changing('legacy');
      Object.assign(it.now, { ping, 'tools/call': refusal, 'tools/list': refusal });
      const replies = await Promise.all([1, 2, 3].map(() => it.upstream.call(tool({})).reply));
      for (const { message } of replies.map(parse))
        assert.match(message, /no longer accepts.*\((no|se|Se|Ba).*call again/s);
      for (const reply of replies) assert.equal(reply.kind === 'error' && reply.isUndone, isUndone);
      assert.equal(it.told.stale.length, 1);
      assert.deepEqual(it.asked().slice(3), ['ping', 'tools/list']);
      await it.upstream.close(0);
    }
  });

  test(`a legacy server that answers some calls like this must keep its session: ${what}`, async () => {
    const it = await changing('legacy');
    it.now['tools/call'] = refusal;
    for (let i = 0; i < 2; i++)
      assert.match(parse(await it.upstream.call(tool({})).reply).message, new RegExp(refusal.error.message));
    assert.deepEqual([it.told.stale, it.asked().slice(1)], [[], ['ping', 'tools/list', 'tools/call']]);
    await it.upstream.close(0);
  });
}

test('pings that get nothing but errors must end the session of a legacy server that nobody calls', async () => {
  const it = await changing('legacy');
  Object.assign(it.now, { ping: link({ status: 503 }), 'tools/list': link({ status: 503 }) });
  await it.upstream.ping(1_000);
  assert.equal(it.told.stale.length, 1);
  await it.upstream.close(0);
});

for (const [era, refusal] of [
  ['modern', error(-32_602)],
  ['modern', error(-32_603)],
  ['modern', error(-32_021, { requiredCapabilities: {} })],
  ['modern', status(500)],
  ['modern', status(401)],
  ['legacy', error(-32_000)],
  ['legacy', error(-32_601)],
  ['legacy', error(-32_602)],
] as const) {
  test(`an error that is no sign of another era must cost no probe: ${era}, ${JSON.stringify(refusal)}`, async () => {
    const it = await changing(era);
    it.now['tools/call'] = refusal;
    assert.match(parse(await it.upstream.call(tool({})).reply).message, /no/);
    assert.deepEqual(it.asked(), ['tools/call']);
    await it.upstream.close(0);
  });
}

for (const [what, sign] of [
  ['that is as it was', DISCOVERED],
  ['that says it has this very version', error(-32_022, { supported: ['2026-07-28'] })],
  ['in trouble', error(-32_603)],
  ['that requires a login', status(401)],
  ['that says nothing', undefined],
] as const) {
  test(`a suspicion about a server ${what} must cost one probe, and its call get its own error`, async () => {
    const it = await changing('modern');
    it.now['tools/call'] = error(-32_601);
    it.now['server/discover'] = sign;
    const call = async (): Promise<unknown> => {
      const { reply } = it.upstream.call(tool({}), MODERN_CALLER);
      if (!sign) {
        await new Promise(setImmediate);
        it.clock.advance(5_000);
      }
      return parse(await reply).code;
    };
    assert.equal(await call(), -32_601);
    const answered = sign ? await call() : -32_601;
    assert.equal(answered, -32_601);
    assert.deepEqual(it.told.stale, []);
    assert.equal(it.asked().filter((method) => method === 'server/discover').length, 1);
    it.clock.advance(10_001);
    await call();
    assert.equal(it.asked().filter((method) => method === 'server/discover').length, 2);
    await it.upstream.close(0);
  });
}
