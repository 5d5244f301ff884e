import assert from 'node:assert/strict';
import { test } from 'node:test';
import { located, named, templated } from '../catalog/fixtures.ts';
import { fakeClock } from './fake-clock.ts';
import {
  type Harness,
  openEvents,
  openSession,
  POST_HEADERS,
  post,
  source,
  startEdge,
  status,
} from './harness.ts';

const VERSIONS: [requested: unknown, answered: string][] = [
  ['2024-11-05', '2024-11-05'],
  ['2025-03-26', '2025-03-26'],
  ['2025-06-18', '2025-06-18'],
  ['2025-11-25', '2025-11-25'],
  ['2026-07-28', '2025-11-25'],
  ['1.0', '2025-11-25'],
  [undefined, '2025-11-25'],
  [7, '2025-11-25'],
];

test('initialize echoes a version that is spoken, and offers the latest otherwise', async (t) => {
  const { url } = await startEdge(t);
  for (const [protocolVersion, answered] of VERSIONS) {
    const answer = await post(url, {
      jsonrpc: '2.0',
      id: 1,
      method: 'initialize',
      params: { protocolVersion },
    });
    assert.equal(JSON.parse(answer.text).result.protocolVersion, answered, String(protocolVersion));
  }
});

const initialize = async (url: string) =>
  JSON.parse((await post(url, { jsonrpc: '2.0', id: 1, method: 'initialize', params: {} })).text).result;

test('capabilities are what the view has, and what servers on their way may bring', async (t) => {
  const able = source('able', { capabilities: { logging: {}, completions: {} }, instructions: 'Be able.' });
  const servers = [status('able'), status('plain')];
  const { url } = await startEdge(t, { sources: [able, source('plain')], servers });
  const lists = {
    tools: { listChanged: true },
    resources: { listChanged: true },
    prompts: { listChanged: true },
  };
  const all = await initialize(url);
  assert.deepEqual(all.capabilities, { ...lists, completions: {}, logging: {} });
  assert.equal(all.serverInfo.name, 'hive');
  assert.equal(all.instructions, '# able\n\nBe able.');
  const plain = await initialize(`${url}/plain`);
  assert.deepEqual(plain.capabilities, lists);
  assert.equal(plain.instructions, undefined);
  assert.equal((await initialize(`${url}/able`)).instructions, 'Be able.');
  servers[1] = status('plain', { state: 'starting' });
  assert.deepEqual((await initialize(`${url}/plain`)).capabilities, {
    ...lists,
    resources: { listChanged: true, subscribe: true },
    completions: {},
    logging: {},
  });
});

const STRANGE = '{"name":"t","x-new":1.0,"big":12345678901234567890,"description":"\\u00e9é"}';

async function fullEdge(
  t: Parameters<typeof startEdge>[0],
): Promise<Harness & { session: Record<string, string> }> {
  const parts = {
    capabilities: { resources: {}, prompts: {}, completions: {} },
    tools: [{ key: 't', json: STRANGE }],
    resources: located('file:///r'),
    templates: templated('file:///{+path}'),
    prompts: named('p'),
  };
  const servers = [
    status('s'),
    status('down', { state: 'failed', reason: 'it exited with code 1', hint: 'hive logs down' }),
  ];
  const harness = await startEdge(t, {
    sources: [source('s', parts), source('other', { tools: named('u') })],
    servers,
  });
  return { ...harness, session: await openSession(harness.url) };
}

const LISTS: [method: string, result: string][] = [
  [
    'tools/list',
    `{"tools":[{"name":"u","inputSchema":{"type":"object"}},${STRANGE}]}`
      .replace('"u"', '"other_u"')
      .replace('"t"', '"s_t"'),
  ],
  ['resources/list', '{"resources":[{"uri":"file:///r","name":"r"}]}'],
  ['resources/templates/list', '{"resourceTemplates":[{"uriTemplate":"file:///{+path}","name":"t"}]}'],
  ['prompts/list', '{"prompts":[{"name":"s_p","inputSchema":{"type":"object"}}]}'],
];

