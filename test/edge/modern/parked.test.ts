import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import type { Reply } from '../../../src/model/calls.ts';
import type { AuthSettings } from '../../../src/model/stack.ts';
import { jsonText } from '../../../src/model/text/json.ts';
import { named } from '../../catalog/fixtures.ts';
import { fakeClock } from '../../helpers/fake-clock.ts';
import {
  type Answer,
  ask,
  type Harness,
  modernMeta,
  type Received,
  send,
  source,
  startEdge,
} from '../harness.ts';

const ALL = { elicitation: {}, sampling: {}, roots: {} };
const MINUTES = 60_000;
const FORM = '{"message":"name?","requestedSchema":{"type":"object","properties":{"n":{"type":"string"}}}}';
const ECHO = { name: 'echo', arguments: { b: 1, a: [{ y: 1, x: 2 }] } };

const parts = { tools: named('echo', 'other') };
const meta = (capabilities: object = ALL, more: object = {}) => ({ meta: modernMeta(capabilities, more) });
const resultOf = ({ text }: Answer) => JSON.parse(text).result;
const errorOf = ({ text }: Answer) => JSON.parse(text).error;

/** What the server asks while it works on `call`. */
function asked(
  { edge }: Harness,
  call: Received,
  method: string,
  params?: string,
  signal = new AbortController().signal,
): Promise<Reply> {
  const { sessionId } = call.caller;
  const more = params === undefined ? {} : { params: jsonText(params) };
  return edge.ask({ serverName: 's', sessionId, method, ...more, signal });
}

interface Begun {
  readonly harness: Harness;
  readonly call: Received;
  readonly reply: Promise<Reply>;
  readonly requestState: string;
  readonly key: string;
}

/** A call that is parked behind one elicitation. */
async function begin(t: TestContext, options = {}): Promise<Begun> {
  const harness = await startEdge(t, { sources: [source('s', parts, '')], ...options });
  const first = ask(harness.url, 'tools/call', ECHO, meta());
  const call = await harness.received();
  assert.equal(call.caller.capabilities, JSON.stringify(ALL));
  const reply = asked(harness, call, 'elicitation/create', FORM);
  const { resultType, inputRequests, requestState } = resultOf(await first);
  assert.equal(resultType, 'input_required');
  const [key = ''] = Object.keys(inputRequests);
  assert.deepEqual(inputRequests, { [key]: { method: 'elicitation/create', params: JSON.parse(FORM) } });
  return { harness, call, reply, requestState, key };
}

/** Parked calls, as the metrics tell. */
async function held({ url }: Harness): Promise<number> {
  const { text } = await send(url.replace('/mcp', '/metrics'));
  return Number(/^hive_parked_calls (\d+)$/m.exec(text)?.[1]);
}

const YES = '{"action":"accept","content":{"n":1.0}}';
const answering = (key: string) => ({ inputResponses: { [key]: JSON.parse(YES) } });

test('a server’s request must be in the answer, and the retry complete the call', async (t) => {
  const { harness, call, reply, requestState, key } = await begin(t);
  assert.deepEqual(harness.ended, []);
  assert.equal(await held(harness), 1);
  const body = { ...ECHO, arguments: { a: [{ x: 2, y: 1 }], b: 1 } };
  const retry = ask(harness.url, 'tools/call', { ...body, ...answering(key), requestState }, meta());
  const given = await reply;
  assert.deepEqual([given.kind, JSON.parse(String(given.json))], ['result', JSON.parse(YES)]);
  call.answer('result', '{"content":[]}');
  assert.equal(resultOf(await retry).resultType, 'complete');
  assert.deepEqual(harness.ended, [call.caller.sessionId]);
  assert.equal(await held(harness), 0);
});

test('a handle must work once, for its own request, and only unchanged', async (t) => {
  const { harness, call, reply, requestState, key } = await begin(t);
  const retry = (params: object, state = requestState) =>
    ask(harness.url, 'tools/call', { ...ECHO, ...answering(key), ...params, requestState: state }, meta());
  assert.match(errorOf(await retry({ arguments: { b: 2 } })).message, /another request/);
  assert.match(errorOf(await retry({ name: 'other' })).message, /another request/);
  const { text } = await ask(harness.url, 'tools/call', { ...ECHO, requestState, inputResponses: 1 }, meta());
  assert.equal(JSON.parse(text).error.code, -32602);
  const own = await ask(
    `${harness.url}/s`,
    'tools/call',
    { ...ECHO, ...answering(key), requestState },
    meta(),
  );
  assert.match(errorOf(own).message, /another request/);
  const good = retry({});
  // Of two requests at once either may come first.
  await reply;
  const again = await retry({});
  assert.deepEqual([errorOf(again).code, /used before/.test(errorOf(again).message)], [-32602, true]);
  call.answer('result', '{}');
  assert.equal(resultOf(await good).resultType, 'complete');
});

