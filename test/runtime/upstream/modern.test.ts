import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import type { CallRequest, Reply } from '../../../src/model/ports.ts';
import { openHttp } from '../../../src/runtime/links/http.ts';
import type { Caller } from '../../../src/runtime/upstream/modern/modern.ts';
import { resultTypeOf, withoutResultType } from '../../../src/runtime/upstream/modern/result-type.ts';
import { connect, manualClock, parse, type Script, script } from './harness.ts';

const VERSION = '2026-07-28';
const PREFIX = 'io.modelcontextprotocol/';
type Params = Record<string, unknown> & { _meta: Record<string, unknown> };

const discovered = (capabilities: object) => ({
  result: { resultType: 'complete', supportedVersions: [VERSION], capabilities },
});
const MODERN: Parameters<typeof script>[0] = {
  'server/discover': () =>
    discovered({ tools: { listChanged: true }, resources: { subscribe: true }, logging: {} }),
  'tools/list': () => ({
    result: {
      resultType: 'complete',
      tools: [
        { name: 'x' },
        { name: 'list', outputSchema: { type: 'array' } },
        { name: 'any', outputSchema: {} },
      ],
    },
  }),
  'resources/list': () => ({ result: { resources: [] } }),
  'resources/templates/list': () => ({ result: { resourceTemplates: [] } }),
};

async function modern(answers: Parameters<typeof script>[0] = {}, clock = manualClock()) {
  const server = script({ ...MODERN, ...answers });
  const { upstream, told } = await connect('s', { open: server.open, clock });
  return { upstream, told, clock, ...server };
}

const request = (params: object, more: Partial<CallRequest> = {}): CallRequest => ({
  method: 'tools/call',
  params: Buffer.from(JSON.stringify(params)),
  ...more,
});
const nobody: Caller['ask'] = async () => ({
  kind: 'error',
  json: Buffer.from('{"code":-1,"message":"nobody"}'),
});
const lastOf = ({ sent }: Pick<Script, 'sent'>, method: string) =>
  sent.filter((message) => message.method === method).at(-1) as { id: number; params: Params };

const RESULTS = [
  '{"resultType":"complete","content":[]}',
  '{"content":[],"resultType":"input_required","inputRequests":{}}',
  '{"resultType":"task","taskId":"t","status":"working"}',
  '{"content":[],"future":{"x":1}}',
];
for (const text of RESULTS) {
  test(`a modern client must get what a modern server said, byte by byte: ${text}`, async () => {
    const it = await modern({ 'tools/call': () => ({ result: JSON.parse(text) }) });
    const meta = {
      [`${PREFIX}protocolVersion`]: VERSION,
      [`${PREFIX}clientCapabilities`]: { x: 1 },
      vendor: 2,
    };
    const reply = await it.upstream.call(request({ name: 'x', _meta: meta }, { era: 'modern' })).reply;
    assert.deepEqual([reply.kind, reply.era, reply.json.toString()], ['result', 'modern', text]);
    assert.deepEqual(lastOf(it, 'tools/call').params._meta, meta);
    await it.upstream.close(0);
  });
}

for (const code of [-32021, -32022, -32602]) {
  test(`error ${code} must reach a modern client as it is`, async () => {
    const error = { code, message: 'no', data: { requiredCapabilities: { sampling: {} } } };
    const it = await modern({ 'tools/call': () => ({ error }) });
    const reply = await it.upstream.call(request({ name: 'x' }, { era: 'modern' })).reply;
    assert.deepEqual([reply.kind, reply.era, parse(reply)], ['error', 'modern', error]);
    await it.upstream.close(0);
  });
}

