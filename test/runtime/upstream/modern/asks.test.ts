import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AskCaller, Reply } from '../../../../src/model/calls.ts';
import { jsonText } from '../../../../src/model/text/json.ts';
import { parse } from '../harness.ts';
import { discovered, lastOf, modern, nobody, type Params, request } from '../modern-harness.ts';

/** Requests input in this many rounds, with all members that must be returned. */
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

test('input that a server requests within its answer must be requested from the client, and returned with its state', async () => {
  const it = await modern({ 'tools/call': asking(2) });
  const asked: string[] = [];
  const ask: AskCaller = async (method, params) => {
    asked.push(`${method} ${params}`);
    return { kind: 'result', json: jsonText(`{ "n" : ${asked.length}.50 }`) };
  };
  const reply = await it.upstream.call(request({ name: 'x', arguments: { a: 1 } }, { ask })).reply;
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

test('a call that has asked for input may have done something: a later round must not make it count as undone', async () => {
  let isOther = false;
  const answers = [
    { result: { resultType: 'input_required', inputRequests: { q: { method: 'roots/list' } } } },
    { error: { code: -32_601, message: 'no' } },
  ];
  const it = await modern({
    'tools/call': () => answers.shift() ?? {},
    'server/discover': () => (isOther ? { result: {} } : discovered({ tools: {} })),
  });
  const ask: AskCaller = async () => {
    isOther = true;
    return { kind: 'result', json: jsonText('{"roots":[]}') };
  };
  const reply = await it.upstream.call(request({ name: 'x' }, { ask })).reply;
  assert.match(parse(reply).message, /no longer accepts/);
  assert.equal(reply.kind === 'error' && reply.isUndone === true, false);
  await it.upstream.close(0);
});

test('a server that sent no state must get none back', async () => {
  const inputRequests = { q: { method: 'roots/list' } };
  const answers = [{ resultType: 'input_required', inputRequests }, { resultType: 'complete' }];
  const it = await modern({ 'tools/call': () => ({ result: answers.shift() }) });
  const ask: AskCaller = async () => ({ kind: 'result', json: jsonText('{"roots":[]}') });
  await it.upstream.call(request({ name: 'x' }, { ask })).reply;
  const { _meta, ...retried } = lastOf(it, 'tools/call').params;
  assert.deepEqual(retried, { name: 'x', inputResponses: { q: { roots: [] } } });
  await it.upstream.close(0);
});

test('a URL elicitation must have the id of the legacy era, and all input must be requested at once', async () => {
  const url = { mode: 'url', message: 'log in', url: 'https://a.example/x' };
  const questions = {
    a: { method: 'elicitation/create', params: url },
    b: { method: 'elicitation/create', params: { ...url, elicitationId: 'own' } },
    c: { method: 'roots/list' },
  };
  const it = await modern({ 'tools/call': asking(1, questions) });
  const asked: { method: string; params: Record<string, unknown> | undefined }[] = [];
  const all = Promise.withResolvers<void>();
  const ask: AskCaller = async (method, params) => {
    asked.push({ method, params: params && JSON.parse(params.toString()) });
    if (asked.length === 3) all.resolve();
    await all.promise;
    return { kind: 'result', json: jsonText(`{"n":${asked.length}}`) };
  };
  await it.upstream.call(request({ name: 'x' }, { ask })).reply;
  const [first, second, third] = asked.map(({ params }) => params);
  const { elicitationId, ...rest } = first ?? {};
  assert.match(String(elicitationId), /^[0-9a-f-]{36}$/);
  assert.deepEqual([rest, second?.elicitationId, third], [url, 'own', undefined]);
  assert.deepEqual(Object.keys(lastOf(it, 'tools/call').params.inputResponses as object), ['a', 'b', 'c']);
  await it.upstream.close(0);
});

const impossible: [what: string, rounds: ReturnType<typeof asking>, ask: AskCaller, message: RegExp][] = [
  ['never has enough', asking(100), async () => ({ kind: 'result', json: jsonText('{}') }), /after 8 rounds/],
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
    const reply = await it.upstream.call(request({ name: 'x' }, { ask })).reply;
    assert.equal(parse(reply).code, -31007);
    assert.match(parse(reply).message, message);
    assert.equal(it.upstream.inFlight, 0);
    await it.upstream.close(0);
  });
}

test('a call whose client is answering must be in flight, and its cancellation must withdraw the request', async () => {
  const it = await modern({ 'tools/call': asking(1) });
  const asked = Promise.withResolvers<AbortSignal>();
  const ask: AskCaller = (_method, _params, signal) => {
    asked.resolve(signal);
    return new Promise<Reply>((resolve) =>
      signal.addEventListener('abort', () => void nobody('', undefined, signal).then(resolve)),
    );
  };
  const call = it.upstream.call(request({ name: 'x' }, { ask }));
  const signal = await asked.promise;
  assert.equal(it.upstream.inFlight, 1);
  call.cancel('enough');
  assert.equal(parse(await call.reply).code, -31003);
  assert.ok(signal.aborted);
  assert.equal(it.upstream.inFlight, 0);
  await it.upstream.close(0);
});
