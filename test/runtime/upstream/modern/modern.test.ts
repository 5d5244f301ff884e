import assert from 'node:assert/strict';
import { test } from 'node:test';
import { callerOf, MODERN_CALLER } from '../../../helpers/caller.ts';
import { parse } from '../harness.ts';
import { lastOf, modern, nobody, PREFIX, request, VERSION } from '../modern-harness.ts';

const RESULTS = [
  '{"resultType":"complete","content":[]}',
  '{"content":[],"resultType":"input_required","inputRequests":{}}',
  '{"resultType":"task","taskId":"t","status":"working"}',
  '{"content":[],"future":{"x":1}}',
];
for (const text of RESULTS) {
  test(`a modern client must get the reply of a modern server unchanged: ${text}`, async () => {
    const it = await modern({ 'tools/call': () => ({ result: JSON.parse(text) }) });
    const meta = {
      [`${PREFIX}protocolVersion`]: VERSION,
      [`${PREFIX}clientCapabilities`]: { x: 1 },
      vendor: 2,
    };
    const reply = await it.upstream.call(request({ name: 'x', _meta: meta }), MODERN_CALLER).reply;
    assert.deepEqual([reply.kind, reply.era, reply.json.toString()], ['result', 'modern', text]);
    assert.deepEqual(lastOf(it, 'tools/call').params._meta, meta);
    await it.upstream.close(0);
  });
}

for (const code of [-32021, -32022, -32602]) {
  test(`error ${code} must reach a modern client unchanged`, async () => {
    const error = { code, message: 'no', data: { requiredCapabilities: { sampling: {} } } };
    const it = await modern({ 'tools/call': () => ({ error }) });
    const reply = await it.upstream.call(request({ name: 'x' }), MODERN_CALLER).reply;
    assert.deepEqual([reply.kind, reply.era, parse(reply)], ['error', 'modern', error]);
    await it.upstream.close(0);
  });
}

for (const [what, method, error, code] of [
  ['that names it', 'resources/read', { code: -32602, message: 'no', data: { uri: 'r://é' } }, -32002],
  ['that names another', 'resources/read', { code: -32602, message: 'no', data: { uri: 'r://e' } }, -32602],
  ['that names none', 'resources/read', { code: -32602, message: 'no' }, -32602],
  ['of another kind', 'resources/read', { code: -32603, message: 'no', data: { uri: 'r://é' } }, -32603],
  ['of another method', 'tools/call', { code: -32602, message: 'no', data: { uri: 'r://é' } }, -32602],
] as const) {
  test(`an error ${what} must mean a missing resource to a legacy client only if it certainly does: ${code}`, async () => {
    const it = await modern({ [method]: () => ({ error }) });
    const reply = await it.upstream.call(request({ name: 'x', uri: 'r://é' }, { method })).reply;
    assert.deepEqual([reply.kind, parse(reply)], ['error', { ...error, code }]);
    await it.upstream.close(0);
  });
}

test('capabilities of a legacy client must be in each of its requests, beside its own _meta', async () => {
  const it = await modern({ 'tools/call': () => ({ result: { resultType: 'complete' } }) });
  const capabilities = '{"elicitation":{"form":{}},"roots":{"listChanged":true},"tasks":{"list":{}}}';
  const caller = callerOf({ capabilities });
  const _meta = { progressToken: 'p', traceparent: '00-1' };
  for (const params of [{ name: 'x', _meta }, { name: 'x' }, {}]) {
    const reply = await it.upstream.call(request(params, { logLevel: 'warning', ask: nobody }), caller).reply;
    assert.equal(reply.json.toString(), '{}');
    const { id, params: sent } = lastOf(it, 'tools/call');
    const { [`${PREFIX}clientInfo`]: info, ...meta } = sent._meta;
    assert.equal((info as { name: string }).name, 'hive');
    assert.deepEqual(meta, {
      ...('_meta' in params ? { progressToken: id, traceparent: '00-1' } : {}),
      [`${PREFIX}protocolVersion`]: VERSION,
      [`${PREFIX}clientCapabilities`]: { elicitation: { form: {} }, roots: { listChanged: true } },
      [`${PREFIX}logLevel`]: 'warning',
    });
  }
  await it.upstream.close(0);
});