for (const [method, result] of LISTS) {
  test(`${method} answers whole, byte for byte, and takes no cursor`, async (t) => {
    const { url, session } = await fullEdge(t);
    const answer = await post(url, { jsonrpc: '2.0', id: 1, method }, session);
    assert.equal(answer.text, `{"jsonrpc":"2.0","id":1,"result":${result}}`);
    const empty = await post(url, { jsonrpc: '2.0', id: 1, method, params: {} }, session);
    assert.equal(empty.text, answer.text);
    const paged = await post(url, { jsonrpc: '2.0', id: 1, method, params: { cursor: 'x' } }, session);
    assert.equal(JSON.parse(paged.text).error.code, -32602);
  });
}

test('without any server each list is empty, under its own name', async (t) => {
  const { url } = await startEdge(t);
  const session = await openSession(url);
  for (const [method, result] of LISTS) {
    const answer = await post(url, { jsonrpc: '2.0', id: 1, method }, session);
    const [name] = Object.keys(JSON.parse(result));
    assert.equal(answer.text, `{"jsonrpc":"2.0","id":1,"result":{"${name}":[]}}`);
  }
});

test('a server’s own endpoint shows its tools without the prefix', async (t) => {
  const { url } = await fullEdge(t);
  const session = await openSession(`${url}/s`);
  const answer = await post(`${url}/s`, { jsonrpc: '2.0', id: 1, method: 'tools/list' }, session);
  assert.equal(answer.text, `{"jsonrpc":"2.0","id":1,"result":{"tools":[${STRANGE}]}}`);
});

const RAW = '{"a":1.0,"b":12345678901234567890,"c":"\\u00e9é\\/","d":[ 1e400,-0 ],"e":{"name":"s_t"}}';

const CALLS: [method: string, params: string, passed: string][] = [
  [
    'tools/call',
    `{"arguments":${RAW},"name":"s_t","_meta":{"progressToken":7}}`,
    `{"arguments":${RAW},"name":"t","_meta":{"progressToken":7}}`,
  ],
  [
    'tools/call',
    `{ "n\\u0061me" : "s\\u005ft" , "future":${RAW}}`,
    `{ "n\\u0061me" : "t" , "future":${RAW}}`,
  ],
  ['prompts/get', '{"name":"s_p","arguments":{"x":"1.0"}}', '{"name":"p","arguments":{"x":"1.0"}}'],
  ['resources/read', '{"uri":"file:///r"}', '{"uri":"file:///r"}'],
  ['resources/read', '{"uri":"file:///a/b"}', '{"uri":"file:///a/b"}'],
  [
    'completion/complete',
    '{"ref":{"type":"ref/prompt","name":"s_p"},"argument":{"name":"s_p","value":"1.0"}}',
    '{"ref":{"type":"ref/prompt","name":"p"},"argument":{"name":"s_p","value":"1.0"}}',
  ],
  [
    'completion/complete',
    '{"ref":{"type":"ref/resource","uri":"file:///{+path}"},"argument":{"name":"path","value":""}}',
    '{"ref":{"type":"ref/resource","uri":"file:///{+path}"},"argument":{"name":"path","value":""}}',
  ],
  ['tools/call', '{\n  "name": "s_t",\r\n  "arguments": {}\n}', '{   "name": "t",    "arguments": {} }'],
];

for (const [method, params, passed] of CALLS) {
  test(`${method} of ${JSON.stringify(params).slice(0, 50)} passes on every byte but the server’s own name`, async (t) => {
    const { url, session, received } = await fullEdge(t);
    const answer = post(url, `{"jsonrpc":"2.0","id":1,"method":"${method}","params":${params}}`, session);
    const call = await received();
    assert.deepEqual([call.serverName, call.method, call.params], ['s', method, passed]);
    call.answer('result', RAW);
    assert.equal((await answer).text, `{"jsonrpc":"2.0","id":1,"result":${RAW}}`);
  });
}

const IDS = ['1', '0', '-5', '1.0', '1e3', '12345678901234567890', '"a"', '""', '"\\u0061 é"', '"1"'];