test('a handle that was tampered with must be passed on to the server, as one that the gateway did not issue', async (t) => {
  const { harness, call, requestState, key } = await begin(t);
  const tampered = `${requestState.slice(0, -2)}${requestState.endsWith('AA') ? 'BB' : 'AA'}`;
  const retry = ask(
    harness.url,
    'tools/call',
    { ...ECHO, ...answering(key), requestState: tampered },
    meta(),
  );
  const foreign = await harness.received();
  assert.notEqual(foreign.caller.sessionId, call.caller.sessionId);
  assert.equal(JSON.parse(foreign.params).requestState, tampered);
  foreign.answer('error', '{"code":-32602,"message":"no"}');
  assert.equal(errorOf(await retry).code, -32602);
});

test('a missing answer must be asked for again, and an unexpected one ignored', async (t) => {
  const harness = await startEdge(t, { sources: [source('s', parts, '')] });
  const first = ask(harness.url, 'tools/call', ECHO, meta());
  const call = await harness.received();
  const replies = [
    asked(harness, call, 'elicitation/create', FORM),
    asked(harness, call, 'sampling/createMessage', '{"messages":[],"maxTokens":1}'),
    asked(harness, call, 'roots/list'),
  ];
  const { inputRequests, requestState } = resultOf(await first);
  const keys = Object.keys(inputRequests);
  assert.equal(keys.length, 3);
  assert.deepEqual(inputRequests[keys[2] ?? ''], { method: 'roots/list' });
  const inputResponses = { [keys[0] ?? '']: {}, [keys[2] ?? '']: { roots: [] }, extra: {} };
  const second = await ask(harness.url, 'tools/call', { ...ECHO, inputResponses, requestState }, meta());
  const left = resultOf(second);
  assert.deepEqual(Object.keys(left.inputRequests), [keys[1]]);
  assert.notEqual(left.requestState, requestState);
  const params = {
    ...ECHO,
    inputResponses: { [keys[1] ?? '']: { role: 'x' } },
    requestState: left.requestState,
  };
  const third = ask(harness.url, 'tools/call', params, meta());
  assert.deepEqual(
    (await Promise.all(replies)).map(({ json }) => String(json)),
    ['{}', '{"role":"x"}', '{"roots":[]}'],
  );
  call.answer('result', '{}');
  assert.equal(resultOf(await third).resultType, 'complete');
});

test('a client must not be sent requests that it has not declared, nor during methods that have none', async (t) => {
  const harness = await startEdge(t, {
    sources: [
      source(
        's',
        { ...parts, capabilities: { completions: {} }, prompts: [{ key: 'p', json: '{"name":"p"}' }] },
        '',
      ),
    ],
  });
  const rows: [capabilities: object, method: string, params: string, code: number][] = [
    [{ sampling: {} }, 'elicitation/create', FORM, -32601],
    [{ elicitation: { url: {} } }, 'elicitation/create', FORM, -32602],
    [{ elicitation: {} }, 'elicitation/create', '{"mode":"url","url":"https://x.test"}', -32602],
    [{ sampling: {} }, 'sampling/createMessage', '{"messages":[],"tools":[]}', -32602],
    [ALL, 'vendor/ask', '{}', -32601],
  ];
  for (const [capabilities, method, params, code] of rows) {
    const answer = ask(harness.url, 'tools/call', ECHO, meta(capabilities));
    const call = await harness.received();
    const { kind, json } = await asked(harness, call, method, params);
    assert.deepEqual([kind, JSON.parse(String(json)).code], ['error', code], method);
    call.answer('result', '{}');
    assert.equal(resultOf(await answer).resultType, 'complete');
  }
  const completion = { ref: { type: 'ref/prompt', name: 'p' }, argument: { name: 'a', value: '' } };
  const answer = ask(harness.url, 'completion/complete', completion, meta());
  const call = await harness.received();
  assert.equal((await asked(harness, call, 'elicitation/create', FORM)).kind, 'error');
  call.answer('result', '{}');
  await answer;
});

test('a request to visit a URL must not have the id, which only the legacy era has', async (t) => {
  const harness = await startEdge(t, { sources: [source('s', parts, '')] });
  const first = ask(harness.url, 'tools/call', ECHO, meta({ elicitation: { url: {} } }));
  const call = await harness.received();
  void asked(
    harness,
    call,
    'elicitation/create',
    '{"mode":"url","elicitationId":"e","url":"https://x.test"}',
  );
  const [request] = Object.values(resultOf(await first).inputRequests) as { params: object }[];
  assert.deepEqual(request?.params, { mode: 'url', url: 'https://x.test' });
});

test('the parked call of a client that does not come back must be given up', async (t) => {
  const clock = fakeClock();
  const { harness, call, reply, requestState, key } = await begin(t, { clock });
  let isOver = false;
  void reply.then(() => {
    isOver = true;
  });
  clock.advance(10 * MINUTES - 1);
  await turn();
  assert.equal(isOver, false);
  clock.advance(1);
  assert.match((await call.cancelled) ?? '', /did not come back/);
  assert.equal((await reply).kind, 'error');
  await turn();
  assert.deepEqual(harness.ended, [call.caller.sessionId]);
  const late = await ask(harness.url, 'tools/call', { ...ECHO, ...answering(key), requestState }, meta());
  assert.match(errorOf(late).message, /expired/);
});