const structured: [tool: string, sent: unknown, seen: unknown][] = [
  ['x', { a: 1 }, { a: 1 }],
  ['x', [1], { result: [1] }],
  ['list', [1, 2], { result: [1, 2] }],
  ['list', null, { result: null }],
  ['any', { a: 1 }, { result: { a: 1 } }],
];
for (const [name, sent, seen] of structured) {
  test(`structured content ${JSON.stringify(sent)} of ${name} must fit the schema that a legacy client sees`, async () => {
    const it = await modern({
      'tools/call': () => ({ result: { content: [], structuredContent: sent, resultType: 'complete' } }),
    });
    const reply = await it.upstream.call(request({ name })).reply;
    assert.deepEqual(parse(reply), { content: [], structuredContent: seen });
    await it.upstream.close(0);
  });
}

const refusals: [what: string, answer: object, code: number, message: RegExp][] = [
  [
    'a missing capability',
    { error: { code: -32021, message: 'x', data: { requiredCapabilities: { sampling: {} } } } },
    -31008,
    /needs a client that has: sampling/,
  ],
  [
    'a version',
    { error: { code: -32022, message: 'changed my mind' } },
    -31001,
    /no longer accepts what it accepted at its start: changed my mind/,
  ],
  ['a task', { result: { resultType: 'task', taskId: 't' } }, -31008, /result of type task/],
];
for (const [what, answer, code, message] of refusals) {
  test(`${what} must be explained to a legacy client`, async () => {
    const it = await modern({ 'tools/call': () => answer });
    const reply = await it.upstream.call(request({ name: 'x' })).reply;
    const error = parse(reply);
    assert.equal(error.code, code);
    assert.match(error.message, message);
    await it.upstream.close(0);
  });
}

test('over stdio a call must be cancelled by a notification that names it', async () => {
  const it = await modern();
  const call = it.upstream.call(request({ name: 'x' }));
  call.cancel('enough');
  const { params } = lastOf(it, 'notifications/cancelled');
  assert.deepEqual(params, { requestId: lastOf(it, 'tools/call').id, reason: 'enough' });
  assert.equal(parse(await call.reply).code, -31003);
  await it.upstream.close(0);
});

test('log messages must reach the only call that can have caused them, and none if there are two', async () => {
  const it = await modern();
  const heard: string[] = [];
  const call = (name: string, logLevel?: string) =>
    it.upstream.call(
      request(
        { name },
        { logLevel, ask: nobody, onNotification: (_method, params) => heard.push(`${name} ${params}`) },
      ),
    );
  call('quiet');
  const loud = call('loud', 'info');
  const log = (data: number): void => it.say({ method: 'notifications/message', params: { data } });
  log(1);
  const other = call('other', 'info');
  log(2);
  other.cancel();
  log(3);
  loud.cancel();
  log(4);
  assert.deepEqual(heard, ['loud {"data":1}', 'loud {"data":3}']);
  assert.deepEqual(it.told.notifications, []);
  await it.upstream.close(0);
});

test('a result without a type must count as complete, and one of an unknown type as an error', async () => {
  const results = [{ content: [] }, { resultType: 'partial', content: [] }];
  const it = await modern({ 'tools/call': () => ({ result: results.shift() }) });
  assert.deepEqual(parse(await it.upstream.call(request({ name: 'x' })).reply), { content: [] });
  const { kind, json } = await it.upstream.call(request({ name: 'x' })).reply;
  assert.equal(kind, 'error');
  assert.match(String(json), /result of type partial/);
  await it.upstream.close(0);
});

for (const era of ['legacy', 'modern'] as const)
  test(`a call that times out must be cancelled at the server, and its late answer be dropped: ${era} client`, async () => {
    const it = await modern();
    const call = it.upstream.call(request({ name: 'x' }), callerOf({ era }));
    it.upstream.setLimits({ timeouts: { start: 1, call: 500, callMax: 5_000 } });
    const slow = it.upstream.call(request({ name: 'x' }), callerOf({ era }));
    const { id } = lastOf(it, 'tools/call');
    it.clock.advance(500);
    assert.equal(parse(await slow.reply).code, -31002);
    assert.deepEqual(lastOf(it, 'notifications/cancelled').params, { requestId: id, reason: 'timeout' });
    it.say({ id, result: { resultType: 'complete', late: true } });
    assert.match(it.told.noise.join(), /to no call in flight/);
    assert.equal(it.upstream.inFlight, 1);
    call.cancel();
    await it.upstream.close(0);
  });

test('a server must be probed in its own era, and never get a legacy message', async () => {
  const it = await modern();
  assert.equal(await it.upstream.ping(1_000), true);
  it.upstream.notify('notifications/roots/list_changed');
  it.say({ id: 7, method: 'ping' });
  const methods = new Set(it.sent.map(({ method }) => method));
  assert.deepEqual([...methods].sort(), [
    'resources/list',
    'resources/templates/list',
    'server/discover',
    'subscriptions/listen',
    'tools/list',
  ]);
  await it.upstream.close(0);
});
