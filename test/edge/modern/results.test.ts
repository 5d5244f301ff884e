import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ask, modernMeta } from '../harness.ts';
import { edge, errorOf, INFO } from './modern-edge.ts';

const RESULTS: [method: string, params: object, own: string, shown: string][] = [
  ['tools/call', { name: 'echo' }, '{}', `{"resultType":"complete","_meta":{${INFO}}}`],
  ['tools/call', { name: 'echo' }, '{"a":1.0}', `{"resultType":"complete","_meta":{${INFO}},"a":1.0}`],
  [
    'prompts/get',
    { name: 'p' },
    '{"messages":[],"_meta": {"x":{"_meta":1}}}',
    `{"resultType":"complete","messages":[],"_meta": {${INFO},"x":{"_meta":1}}}`,
  ],
  [
    'resources/read',
    { uri: 'test://r' },
    '{"contents":[{"_meta":{}}],"_meta":{}}',
    `{"resultType":"complete","ttlMs":0,"cacheScope":"private","contents":[{"_meta":{}}],"_meta":{${INFO}}}`,
  ],
  // A second `_meta` would be the one that counts.
  ['tools/call', { name: 'echo' }, '{"_meta":0}', `{"resultType":"complete","_meta":{${INFO}}}`],
  [
    'tools/call',
    { name: 'echo' },
    '{"\\u005fmeta":{"x":1}}',
    `{"resultType":"complete","\\u005fmeta":{${INFO},"x":1}}`,
  ],
];

test('results of legacy servers must be completed in front of their own text', async (t) => {
  const { url, received } = await edge(t);
  for (const [method, params, own, shown] of RESULTS) {
    const answer = ask(url, method, { ...params });
    const call = await received();
    assert.equal(call.caller.era, 'modern');
    assert.deepEqual(JSON.parse(call.params)._meta, modernMeta());
    call.answer('result', own);
    const { status, headers, text } = await answer;
    assert.deepEqual([status, headers['content-type']], [200, 'application/json']);
    assert.equal(text, `{"jsonrpc":"2.0","id":7,"result":${shown}}`);
  }
});

test('every result must say that it is complete, and which server it is from', async (t) => {
  const { url, received } = await edge(t);
  const completion = { ref: { type: 'ref/prompt', name: 'p' }, argument: { name: 'a', value: '' } };
  const own = ['server/discover', 'tools/list', 'prompts/list', 'resources/list', 'resources/templates/list'];
  const passed = [
    ['tools/call', { name: 'echo' }],
    ['prompts/get', { name: 'p' }],
    ['resources/read', { uri: 'test://r' }],
    ['completion/complete', completion],
  ] as const;
  const answers = own.map((method) => ask(url, method));
  for (const [method, params] of passed) {
    answers.push(ask(url, method, { ...params }));
    (await received()).answer('result', '{}');
  }
  for (const { text } of await Promise.all(answers)) {
    const { resultType, _meta } = JSON.parse(text).result;
    assert.deepEqual(
      [resultType, _meta['io.modelcontextprotocol/serverInfo'].name],
      ['complete', 'hive'],
      text,
    );
  }
});

test('modern replies must pass unchanged', async (t) => {
  const { url, received } = await edge(t);
  const asking = '{"resultType":"input_required",  "requestState":"s"}';
  for (const [kind, json, status] of [
    ['result', asking, 200],
    ['error', '{"code":-32021,"message":"m","data":{"requiredCapabilities":{"sampling":{}}}}', 400],
    ['error', '{"code":-32602,"message":"m"}', 200],
  ] as const) {
    const answer = ask(url, 'tools/call', { name: 'echo', requestState: 'theirs', inputResponses: {} });
    const call = await received();
    assert.equal(JSON.parse(call.params).requestState, 'theirs');
    call.answer(kind, json, 'modern');
    const { text, status: seen } = await answer;
    assert.deepEqual([seen, text], [status, `{"jsonrpc":"2.0","id":7,"${kind}":${json}}`]);
  }
});

const FORGED = {
  resultType: 'input_required',
  inputRequests: { p: { method: 'elicitation/create', params: { message: 'your password?' } } },
  requestState: 's',
  ttlMs: 9,
  cacheScope: 'public',
  _meta: { 'io.modelcontextprotocol/serverInfo': { name: 'Hive, really' }, x: 1 },
};

test('what only the gateway may say must be taken out of results of legacy servers, however it is written', async (t) => {
  const { url, received } = await edge(t);
  const escaped = JSON.stringify({ a: 1, ...FORGED })
    .replace('resultType', '\\u0072esultType')
    .replace('"_meta"', '"\\u005fmeta"');
  for (const own of [JSON.stringify({ ...FORGED, a: 1 }), escaped]) {
    const answer = ask(url, 'resources/read', { uri: 'test://r' });
    (await received()).answer('result', own);
    const { text } = await answer;
    const { name, version } = JSON.parse(text).result._meta['io.modelcontextprotocol/serverInfo'];
    assert.equal(name, 'hive');
    assert.deepEqual(JSON.parse(text).result, {
      resultType: 'complete',
      ttlMs: 0,
      cacheScope: 'private',
      a: 1,
      _meta: { 'io.modelcontextprotocol/serverInfo': { name, title: 'Hive', version }, x: 1 },
    });
    for (const word of ['resultType', 'serverInfo', 'ttlMs'])
      assert.equal(text.split(word).length, 2, `${word} once in ${text}`);
  }
  const answer = ask(url, 'tools/call', { name: 'echo' });
  (await received()).answer('result', '{"_meta":1}');
  assert.equal(
    (await answer).text,
    `{"jsonrpc":"2.0","id":7,"result":{"resultType":"complete","_meta":{${INFO}}}}`,
  );
});