test('a reply that arrives while the call is parked must be delivered to the retry', async (t) => {
  const { harness, call, requestState, key } = await begin(t);
  call.answer('result', '{"content":["early"]}');
  await turn();
  assert.deepEqual(harness.ended, []);
  const retry = await ask(harness.url, 'tools/call', { ...ECHO, ...answering(key), requestState }, meta());
  assert.deepEqual(resultOf(retry).content, ['early']);
  assert.deepEqual(harness.ended, [call.caller.sessionId]);
});

test('a request that the server withdraws must not be sent again', async (t) => {
  const harness = await startEdge(t, { sources: [source('s', parts, '')] });
  const first = ask(harness.url, 'tools/call', ECHO, meta());
  const call = await harness.received();
  const abort = new AbortController();
  const reply = asked(harness, call, 'elicitation/create', FORM, abort.signal);
  const { requestState } = resultOf(await first);
  abort.abort();
  assert.equal((await reply).kind, 'error');
  const retry = ask(harness.url, 'tools/call', { ...ECHO, requestState }, meta());
  call.answer('result', '{}');
  assert.equal(resultOf(await retry).resultType, 'complete');
});

test('progress after a retry must carry the retry’s token', async (t) => {
  const harness = await startEdge(t, { sources: [source('s', parts, '')] });
  const first = ask(harness.url, 'tools/call', ECHO, meta(ALL, { progressToken: 'one' }));
  const call = await harness.received();
  const roots = asked(harness, call, 'roots/list');
  const { inputRequests, requestState } = resultOf(await first);
  call.progress('{"progressToken":"one","progress":1}');
  const [key = ''] = Object.keys(inputRequests);
  const params = { ...ECHO, inputResponses: { [key]: { roots: [] } }, requestState };
  const retry = ask(harness.url, 'tools/call', params, meta(ALL, { progressToken: 2 }));
  await roots;
  call.progress('{"progressToken":"one","progress":2}');
  call.answer('result', '{}');
  const { text } = await retry;
  const told = [...text.matchAll(/"progressToken":("one"|2),"progress":(\d)/g)].map(([, token]) => token);
  assert.deepEqual(told, ['2'], text);
});

test('parked calls must be given up when the gateway closes', async (t) => {
  const { harness, call, reply } = await begin(t);
  await harness.edge.close(0);
  assert.notEqual(await call.cancelled, undefined);
  assert.equal((await reply).kind, 'error');
});

test('a handle and a stream must be usable only by the client that they were given to', async (t) => {
  const digest = (text: string) => createHash('sha256').update(text).digest('hex');
  const both = { tokens: { a: digest('hive_a'), b: digest('hive_b') } };
  const held: { auth: AuthSettings } = { auth: both };
  const harness = await startEdge(t, { sources: [source('s', parts, '')], auth: () => held.auth });
  const as = (who: string, params: object = {}) =>
    ask(
      harness.url,
      'tools/call',
      { ...ECHO, ...params },
      { ...meta(), headers: { authorization: `Bearer hive_${who}` } },
    );
  const first = as('a');
  const call = await harness.received();
  const reply = asked(harness, call, 'roots/list');
  const { requestState } = resultOf(await first);
  assert.match(errorOf(await as('b', { requestState, inputResponses: {} })).message, /another request/);
  held.auth = { tokens: { b: digest('hive_b') } };
  harness.edge.expelUnadmitted();
  assert.match((await call.cancelled) ?? '', /no longer use/);
  assert.equal((await reply).kind, 'error');
});

test('a call that cannot be parked, since its client has too many, must get refusals and continue', async (t) => {
  const digest = (text: string) => createHash('sha256').update(text).digest('hex');
  const auth: AuthSettings = { tokens: { a: digest('hive_a'), b: digest('hive_b') } };
  const harness = await startEdge(t, { sources: [source('s', parts, '')], auth: () => auth });
  const park = async (who: string) => {
    const headers = { authorization: `Bearer hive_${who}` };
    const first = ask(harness.url, 'tools/call', ECHO, { ...meta(), headers });
    const call = await harness.received();
    return { first, call, reply: asked(harness, call, 'roots/list') };
  };
  for (let parked = 0; parked < 1_000; parked++)
    assert.equal(resultOf(await (await park('a')).first).resultType, 'input_required');
  const { first, call, reply } = await park('a');
  assert.match(String((await reply).json), /wait for their clients already/);
  call.answer('result', '{}');
  assert.equal(resultOf(await first).resultType, 'complete');
  assert.equal(resultOf(await (await park('b')).first).resultType, 'input_required');
});