test('what a legacy client declared goes with each of its requests, beside what it sent itself', async () => {
  const it = await modern({ 'tools/call': () => ({ result: { resultType: 'complete' } }) });
  const capabilities = '{"elicitation":{"form":{}},"roots":{"listChanged":true},"tasks":{"list":{}}}';
  const caller: Caller = { capabilities, logLevel: 'warning', ask: nobody };
  const _meta = { progressToken: 'p', traceparent: '00-1' };
  for (const params of [{ name: 'x', _meta }, { name: 'x' }, {}]) {
    const reply = await it.upstream.call({ ...request(params), caller }).reply;
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
    /does not take what it took at its start: changed my mind/,
  ],
  ['a task', { result: { resultType: 'task', taskId: 't' } }, -31008, /result of type task/],
];
for (const [what, answer, code, message] of refusals) {
  test(`${what} must be told to a legacy client in words`, async () => {
    const it = await modern({ 'tools/call': () => answer });
    const reply = await it.upstream.call(request({ name: 'x' })).reply;
    const error = parse(reply);
    assert.equal(error.code, code);
    assert.match(error.message, message);
    await it.upstream.close(0);
  });
}

/** Asks as often as told, with all that must come back. */
function asking(
  rounds: number,
  inputRequests: object = { 'q"1': { method: 'elicitation/create', params: { message: '?' } } },
) {
  let round = 0;
  return (): object =>
    round++ < rounds
      ? { result: { resultType: 'input_required', inputRequests, requestState: `state é ${round}` } }
      : { result: { content: [], resultType: 'complete' } };
}

test('what a server asks within its answer must be asked of the client, and go back with the state as it was', async () => {
  const it = await modern({ 'tools/call': asking(2) });
  const asked: string[] = [];
  const ask: Caller['ask'] = async (method, params) => {
    asked.push(`${method} ${params}`);
    return { kind: 'result', json: Buffer.from(`{ "n" : ${asked.length}.50 }`) };
  };
  const reply = await it.upstream.call({ ...request({ name: 'x', arguments: { a: 1 } }), caller: { ask } })
    .reply;
  assert.equal(reply.json.toString(), '{"content":[]}');
  assert.deepEqual(asked, Array(2).fill('elicitation/create {"message":"?"}'));
  const calls = it.sent.filter(({ method }) => method === 'tools/call') as { id: number; params: Params }[];
  assert.equal(new Set(calls.map(({ id }) => id)).size, 3);
  assert.deepEqual(
    calls.map(({ params: { _meta, ...rest } }) => rest),
    [
      { name: 'x', arguments: { a: 1 } },
      { name: 'x', arguments: { a: 1 }, inputResponses: { 'q"1': { n: 1.5 } }, requestState: 'state é 1' },
      { name: 'x', arguments: { a: 1 }, inputResponses: { 'q"1': { n: 2.5 } }, requestState: 'state é 2' },
    ],
  );
  await it.upstream.close(0);
});

test('a URL to visit is asked for with the id that the legacy era wants, and everything that is asked is asked at once', async () => {
  const url = { mode: 'url', message: 'log in', url: 'https://a.example/x' };
  const questions = {
    a: { method: 'elicitation/create', params: url },
    b: { method: 'elicitation/create', params: { ...url, elicitationId: 'own' } },
    c: { method: 'roots/list' },
  };
  const it = await modern({ 'tools/call': asking(1, questions) });
  const asked: { method: string; params: Record<string, unknown> | undefined }[] = [];
  const all = Promise.withResolvers<void>();
  const ask: Caller['ask'] = async (method, params) => {
    asked.push({ method, params: params && JSON.parse(params.toString()) });
    if (asked.length === 3) all.resolve();
    await all.promise;
    return { kind: 'result', json: Buffer.from(`{"n":${asked.length}}`) };
  };
  await it.upstream.call({ ...request({ name: 'x' }), caller: { ask } }).reply;
  const [first, second, third] = asked.map(({ params }) => params);
  const { elicitationId, ...rest } = first ?? {};
  assert.match(String(elicitationId), /^[0-9a-f-]{36}$/);
  assert.deepEqual([rest, second?.elicitationId, third], [url, 'own', undefined]);
  assert.deepEqual(Object.keys(lastOf(it, 'tools/call').params.inputResponses as object), ['a', 'b', 'c']);
  await it.upstream.close(0);
});

const impossible: [what: string, rounds: ReturnType<typeof asking>, ask: Caller['ask'], message: RegExp][] = [
  [
    'never has enough',
    asking(100),
    async () => ({ kind: 'result', json: Buffer.from('{}') }),
    /after 8 rounds/,
  ],
  ['asks a client that refuses', asking(1), nobody, /elicitation\/create was not answered: nobody/],
  [
    'asks for what nobody can be asked',
    asking(1, { q: { method: 'tools/call' } }),
    nobody,
    /tools\/call was not answered: nobody can be/,
  ],
];
for (const [what, rounds, ask, message] of impossible) {
  test(`a server that ${what} must end in an error`, async () => {
    const it = await modern({ 'tools/call': rounds });
    const reply = await it.upstream.call({ ...request({ name: 'x' }), caller: { ask } }).reply;
    assert.equal(parse(reply).code, -31007);
    assert.match(parse(reply).message, message);
    assert.equal(it.upstream.inFlight, 0);
    await it.upstream.close(0);
  });
}

test('a call whose client is being asked is still in flight, and cancelling it withdraws the question', async () => {
  const it = await modern({ 'tools/call': asking(1) });
  const asked = Promise.withResolvers<AbortSignal>();
  const ask: Caller['ask'] = (_method, _params, signal) => {
    asked.resolve(signal);
    return new Promise<Reply>((resolve) =>
      signal.addEventListener('abort', () => void nobody('', undefined, signal).then(resolve)),
    );
  };
  const call = it.upstream.call({ ...request({ name: 'x' }), caller: { ask } });
  const signal = await asked.promise;
  assert.equal(it.upstream.inFlight, 1);
  call.cancel('enough');
  assert.equal(parse(await call.reply).code, -31003);
  assert.ok(signal.aborted);
  assert.equal(it.upstream.inFlight, 0);
  await it.upstream.close(0);
});

test('over stdio a call is cancelled by a notification that names it', async () => {
  const it = await modern();
  const call = it.upstream.call(request({ name: 'x' }));
  call.cancel('enough');
  const { params } = lastOf(it, 'notifications/cancelled');
  assert.deepEqual(params, { requestId: lastOf(it, 'tools/call').id, reason: 'enough' });
  assert.equal(parse(await call.reply).code, -31003);
  await it.upstream.close(0);
});

const subscriptionId = `${PREFIX}subscriptionId`;
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Acknowledges what was asked for last. */
function acknowledge(it: Script): number {
  const { id, params } = lastOf(it, 'subscriptions/listen');
  const { notifications } = params;
  it.say({
    method: 'notifications/subscriptions/acknowledged',
    params: { _meta: { [subscriptionId]: id }, notifications },
  });
  return id;
}

test('one subscription hears everything: it is replaced for new resources, old ends after new began, nothing comes twice', async () => {
  const it = await modern();
  const first = acknowledge(it);
  assert.deepEqual(lastOf(it, 'subscriptions/listen').params.notifications, { toolsListChanged: true });
  assert.equal(it.upstream.inFlight, 0);
  const taken = it.upstream.call(request({ uri: 'r://a' }, { method: 'resources/subscribe' })).reply;
  assert.ok(!it.sent.some(({ method }) => method === 'resources/subscribe'));
  assert.deepEqual(lastOf(it, 'subscriptions/listen').params.notifications, {
    toolsListChanged: true,
    resourceSubscriptions: ['r://a'],
  });
  assert.equal(it.sent.filter(({ method }) => method === 'notifications/cancelled').length, 0);
  const second = acknowledge(it);
  assert.deepEqual(parse(await taken), {});
  assert.deepEqual(lastOf(it, 'notifications/cancelled').params.requestId, first);
  for (const id of [first, second])
    it.say({
      method: 'notifications/resources/updated',
      params: { uri: 'r://a', _meta: { [subscriptionId]: id, v: 1 } },
    });
  assert.deepEqual(
    it.told.notifications.map(({ params }) => params?.toString()),
    ['{"uri":"r://a","_meta":{"v":1}}'],
  );
  await it.upstream.call(request({ uri: 'r://a' }, { method: 'resources/unsubscribe' })).reply;
  assert.deepEqual(lastOf(it, 'subscriptions/listen').params.notifications, { toolsListChanged: true });
  await it.upstream.close(0);
});

test('subscriptions that an earlier gateway left in the process must be ended, once each', async () => {
  const it = await modern();
  const own = acknowledge(it);
  for (const id of [7, 7, '"x"', own])
    it.say({ method: 'notifications/tools/list_changed', params: { _meta: { [subscriptionId]: id } } });
  const ended = it.sent.filter(({ method }) => method === 'notifications/cancelled');
  assert.deepEqual(
    ended.map(({ params }) => params?.requestId),
    [7, '"x"'],
  );
  await it.upstream.close(0);
});

for (const how of ['answers', 'cancels'] as const) {
  test(`a subscription that the server ${how} must be opened again, with what changed meanwhile looked up`, async () => {
    let list: object = { result: { tools: [] } };
    const it = await modern({ 'tools/list': () => list });
    const id = acknowledge(it);
    list = { result: { tools: [{ name: 'new' }] } };
    if (how === 'answers') it.say({ id, result: { resultType: 'complete' } });
    else it.say({ method: 'notifications/cancelled', params: { requestId: id } });
    await settle();
    assert.equal(lastOf(it, 'subscriptions/listen').id, id);
    it.clock.advance(1_000);
    assert.notEqual(acknowledge(it), id);
    it.clock.advance(100);
    await it.told.until(() => it.told.inventories.length > 0);
    assert.deepEqual(
      it.told.inventories[0]?.tools.map(({ key }) => key),
      ['new'],
    );
    await it.upstream.close(0);
  });
}

test('a subscription that is not acknowledged is given up and tried again with growing pauses; who waited for it is told', async () => {
  const it = await modern();
  const listens = (): number => it.sent.filter(({ method }) => method === 'subscriptions/listen').length;
  acknowledge(it);
  const waiting = it.upstream.call(request({ uri: 'r://a' }, { method: 'resources/subscribe' })).reply;
  assert.equal(listens(), 2);
  it.clock.advance(10_000);
  assert.equal((await waiting).kind, 'error');
  it.clock.advance(1_000);
  assert.equal(listens(), 3);
  it.clock.advance(10_000);
  await settle();
  it.clock.advance(1_000);
  assert.equal(listens(), 3);
  it.clock.advance(1_000);
  assert.equal(listens(), 4);
  await it.upstream.close(0);
});

test('a server without subscriptions is asked for them once, and serves', async () => {
  const it = await modern({
    'subscriptions/listen': () => ({ error: { code: -32601, message: 'Method not found' } }),
  });
  await settle();
  it.clock.advance(600_000);
  assert.equal(it.sent.filter(({ method }) => method === 'subscriptions/listen').length, 1);
  assert.match(it.told.noise.join(), /its changes are not heard of/);
  await it.upstream.close(0);
});

test('log messages reach the call that alone can have caused them; with two in flight they reach nobody', async () => {
  const it = await modern();
  const heard: string[] = [];
  const call = (name: string, logLevel?: string) =>
    it.upstream.call({
      ...request({ name }, { onNotification: (_method, params) => heard.push(`${name} ${params}`) }),
      caller: { logLevel, ask: nobody },
    });
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

test('a sign of life is asked for in the words of its era, and nothing legacy is ever sent', async () => {
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

const types: [result: string, type: string | undefined, without: string][] = [
  ['{"resultType":"complete"}', 'complete', '{}'],
  ['{ "resultType" : "complete" , "a":1}', 'complete', '{  "a":1}'],
  ['{"a":1,"resultType":"x"}', 'x', '{"a":1}'],
  ['{"a":1 , "resultType":"x" }', 'x', '{"a":1  }'],
  ['{"a":1,"resultType":"x","b":{"resultType":"y"}}', 'x', '{"a":1,"b":{"resultType":"y"}}'],
  ['{"a":{"resultType":"y"}}', undefined, '{"a":{"resultType":"y"}}'],
  ['{"a":[{"b":1,"resultType":"y"}],"c":2}', undefined, '{"a":[{"b":1,"resultType":"y"}],"c":2}'],
  ['{"a":"\\",\\"resultType\\":\\"y\\""}', undefined, '{"a":"\\",\\"resultType\\":\\"y\\""}'],
  ['{"result\\u0054ype":"x","a":1}', 'x', '{"a":1}'],
  [`{"a":1,"resultType":"x","b":"${'z'.repeat(5_000)}"}`, 'x', `{"a":1,"b":"${'z'.repeat(5_000)}"}`],
  ['{"resultType":7,"a":1}', undefined, '{"resultType":7,"a":1}'],
];
for (const [text, type, without] of types) {
  test(`resultType of ${text.slice(0, 60)} is ${type}, and goes without a trace`, () => {
    const found = resultTypeOf(Buffer.from(text));
    assert.equal(found?.type, type);
    assert.equal(withoutResultType(Buffer.from(text), found).toString(), without);
  });
}

/** A modern HTTP server; `answer` gets each request but those of the start. */
async function http(
  t: TestContext,
  answer: (
    message: { id: number; method: string; params: Params },
    request: IncomingMessage,
    response: ServerResponse,
  ) => void,
  tools: () => object[],
) {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const message = JSON.parse(Buffer.concat(chunks).toString());
    const own: Record<string, () => object> = {
      'server/discover': () => discovered({ tools: {} }),
      'tools/list': () => ({ result: { resultType: 'complete', tools: tools() } }),
    };
    const ready = own[message.method]?.();
    if (!ready) return answer(message, request, response);
    response.setHeader('content-type', 'application/json');
    return response.end(JSON.stringify({ jsonrpc: '2.0', id: message.id, ...ready }));
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  t.after(() => server.closeAllConnections());
  t.after(() => server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`;
  const { upstream, told } = await connect('s', {
    open: (events) => openHttp({ url, headers: {}, impatient: true }, events),
  });
  t.after(() => upstream.close(0));
  return { upstream, told };
}

const schema = (properties: object) => ({ type: 'object', properties });

test('arguments that a tool wants in headers are sent there, and a tool whose headers cannot be is not offered', async (t) => {
  const seen: IncomingMessage['headers'][] = [];
  const inner = { type: 'object', properties: { deep: { type: 'boolean', 'x-mcp-header': 'Deep' } } };
  const tools = [
    {
      name: 'tööl',
      inputSchema: schema({
        a: { type: 'string', 'x-mcp-header': 'A' },
        n: { type: 'integer', 'x-mcp-header': 'N' },
        inner,
      }),
    },
    { name: 'bad', inputSchema: schema({ a: { type: 'number', 'x-mcp-header': 'A' } }) },
  ];
  const it = await http(
    t,
    ({ id }, request, response) => {
      seen.push(request.headers);
      response.writeHead(200, { 'content-type': 'application/json' }).end(`{"id":${id},"result":{}}`);
    },
    () => tools,
  );
  assert.deepEqual(
    it.upstream.inventory.tools.map(({ key }) => key),
    ['tööl'],
  );
  assert.match(it.told.noise.join(), /tool bad is left out/);
  for (const args of [
    { a: 'plain', n: -7, inner: { deep: true } },
    { a: ' é', n: null },
  ])
    await it.upstream.call(request({ name: 'tööl', arguments: args })).reply;
  const header = (name: string) => seen.map((headers) => headers[name]);
  assert.deepEqual(header('mcp-method'), ['tools/call', 'tools/call']);
  assert.deepEqual(header('mcp-name')[0], `=?base64?${Buffer.from('tööl').toString('base64')}?=`);
  assert.deepEqual(header('mcp-param-a'), ['plain', `=?base64?${Buffer.from(' é').toString('base64')}?=`]);
  assert.deepEqual(header('mcp-param-n'), ['-7', undefined]);
  assert.deepEqual(header('mcp-param-deep'), ['true', undefined]);
});

test('headers that are wrong by now are looked up and sent again, once', async (t) => {
  let header = 'Old';
  const it = await http(
    t,
    ({ id }, request, response) => {
      response.setHeader('content-type', 'application/json');
      if (request.headers['mcp-param-new'] === 'v')
        return response.end(`{"jsonrpc":"2.0","id":${id},"result":{"ok":1}}`);
      header = 'New';
      return response
        .writeHead(400)
        .end(`{"jsonrpc":"2.0","id":null,"error":{"code":-32020,"message":"no"}}`);
    },
    () => [{ name: 'x', inputSchema: schema({ a: { type: 'string', 'x-mcp-header': header } }) }],
  );
  const reply = await it.upstream.call(request({ name: 'x', arguments: { a: 'v' } }, { era: 'modern' }))
    .reply;
  assert.deepEqual(parse(reply), { ok: 1 });
  const other = await it.upstream.call(request({ name: 'x', arguments: {} }, { era: 'modern' })).reply;
  assert.equal(parse(other).code, -32020);
});

test('cancelling a call over HTTP closes its own response, and sends nothing', async (t) => {
  const closed = Promise.withResolvers<string>();
  const arrived = Promise.withResolvers<void>();
  const it = await http(
    t,
    ({ method }, _request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
      response.once('close', () => closed.resolve(method));
      arrived.resolve();
    },
    () => [],
  );
  const call = it.upstream.call(request({ name: 'x' }));
  await arrived.promise;
  call.cancel('enough');
  assert.equal(await closed.promise, 'tools/call');
  assert.equal(parse(await call.reply).code, -31003);
});

test('what comes on the response of a call is that call’s, however many are in flight', async (t) => {
  const waiting: [number, ServerResponse][] = [];
  const it = await http(
    t,
    ({ id }, _request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      waiting.push([id, response]);
      if (waiting.length < 2) return;
      for (const [id, open] of waiting) {
        const message = { jsonrpc: '2.0', method: 'notifications/message', params: { data: id } };
        open.end(`data: ${JSON.stringify(message)}\n\ndata: {"id":${id},"result":{"id":${id}}}\n\n`);
      }
    },
    () => [],
  );
  const heard: unknown[] = [];
  const replies = [0, 1].map(
    (n) =>
      it.upstream.call(
        request(
          { name: 'x' },
          { onNotification: (_method, params) => (heard[n] = JSON.parse(`${params}`).data) },
        ),
      ).reply,
  );
  const ids = (await Promise.all(replies)).map((reply) => parse(reply).id);
  assert.deepEqual(heard, ids);
});