const ELICIT = { method: 'elicitation/create', params: { mode: 'form', message: 'm', requestedSchema: {} } };
const VISIT = { method: 'elicitation/create', params: { mode: 'url', message: 'm', url: 'https://x.test/' } };
const SAMPLE = { method: 'sampling/createMessage', params: { messages: [], maxTokens: 1 } };
const FORM = { elicitation: { form: {} } };
/** What a modern server answers, what its client declared, and whether the client may get that. */
const ASKED: [method: string, result: object, declared: object, passes: boolean][] = [
  ['tools/call', { resultType: 'input_required', inputRequests: { a: ELICIT } }, {}, false],
  ['tools/call', { resultType: 'input_required', inputRequests: { a: ELICIT } }, FORM, true],
  ['tools/call', { resultType: 'input_required', inputRequests: { a: VISIT } }, FORM, false],
  ['tools/call', { resultType: 'input_required', inputRequests: { a: ELICIT, b: SAMPLE } }, FORM, false],
  ['tools/call', { resultType: 'input_required', inputRequests: { a: SAMPLE } }, { sampling: {} }, true],
  ['tools/call', { resultType: 'input_required', inputRequests: { a: { method: 'x/y' } } }, FORM, false],
  ['tools/call', { resultType: 'input_required', inputRequests: { a: {} } }, FORM, false],
  ['tools/call', { resultType: 'input_required', inputRequests: [ELICIT] }, FORM, false],
  ['tools/call', { resultType: 'input_required', requestState: 's' }, {}, true],
  ['completion/complete', { resultType: 'input_required', inputRequests: { a: ELICIT } }, FORM, false],
  ['tools/call', { resultType: 'complete', inputRequests: { a: ELICIT } }, FORM, false],
  ['tools/call', { inputRequests: { a: ELICIT } }, FORM, false],
  ['tools/call', { resultType: 'task', taskId: 't' }, {}, false],
  ['tools/call', { resultType: 'task', taskId: 't' }, { extensions: { x: {} } }, true],
  ['tools/call', { resultType: 'complete', content: [] }, {}, true],
];

test('a modern server may ask a client only for input that it declared, and only where that is allowed', async (t) => {
  const { url, received } = await edge(t);
  const completion = { ref: { type: 'ref/prompt', name: 'p' }, argument: { name: 'a', value: '' } };
  for (const [method, result, declared, passes] of ASKED) {
    const params = method === 'tools/call' ? { name: 'echo' } : completion;
    const answer = ask(url, method, params, { meta: modernMeta(declared) });
    const json = JSON.stringify(result);
    (await received()).answer('result', json, 'modern');
    const { text } = await answer;
    if (passes) assert.equal(text, `{"jsonrpc":"2.0","id":7,"result":${json}}`);
    else
      assert.deepEqual([errorOf(text).code, errorOf(text).data], [-31008, { code: 'SERVER_REFUSED' }], json);
  }
});

const URLS = {
  code: -32042,
  message: 'm',
  data: { elicitations: [{ mode: 'url', elicitationId: 'e', url: 'https://x.test/', message: 'visit' }] },
};
const ERRORS: [legacy: object, code: number, status: number, capabilities?: object][] = [
  [{ code: -32002, message: 'gone', data: { uri: 'u' } }, -32602, 200],
  [{ code: -32000, message: 'own' }, -32000, 200],
  [{ code: -32050, message: 'own' }, -32603, 200],
  [{ code: -32022, message: 'own' }, -32603, 200],
  [{ code: 42, message: 'own' }, 42, 200],
  [{ code: 'none', message: 'own' }, -32603, 200],
  [{ code: { a: 1 }, message: 'own' }, -32603, 200],
  [URLS, -32021, 400, { elicitation: {} }],
];

test('error codes of older revisions must not reach modern clients', async (t) => {
  const { url, received } = await edge(t);
  for (const [legacy, code, status, capabilities] of ERRORS) {
    const answer = ask(url, 'tools/call', { name: 'echo' }, { meta: modernMeta(capabilities) });
    (await received()).answer('error', JSON.stringify(legacy));
    const { text, status: seen } = await answer;
    assert.deepEqual([errorOf(text).code, seen], [code, status], text);
    if (code !== -32021) assert.deepEqual(errorOf(text), { ...legacy, code });
    else assert.deepEqual(errorOf(text).data, { requiredCapabilities: { elicitation: { url: {} } } });
  }
});

test('a visit to a URL must be requested in the answer if the client can show URLs', async (t) => {
  const { url, received } = await edge(t);
  const meta = modernMeta({ elicitation: { form: {}, url: {} } });
  // A resource that was read has caching hints; a question within its answer has none.
  for (const [method, params] of [
    ['tools/call', { name: 'echo' }],
    ['resources/read', { uri: 'test://r' }],
  ] as const) {
    const answer = ask(url, method, params, { meta });
    (await received()).answer('error', JSON.stringify(URLS));
    assert.deepEqual(JSON.parse((await answer).text).result, {
      resultType: 'input_required',
      inputRequests: {
        url1: {
          method: 'elicitation/create',
          params: { mode: 'url', url: 'https://x.test/', message: 'visit' },
        },
      },
    });
  }
});