test('ids come back as the bytes they were, with results and errors alike', async (t) => {
  const { url, session, received } = await fullEdge(t);
  for (const id of IDS) {
    for (const [kind, member] of [
      ['result', 'result'],
      ['error', 'error'],
    ] as const) {
      const answer = post(
        url,
        `{"method":"tools/call","params":{"name":"s_t"},"id": ${id} ,"jsonrpc":"2.0"}`,
        session,
      );
      (await received()).answer(kind, RAW);
      assert.equal((await answer).text, `{"jsonrpc":"2.0","id":${id},"${member}":${RAW}}`);
    }
    const ping = await post(url, `{"jsonrpc":"2.0","id":${id},"method":"ping"}`, session);
    assert.equal(ping.text, `{"jsonrpc":"2.0","id":${id},"result":{}}`);
  }
});

const REFUSED: [method: string, params: object, code: number, message: RegExp][] = [
  ['tools/call', { name: 't' }, -32602, /Unknown tool: t \(did you mean s_t\?\)/],
  ['tools/call', { name: 'S-T' }, -32602, /did you mean s_t\?/],
  ['tools/call', { name: 'othr_u' }, -32602, /did you mean other_u\?/],
  ['tools/call', { name: 'nothing_like_it' }, -32602, /list tools to see what there is/],
  [
    'tools/call',
    { name: 'down_x' },
    -32602,
    /server down is failed: it exited with code 1; fix: hive logs down/,
  ],
  ['tools/call', { name: 5 }, -32602, /needs a name/],
  ['tools/call', {}, -32602, /needs a name/],
  ['tools/call', { name: '__proto__' }, -32602, /Unknown tool/],
  ['prompts/get', { name: 'p' }, -32602, /Unknown prompt: p \(did you mean s_p\?\)/],
  ['resources/read', { uri: 5 }, -32602, /needs a uri/],
  ['completion/complete', { ref: { type: 'ref/prompt', name: 'x' } }, -32602, /Unknown prompt/],
  ['completion/complete', { ref: 'x' }, -32602, /ref\.type/],
  ['completion/complete', {}, -32602, /ref\.type/],
  ['logging/setLevel', { level: 'loud' }, -32602, /level must be one of debug, info/],
  ['logging/setLevel', {}, -32602, /level must be/],
  ['server/discover', {}, -32601, /Method not found: server\/discover/],
  ['toString', {}, -32601, /Method not found/],
  ['', {}, -32601, /Method not found/],
];

for (const [method, params, code, message] of REFUSED) {
  test(`${method || 'no method'} with ${JSON.stringify(params)} is refused with ${code} and the way out`, async (t) => {
    const { url, session } = await fullEdge(t);
    const answer = await post(url, { jsonrpc: '2.0', id: 'q', method, params }, session);
    assert.equal(answer.status, 200);
    const { id, error } = JSON.parse(answer.text);
    assert.equal(id, 'q');
    assert.equal(error.code, code);
    assert.match(error.message, message);
  });
}

test('a resource that nobody has is not found, and servers that are not there are named', async (t) => {
  const both = { capabilities: { resources: {} } };
  const servers = [status('a'), status('b'), status('down', { state: 'starting' })];
  const { url } = await startEdge(t, { sources: [source('a', both), source('b', both)], servers });
  const session = await openSession(url);
  const answer = await post(
    url,
    { jsonrpc: '2.0', id: 1, method: 'resources/read', params: { uri: 'x://y' } },
    session,
  );
  const message = 'Resource not found: x://y (server down is starting)';
  assert.deepEqual(JSON.parse(answer.text).error, { code: -32002, message, data: { uri: 'x://y' } });
});

const body = (id: number, name = 's_t') =>
  JSON.stringify({
    jsonrpc: '2.0',
    id,
    method: 'tools/call',
    params: { name, _meta: { progressToken: 'p' } },
  });

test('progress goes to the POST stream of the call that caused it, before the result', async (t) => {
  const { url, session, received } = await fullEdge(t);
  const init = (id: number) => ({ method: 'POST', headers: { ...POST_HEADERS, ...session }, body: body(id) });
  const opened = openEvents(url, init(1));
  const first = await received();
  const plain = post(url, body(2), session);
  const second = await received();
  first.progress('{"progressToken":"p","progress":0.50}');
  const events = await opened;
  assert.equal(
    await events.next(),
    '{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":"p","progress":0.50}}',
  );
  second.answer('result', '{"which":2}');
  const answer = await plain;
  assert.equal(answer.headers['content-type'], 'application/json');
  assert.equal(answer.text, '{"jsonrpc":"2.0","id":2,"result":{"which":2}}');
  first.answer('result', '{\n"which":\r\n1}');
  assert.equal(await events.next(), '{"jsonrpc":"2.0","id":1,"result":{\n"which":\n1}}');
  assert.equal(await events.next(), undefined);
});

