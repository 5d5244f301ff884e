import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GatewayError } from '../../../../src/errors.ts';
import { jsonText } from '../../../../src/model/text/json.ts';
import { fakeClock } from '../../../helpers/fake-clock.ts';
import { connect, HELLO, parse, script, tool } from '../harness.ts';

for (const server of [
  'echo',
  'banner-on-stdout',
  'glued-banner',
  'bom',
  'crlf',
  'pretty-printed',
  'split-utf8',
  'answers-twice',
  'string-ids',
  'stderr-noise',
]) {
  test(`${server}: calls get their own answers`, async () => {
    const { upstream } = await connect(server);
    const replies = await Promise.all(
      [1, 2, 3].map((n) => upstream.call({ method: 'echo', params: jsonText(`{"n":${n},"t":"ä😀"}`) }).reply),
    );
    assert.deepEqual(
      replies.map(parse),
      [1, 2, 3].map((n) => ({ n, t: 'ä😀' })),
    );
    assert.equal(upstream.inFlight, 0);
    await upstream.close(1_000);
  });
}

test('answers to no call must be noted, and reach nobody', async () => {
  const { upstream, told } = await connect('answers-twice');
  await upstream.call(tool({})).reply;
  await told.until(() => told.noise.length >= 9);
  assert.ok(told.noise.every(([text, bytes]) => bytes === 0 && /to no call in flight/.test(text)));
  await upstream.close(1_000);
});

test('requests of a shared server must be answered immediately: ping, and others with a refusal', async () => {
  const { upstream } = await connect('asks-back');
  const { ping, sampling } = parse(await upstream.call(tool({})).reply);
  assert.deepEqual(ping, { jsonrpc: '2.0', id: 'p"1', result: {} });
  assert.equal(sampling.error.code, -32601);
  await upstream.close(1_000);
});

test('two clients with the same progress token must each get their own progress, with the token restored', async () => {
  const { upstream } = await connect('progress');
  const seen: Record<string, unknown[]> = { a: [], b: [] };
  const start = (name: string, steps: number, token: unknown) =>
    upstream.call({
      ...tool({ steps }, { progressToken: token }),
      onProgress: (params) => void seen[name]?.push(JSON.parse(params.toString())),
    }).reply;
  const [first] = await Promise.all([start('a', 2, 1), start('b', 3, 1), start('c', 2, undefined)]);
  assert.equal(parse(first).content[0].text, 'number');
  assert.deepEqual(
    seen.a,
    [1, 2].map((progress) => ({ progressToken: 1, progress, total: 2 })),
  );
  assert.deepEqual(
    seen.b,
    [1, 2, 3].map((progress) => ({ progressToken: 1, progress, total: 3 })),
  );
  await upstream.close(1_000);
});

test('a token of any kind must come back as it was written', async () => {
  const { open, sent, say } = script(HELLO);
  const { upstream } = await connect('s', { open });
  const seen: string[] = [];
  const params = jsonText(
    '{ "_meta" : {"progress\\u0054oken": "t\\u00e4\\n" , "x":1}, "arguments":{"progressToken":9} }',
  );
  const call = upstream.call({
    method: 'tools/call',
    params,
    onProgress: (text) => void seen.push(text.toString()),
  });
  const request = sent.at(-1);
  assert.deepEqual(request?.params, {
    _meta: { progressToken: request?.id, x: 1 },
    arguments: { progressToken: 9 },
  });
  say({ method: 'notifications/progress', params: { progress: 0.5, progressToken: String(request?.id) } });
  assert.deepEqual(seen, ['{"progress":0.5,"progressToken":"t\\u00e4\\n"}']);
  say({ id: request?.id, result: {} });
  await call.reply;
  await upstream.close(0);
});

test('a cancelled call must settle immediately, be cancelled at the server, and its late answer be dropped', async () => {
  const { upstream, told } = await connect('slow');
  const call = upstream.call(tool({ ms: 100 }));
  call.cancel('changed my mind');
  call.cancel('twice');
  assert.equal(parse(await call.reply).code, -31_003);
  await told.until(() => told.stderr.length > 0 && told.noise.length > 0);
  assert.deepEqual(told.stderr, ['cancelled number changed my mind']);
  assert.match(told.noise[0]?.[0] ?? '', /to no call in flight/);
  await upstream.close(1_000);
});

test('a call that times out must end with an error, and be cancelled at the server', async () => {
  const clock = fakeClock(0);
  const { open, sent } = script(HELLO);
  const { upstream } = await connect('s', { open, clock });
  upstream.setLimits({ timeouts: { start: 1, call: 500, callMax: 5_000 } });
  const call = upstream.call(tool({}));
  const { id } = sent.at(-1) ?? {};
  clock.advance(499);
  assert.equal(upstream.inFlight, 1);
  clock.advance(1);
  const error = parse(await call.reply);
  assert.equal(error.code, -31_002);
  assert.match(error.message, /s did not answer tools\/call within 500 ms\nfix: .*timeouts\.call/);
  assert.deepEqual(sent.at(-1), {
    jsonrpc: '2.0',
    method: 'notifications/cancelled',
    params: { requestId: id, reason: 'timeout' },
  });
  await upstream.close(0);
});

