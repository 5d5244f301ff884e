/** Values that cannot be converted to strings: they must be handled as data, never crash the gateway. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jsonText } from '../../../src/model/text/json.ts';
import { acknowledgedIn, topicOf } from '../../../src/runtime/upstream/modern/topics.ts';
import { connect, HELLO, parse, script } from './harness.ts';
import { discovered, modern, nobody, request } from './modern-harness.ts';

/** Has no string conversion. */
const ODD = { toString: '', valueOf: '' };

test('a server must be connected whatever its error holds', async () => {
  const error = { code: -32_601, message: ODD, data: { code: ODD, supported: ODD } };
  const { open } = script({ ...HELLO, 'server/discover': () => ({ error }) });
  const { upstream } = await connect('s', { open });
  assert.equal(upstream.inventory.era, 'legacy');
  await upstream.close(0);
});

test('versions that are not strings must be reported as none', async () => {
  const versions = { result: { supportedVersions: [ODD], capabilities: ODD } };
  const { open } = script({ 'server/discover': () => versions });
  await assert.rejects(connect('s', { open }), { code: 'SERVER_REFUSED', message: /it names none/ });
});

test('a refusal must be reported as one, whatever its members are', async () => {
  const error = { code: -31_001, message: ODD, data: { code: 'SERVER_REFUSED', hint: ODD } };
  for (const method of ['initialize', 'tools/list']) {
    const { open } = script({ ...HELLO, [method]: () => ({ error }) });
    await assert.rejects(connect('s', { open }), { code: 'SERVER_REFUSED', message: /no reason given/ });
  }
});

test('a capability that a modern server misses must be explained to a legacy client even without a message', async () => {
  for (const code of [-32_021, -32_022]) {
    const it = await modern({ 'tools/call': () => ({ error: { code, message: ODD } }) });
    const reply = await it.upstream.call(request({ name: 'x' }, { ask: nobody })).reply;
    assert.match(parse(reply).message, /no reason given/);
    await it.upstream.close(0);
  }
});

test('an acknowledgment must be read even if some of it is not a string', () => {
  const [known, other] = [topicOf('resourceSubscriptions', 'r://a'), topicOf('taskIds', 't')];
  const params = JSON.stringify({ notifications: { resourceSubscriptions: [ODD, 'r://a'], taskIds: ODD } });
  const { taken, left } = acknowledgedIn(jsonText(params), new Set([known, other]));
  assert.deepEqual([[...taken], [...left]], [[known], [other]]);
});

for (const method of ['__proto__', 'constructor', 'toString'])
  test(`a method named ${method} must be unknown`, async () => {
    const it = await modern({ 'server/discover': () => discovered({ resources: { subscribe: true } }) });
    const { reply } = it.upstream.call(request({ name: 'x' }, { method }));
    await new Promise(setImmediate);
    assert.equal(it.sent.at(-1)?.method, method);
    it.say({ id: it.sent.at(-1)?.id, error: { code: -32_601, message: 'Method not found' } });
    assert.equal(parse(await reply).code, -32_601);
    await it.upstream.close(0);
  });