test('an event stream is not to be buffered by proxies', async (t) => {
  const { url, session, received } = await fullEdge(t);
  const opened = post(url, body(1), session);
  const call = await received();
  call.progress('{}');
  call.answer('result', '{}');
  const { headers } = await opened;
  assert.deepEqual(
    [headers['content-type'], headers['x-accel-buffering'], headers['cache-control']],
    ['text/event-stream', 'no', 'no-cache, no-transform'],
  );
});

test('a long call gives signs of life, and the answer still comes', async (t) => {
  const clock = fakeClock();
  const { url, received } = await startEdge(t, { sources: [source('s', { tools: named('t') })], clock });
  const session = await openSession(url);
  const opened = openEvents(url, { method: 'POST', headers: { ...POST_HEADERS, ...session }, body: body(1) });
  const call = await received();
  clock.advance(31_000);
  const events = await opened;
  assert.equal(await events.next(), ': keep-alive');
  call.answer('result', '{}');
  assert.equal(await events.next(), '{"jsonrpc":"2.0","id":1,"result":{}}');
});

test('notifications/cancelled reaches the call of that id in that session only', async (t) => {
  const { url, session, received } = await fullEdge(t);
  const other = await openSession(url);
  const [mine, theirs] = [post(url, body(7), session), post(url, body(7), other)];
  const calls = [await received(), await received()];
  const cancel = {
    jsonrpc: '2.0',
    method: 'notifications/cancelled',
    params: { requestId: 7, reason: 'changed my mind' },
  };
  assert.equal((await post(url, { ...cancel, params: { requestId: '7' } }, session)).status, 202);
  assert.equal((await post(url, cancel, session)).status, 202);
  assert.match((await mine).text, /"id":7,"error".*cancelled/);
  const reasons = await Promise.race(calls.map((call) => call.cancelled));
  assert.equal(reasons, 'changed my mind');
  for (const call of calls) call.answer('result', '{"still":"here"}');
  assert.match((await theirs).text, /still/);
});

test('a client that hangs up has not cancelled', async (t) => {
  const { url, session, received } = await fullEdge(t);
  const abort = new AbortController();
  const gone = fetch(url, {
    method: 'POST',
    headers: { ...POST_HEADERS, ...session },
    body: body(1),
    signal: abort.signal,
  });
  const call = await received();
  abort.abort();
  await assert.rejects(gone);
  let isCancelled = false;
  void call.cancelled.then(() => {
    isCancelled = true;
  });
  // What reaches the edge after the connection is gone is answered after it has noticed that.
  for (const id of [2, 3, 4]) await post(url, { jsonrpc: '2.0', id, method: 'ping' }, session);
  assert.equal(isCancelled, false);
  call.progress('{}');
  call.answer('result', '{}');
  assert.equal((await post(url, { jsonrpc: '2.0', id: 3, method: 'ping' }, session)).status, 200);
});

test('ending a session cancels its calls', async (t) => {
  const { url, session, received } = await fullEdge(t);
  const answer = post(url, body(1), session);
  const call = await received();
  await fetch(url, { method: 'DELETE', headers: session });
  assert.equal(await call.cancelled, 'the session has ended');
  await answer;
});

test('a 2025-03-26 batch is answered as an array, without its notifications', async (t) => {
  const { url, received } = await fullEdge(t);
  const session = await openSession(url, '2025-03-26');
  const batch = `[ ${body(1)} ,{"jsonrpc":"2.0","method":"notifications/x"},{"jsonrpc":"2.0","id":2.0,"method":"ping"}, 5,{"jsonrpc":"2.0","id":3,"method":"initialize"}]`;
  const answer = post(url, batch, session);
  (await received()).answer('result', '{"x":1.0}');
  const { text } = await answer;
  assert.equal(
    text.replaceAll(/"message":"[^"]*"/g, '""'),
    '[{"jsonrpc":"2.0","id":1,"result":{"x":1.0}},{"jsonrpc":"2.0","id":2.0,"result":{}},{"jsonrpc":"2.0","id":null,"error":{"code":-32700,""}},{"jsonrpc":"2.0","id":3,"error":{"code":-32600,""}}]',
  );
  assert.equal((await post(url, [{ jsonrpc: '2.0', method: 'notifications/x' }], session)).status, 202);
  const many = await post(url, Array(101).fill({ jsonrpc: '2.0', id: 1, method: 'ping' }), session);
  assert.equal(many.status, 400);
});