test('progress must give a call its full time again', async () => {
  const clock = fakeClock(0);
  const { open, sent, say } = script(HELLO);
  const { upstream } = await connect('s', {
    open,
    clock,
    timeouts: { start: 100, call: 500, callMax: 5_000 },
  });
  const call = upstream.call(tool({}, { progressToken: 'x' }));
  const { id } = sent.at(-1) ?? {};
  for (let i = 0; i < 5; i++) {
    clock.advance(400);
    say({ method: 'notifications/progress', params: { progressToken: id, progress: i } });
  }
  assert.equal(upstream.inFlight, 1);
  say({ id, result: { ok: true } });
  assert.deepEqual(parse(await call.reply), { ok: true });
  await upstream.close(0);
});

test('progress without end must not keep a call beyond its maximum, and the error must say which limit hit', async () => {
  const clock = fakeClock(0);
  const { open, sent, say } = script(HELLO);
  const timeouts = { start: 100, call: 500, callMax: 2_000 };
  const { upstream } = await connect('s', { open, clock, timeouts });
  const call = upstream.call(tool({}, { progressToken: 'x' }));
  const { id } = sent.at(-1) ?? {};
  for (let at = 400; at < 2_000; at += 400) {
    clock.advance(400);
    say({ method: 'notifications/progress', params: { progressToken: id, progress: at } });
  }
  clock.advance(399);
  assert.equal(upstream.inFlight, 1);
  clock.advance(1);
  const { code, message } = parse(await call.reply);
  assert.equal(code, -31_002);
  assert.match(
    message,
    /^s was not done with tools\/call within 2 s, the most that any call may take\nfix: .*callMax/,
  );
  const cancelled = { requestId: id, reason: 'maximum timeout' };
  assert.deepEqual(sent.at(-1), { jsonrpc: '2.0', method: 'notifications/cancelled', params: cancelled });
  await upstream.close(0);
});

test('an exit must fail every call in flight with its facts, be reported once, and fail later calls', async () => {
  const { upstream, told } = await connect('exits-mid-call');
  const replies = await Promise.all([1, 2, 3].map(() => upstream.call(tool({ code: 7 })).reply));
  for (const reply of [...replies, await upstream.call(tool({})).reply]) {
    assert.equal(reply.kind, 'error');
    const { code, message, data } = parse(reply);
    assert.equal(code, -31_001);
    assert.match(
      message,
      /^exits-mid-call exited with code 7\nlast lines of stderr:\n {2}fatal: out of luck\nfix: /,
    );
    assert.deepEqual(data, { code: 'SERVER_EXITED' });
  }
  assert.equal(told.closed.length, 1);
  assert.equal(told.closed[0]?.[1].exitCode, 7);
  await upstream.close(100);
  assert.equal(told.closed.length, 1);
});

test('a call between the exit of a server and its report must fail with that report', async () => {
  const { open, end } = script(HELLO);
  let isDead = false;
  const mortal: typeof open = async (events) => {
    const link = await open(events);
    const gone = new GatewayError('SERVER_EXITED', 'the server no longer takes input');
    return { ...link, send: (message) => (isDead ? Promise.reject(gone) : link.send(message)) };
  };
  const { upstream } = await connect('s', { open: mortal });
  isDead = true;
  const call = upstream.call(tool({}));
  await Promise.resolve();
  end({ exitCode: 7 });
  assert.match(parse(await call.reply).message, /^s exited with code 7/);
});

test('running out of memory must be reported as that, with its own fix', async () => {
  const { open, end } = script(HELLO);
  const { upstream } = await connect('s', { open });
  const call = upstream.call(tool({}));
  end({ exitCode: 137, oomKilled: true });
  assert.match(
    parse(await call.reply).message,
    /more memory than it may \(exit code 137\)\nfix: raise `memory`/,
  );
});

test('closing must fail the calls in flight, and not be reported as a crash', async () => {
  const { upstream, told } = await connect('slow');
  const call = upstream.call(tool({}));
  await upstream.close(1_000);
  assert.match(parse(await call.reply).message, /stopped or replaced/);
  assert.deepEqual(told.closed, []);
});

test('draining must wait for calls in flight, up to its limit', async () => {
  const clock = fakeClock(0);
  const { open, sent, say } = script(HELLO);
  const { upstream } = await connect('s', { open, clock });
  await upstream.drain(1_000);
  const call = upstream.call(tool({}));
  const drained = upstream.drain(1_000);
  say({ id: sent.at(-1)?.id, result: {} });
  await Promise.all([drained, call.reply]);
  void upstream.call(tool({}));
  const late = upstream.drain(1_000);
  clock.advance(1_000);
  await late;
  assert.equal(upstream.inFlight, 1);
  await upstream.close(0);
});

test('a server that only echoes, as a terminal does, must not be answered, nor count as a server', async () => {
  const { open, sent, say } = script(HELLO);
  const { upstream, told } = await connect('s', { open });
  const call = upstream.call(tool({ a: 1 }));
  const request = sent.at(-1) ?? {};
  say(request);
  assert.match(told.noise[0]?.[0] ?? '', /printed our own tools\/call back/);
  assert.equal(sent.at(-1), request);
  say({ id: request.id, result: {} });
  await call.reply;
  await upstream.close(0);
});

test('a server with all its calls in flight must refuse more', async () => {
  const { open } = script(HELLO);
  const { upstream } = await connect('s', { open });
  for (let i = 0; i < 10_000; i++) void upstream.call({ method: 'x' });
  assert.equal(parse(await upstream.call({ method: 'x' }).reply).code, -31_005);
  await upstream.close(0);
  assert.equal(upstream.inFlight, 0);
});