test('other versions refuse batches', async (t) => {
  const { url } = await startEdge(t);
  for (const version of ['2024-11-05', '2025-06-18', '2025-11-25']) {
    const answer = await post(
      url,
      [{ jsonrpc: '2.0', id: 1, method: 'ping' }],
      await openSession(url, version),
    );
    assert.deepEqual([answer.status, JSON.parse(answer.text).error.code], [400, -32600], version);
  }
});

test('responses and unknown notifications of clients are accepted and change nothing', async (t) => {
  const { url, session } = await fullEdge(t);
  for (const message of [
    '{"jsonrpc":"2.0","id":1,"result":{}}',
    '{"jsonrpc":"2.0","id":1,"error":{"code":1,"message":""}}',
    '{"jsonrpc":"2.0","method":"notifications/anything","params":null}',
    '{"jsonrpc":"2.0","method":"notifications/cancelled"}',
  ]) {
    const answer = await post(url, message, session);
    assert.deepEqual([answer.status, answer.text], [202, ''], message);
  }
});

test('a 50 MB result arrives whole, as JSON and behind progress', async (t) => {
  const { url, session, received } = await fullEdge(t);
  const large = `{"text":"${'é'.repeat(25 * 1024 * 1024)}"}`;
  for (const progress of [false, true]) {
    const answer = post(url, body(1), session);
    const call = await received();
    if (progress) call.progress('{}');
    call.answer('result', large);
    const { text } = await answer;
    assert.ok(text.includes(`{"jsonrpc":"2.0","id":1,"result":${large}}`));
  }
});

test('a 50 MB argument reaches the server whole', async (t) => {
  const { url, session, received } = await fullEdge(t);
  const large = 'x'.repeat(50 * 1024 * 1024);
  const answer = post(
    url,
    `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"arguments":{"a":"${large}"},"name":"s_t"}}`,
    session,
  );
  const call = await received();
  assert.equal(call.params, `{"arguments":{"a":"${large}"},"name":"t"}`);
  call.answer('result', '{}');
  await answer;
});

test('one session cannot pile up calls without end', async (t) => {
  let calls = 0;
  const call = () => {
    calls++;
    return { reply: new Promise<never>(() => {}), cancel: () => {} };
  };
  const { url } = await startEdge(t, { sources: [source('s', { tools: named('t') }, '')], call });
  const session = await openSession(url, '2025-03-26');
  const request = (id: number) => ({ jsonrpc: '2.0', id, method: 'tools/call', params: { name: 't' } });
  for (let from = 0; from < 1000; from += 100) {
    const batch = Array.from({ length: 100 }, (_, index) => request(from + index));
    post(url, batch, session).catch(() => 'cut when the edge closes');
  }
  while (calls < 1000) await new Promise(setImmediate);
  const refused = await post(url, request(1000), session);
  assert.match(refused.text, /more than 1000 requests of this session/);
  assert.equal(calls, 1000);
});

test('calls that were answered no longer count', async (t) => {
  const reply = Promise.resolve({ kind: 'result', json: Buffer.from('{}') } as const);
  const sources = [source('s', { tools: named('t') }, '')];
  const { url } = await startEdge(t, { sources, call: () => ({ reply, cancel() {} }) });
  const session = await openSession(url, '2025-03-26');
  for (let from = 0; from <= 1000; from += 100) {
    const ids = Array.from({ length: 100 }, (_, index) => from + index);
    const batch = ids.map((id) => ({ jsonrpc: '2.0', id, method: 'tools/call', params: { name: 't' } }));
    assert.ok(!(await post(url, batch, session)).text.includes('error'));
  }
});
