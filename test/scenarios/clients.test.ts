import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { openRaw, openSession, POST_HEADERS, post, send } from '../edge/harness.ts';
import { type Connected, connectV1, connectV2, curl } from '../helpers/clients.ts';
import { container, createStack, native, type Running } from '../helpers/hive.ts';
import { inspect } from '../helpers/inspector.ts';

/** One server for each way to run and each transport. */
const SERVERS = {
  box: container('full', 'box'),
  proc: native('full', 'proc'),
  web: { ...container('full', 'web', '3000'), transport: 'http', port: 3000 },
};
/** Numbers, escapes and a key order that no JSON library reproduces. */
const RAW = String.raw`{"z":1.0,"a":1e2,"m":-0.0,"big":12345678901234567890123,"u":"\u00e9\ud83d\ude00\/é","0":{"b":1,"a":[1.10,  2E-0]},"end":0}`;
const NAMES = Object.keys(SERVERS);
const TOOLS = ['echo', 'raw', 'fail', 'refuse', 'when-cancelled', 'count', 'wait'];

test('every client must be able to list and call everything on every kind of server', async (t) => {
  const stack = createStack(t, { servers: SERVERS });
  const hive = await stack.up();
  await hive.until('all are ready', ({ servers }) => servers.every((server) => server.state === 'ready'));

  await t.test('the SDK v1 client', () => worksWith(hive, connectV1));
  await t.test('the SDK v2 client', () => worksWith(hive, connectV2));
  await t.test('the SDK v2 client that negotiates the era', () =>
    worksWith(hive, (url) => connectV2(url, 'auto')),
  );
  await t.test('the Inspector’s command line', () => worksWithInspector(hive.url));
  await t.test('plain HTTP, byte for byte', () => worksWithHttp(hive.url));
  await t.test('curl', { skip: !hasCurl() && 'there is no curl on this machine' }, () =>
    worksWithCurl(hive.url),
  );
  await t.test('behaviour of IDEs', (habits) => replayHabits(habits, hive));
});

async function worksWith({ url }: Running, connect: (url: string) => Promise<Connected>): Promise<void> {
  const connected = await connect(url);
  await listsEverything(connected);
  for (const name of NAMES) await usesEverything(connected, name);
  await connected.leave();
}

async function listsEverything({ client }: Connected): Promise<void> {
  const { tools } = await client.listTools();
  const { resources } = await client.listResources();
  const { resourceTemplates } = await client.listResourceTemplates();
  const { prompts } = await client.listPrompts();
  const expected = NAMES.flatMap((name) => TOOLS.map((tool) => `${name}_${tool}`));
  assert.deepEqual(
    tools.map((tool) => tool.name),
    expected,
  );
  assert.deepEqual(
    resources.map(({ uri }) => uri),
    NAMES.map((name) => `${name}://note`),
  );
  assert.deepEqual(
    resourceTemplates.map(({ uriTemplate }) => uriTemplate),
    NAMES.map((name) => `${name}://item/{id}`),
  );
  assert.deepEqual(
    prompts.map((prompt) => prompt.name),
    NAMES.map((name) => `${name}_greet`),
  );
}

async function usesEverything(connected: Connected, name: string): Promise<void> {
  const { client, call } = connected;
  assert.deepEqual((await call(`${name}_echo`, { x: [1] })).structuredContent, { x: [1] });
  for (const uri of [`${name}://note`, `${name}://item/7`])
    assert.deepEqual((await client.readResource({ uri })).contents, [{ uri, text: `content of ${uri}` }]);
  assert.deepEqual((await client.getPrompt({ name: `${name}_greet`, arguments: { who: 'you' } })).messages, [
    { role: 'user', content: { type: 'text', text: 'Hello you' } },
  ]);
  const argument = { name: 'who', value: 'y' };
  for (const ref of [
    { type: 'ref/prompt', name: `${name}_greet` },
    { type: 'ref/resource', uri: `${name}://item/{id}` },
  ] as const)
    assert.deepEqual((await client.complete({ ref, argument })).completion.values, ['y-done']);

  const steps: number[] = [];
  await call(`${name}_count`, { steps: 4 }, { onprogress: ({ progress }) => steps.push(progress) });
  assert.deepEqual(steps, [1, 2, 3, 4]);
  assert.equal((await call(`${name}_fail`)).isError, true);
  await assert.rejects(call(`${name}_refuse`), (error: { code: number; message: string; data: unknown }) => {
    // A code that 2026-07-28 reserves but no longer uses.
    assert.equal(error.code, connected.era === 'modern' ? -32603 : -32042);
    assert.deepEqual(error.data, { kept: 1.5 });
    return /own words/.test(error.message);
  });
  await cancels(connected, name);
}

/** The server reports that it waits, so the cancellation cannot overtake the call. */
async function cancels(connected: Connected, name: string): Promise<void> {
  const { call, logged, sessionId, era } = connected;
  const abort = new AbortController();
  const waits = Promise.withResolvers<void>();
  const logs = era === 'legacy' ? logged() : undefined;
  const result = call(`${name}_wait`, {}, { signal: abort.signal, onprogress: () => waits.resolve() });
  await Promise.all([waits.promise, logs]);
  const own = `session ${sessionId} wants no ${name}`;
  abort.abort(own);
  // A modern client cancels over HTTP by closing the stream.
  const reason = era === 'modern' ? 'the client closed the stream' : own;
  await assert.rejects(result);
  assert.deepEqual((await call(`${name}_when-cancelled`, { reason })).content, [
    { type: 'text', text: reason },
  ]);
}

async function worksWithInspector(url: string): Promise<void> {
  const { tools } = await inspect(url, '--method', 'tools/list');
  assert.equal((tools as unknown[]).length, NAMES.length * TOOLS.length);
  for (const name of NAMES) {
    const call = ['--method', 'tools/call', '--tool-name', `${name}_echo`, '--tool-arg', 'n=1'];
    assert.deepEqual((await inspect(url, ...call)).structuredContent, { n: 1 });
  }
  const read = await inspect(url, '--method', 'resources/read', '--uri', 'box://item/7');
  assert.deepEqual(read.contents, [{ uri: 'box://item/7', text: 'content of box://item/7' }]);
  const { resourceTemplates } = await inspect(url, '--method', 'resources/templates/list');
  assert.equal((resourceTemplates as unknown[]).length, NAMES.length);
  const prompt = ['--method', 'prompts/get', '--prompt-name', 'web_greet', '--prompt-args', 'who=you'];
  assert.match(JSON.stringify((await inspect(url, ...prompt)).messages), /Hello you/);
}

async function worksWithHttp(url: string): Promise<void> {
  const session = await openSession(url);
  const ask = async (id: string, method: string, params: string) => {
    const body = `{"jsonrpc":"2.0","id":${id},"method":"${method}","params":${params}}`;
    return (await post(url, body, session)).text;
  };
  for (const name of NAMES) {
    assert.equal(
      await ask('"an\\u0020id"', 'tools/call', `{"arguments":${RAW},"name":"${name}_raw"}`),
      `{"jsonrpc":"2.0","id":"an\\u0020id","result":${RAW}}`,
    );
    assert.equal(
      await ask('5', 'tools/call', `{"name":"${name}_refuse"}`),
      '{"jsonrpc":"2.0","id":5,"error":{"code":-32042,"message":"own words","data":{"kept":1.5}}}',
    );
    const counted = await ask('6', 'tools/call', `{"name":"${name}_count","_meta":{"progressToken":"p"}}`);
    const events = [...counted.matchAll(/^data: (.+)$/gm)].map(([, data = '']) => JSON.parse(data));
    assert.deepEqual(
      events.map(({ id, params }) => params ?? id),
      [...[1, 2, 3].map((progress) => ({ progressToken: 'p', progress, total: 3 })), 6],
    );
  }
}

async function worksWithCurl(url: string): Promise<void> {
  const opened = await curl(url, message(1, 'initialize', { protocolVersion: '2025-11-25' }));
  const session = ['-H', /mcp-session-id: \S+/i.exec(opened)?.[0] ?? ''];
  assert.match(await curl(url, message(2, 'tools/list'), ...session), /"web_echo"/);
  for (const name of NAMES) {
    const body = `{"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"arguments":${RAW},"name":"${name}_raw"}}`;
    const called = await curl(url, body, ...session);
    assert.ok(called.endsWith(`{"jsonrpc":"2.0","id":3,"result":${RAW}}`), called);
    const read = await curl(url, message(4, 'resources/read', { uri: `${name}://note` }), ...session);
    assert.match(read, /content of/);
    assert.match(await curl(url, message(5, 'prompts/get', { name: `${name}_greet` }), ...session), /Hello/);
    assert.match(
      await curl(url, message(6, 'tools/call', { name: `${name}_fail` }), ...session),
      /"isError":true/,
    );
  }
}

function hasCurl(): boolean {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, 'curl')));
}

const message = (id: number, method: string, params: object = {}): string =>
  JSON.stringify({ jsonrpc: '2.0', id, method, params });

/** Unusual behaviour of editors and agents, each observed in a real one. */
async function replayHabits(t: TestContext, { url, control }: Running): Promise<void> {
  const echo = (id: number, text: string, name = 'box') =>
    message(id, 'tools/call', { name: `${name}_echo`, arguments: { text } });
  const answerOf = ({ text }: { text: string }) => JSON.parse(text).result.structuredContent.text;

  await t.test('requests all lists at once, before notifications/initialized', async () => {
    const opened = await post(url, message(1, 'initialize', { protocolVersion: '2025-06-18' }));
    const session = { 'mcp-session-id': String(opened.headers['mcp-session-id']) };
    const methods = ['tools/list', 'resources/list', 'resources/templates/list', 'prompts/list', 'ping'];
    const answers = await Promise.all(methods.map((method, id) => post(url, message(id, method), session)));
    assert.deepEqual(
      answers.map(({ text }) => [JSON.parse(text).id, 'result' in JSON.parse(text)]),
      methods.map((_, id) => [id, true]),
    );
  });
  await t.test('uses an ended session, gets 404, and begins a new one', async () => {
    const session = await openSession(url);
    assert.equal((await send(url, { method: 'DELETE', headers: session })).status, 200);
    const refused = await post(url, message(7, 'tools/list'), session);
    assert.deepEqual([refused.status, JSON.parse(refused.text).id], [404, 7]);
    assert.equal((await send(url, { headers: { ...session, accept: 'text/event-stream' } })).status, 404);
    assert.equal(answerOf(await post(url, echo(1, 'back'), await openSession(url))), 'back');
  });
  await t.test('sends initialize with the id of an old session in its headers', async () => {
    const opened = await post(url, message(1, 'initialize', { protocolVersion: '2025-11-25' }), {
      'mcp-session-id': 'old',
    });
    assert.equal(opened.status, 200);
    assert.notEqual(opened.headers['mcp-session-id'], 'old');
  });
  await t.test('disconnects without DELETE and returns to its session', async () => {
    const gone = await connectV1(url);
    await gone.client.close();
    const session = { 'mcp-session-id': gone.sessionId ?? '' };
    assert.equal(answerOf(await post(url, echo(9, 'still here'), session)), 'still here');
  });
  await t.test('uses the same request ids in two sessions at once', async () => {
    const [one, two] = await Promise.all([openSession(url), openSession(url)]);
    const answers = await Promise.all(
      ['a', 'b', 'c', 'd'].map((text, index) => post(url, echo(1, text), index % 2 ? one : two)),
    );
    assert.deepEqual(answers.map(answerOf), ['a', 'b', 'c', 'd']);
  });
  await t.test('sends many calls at once over one connection', async () => {
    const { call, leave } = await connectV2(url);
    const texts = Array.from({ length: 60 }, (_, index) => `${index}`);
    const results = await Promise.all(texts.map((text, index) => call(`${NAMES[index % 3]}_echo`, { text })));
    assert.deepEqual(
      results.map(({ structuredContent }) => (structuredContent as { text: string }).text),
      texts,
    );
    await leave();
  });
  await t.test('disconnects during a call and continues in the same session', async () => {
    const session = await openSession(url);
    const { logged, leave } = await connectV1(url);
    const waits = logged();
    const body = message(1, 'tools/call', { name: 'proc_wait' });
    const length = String(Buffer.byteLength(body));
    const socket = openRaw(url, 'POST', { ...POST_HEADERS, ...session, 'content-length': length });
    socket.write(body);
    await waits;
    socket.destroy();
    await leave();
    assert.equal(answerOf(await post(url, echo(2, 'on'), session)), 'on');
  });
  await t.test('cancels requests that are answered or were never sent', async () => {
    const session = await openSession(url);
    await post(url, echo(1, 'x'), session);
    for (const requestId of [1, 99, 'none']) {
      const body = JSON.stringify({
        jsonrpc: '2.0',
        method: 'notifications/cancelled',
        params: { requestId },
      });
      assert.equal((await post(url, body, session)).status, 202);
    }
    assert.equal(answerOf(await post(url, echo(1, 'the id again'), session)), 'the id again');
  });
  await t.test('sets the log level and announces its roots before anything else', async () => {
    const session = await openSession(url);
    const set = await post(url, message(1, 'logging/setLevel', { level: 'error' }), session);
    assert.deepEqual(JSON.parse(set.text).result, {});
    const roots = '{"jsonrpc":"2.0","method":"notifications/roots/list_changed"}';
    assert.equal((await post(url, roots, session)).status, 202);
  });
  for (const protocolVersion of ['2024-11-05', '2025-03-26', '2025-06-18'])
    await t.test(`speaks ${protocolVersion}, with or without the version header`, async () => {
      const session = await openSession(url, protocolVersion);
      const named = { ...session, 'mcp-protocol-version': protocolVersion };
      assert.equal(answerOf(await post(url, echo(1, 'named'), named)), 'named');
      assert.equal(answerOf(await post(url, echo(2, 'not'), session)), 'not');
    });
  await t.test('stays connected to the endpoint of one server', async () => {
    const { client, call, leave } = await connectV1(`${url}/web`);
    assert.deepEqual(
      (await client.listTools()).tools.map(({ name }) => name),
      TOOLS,
    );
    assert.deepEqual((await call('echo', { own: true })).structuredContent, { own: true });
    await leave();
  });
  await t.test('ends its session with DELETE', async () => {
    const { sessions } = await control.status();
    const connected = await Promise.all([connectV1(url), connectV2(url)]);
    assert.equal((await control.status()).sessions, sessions + 2);
    for (const { leave } of connected) await leave();
    assert.equal((await control.status()).sessions, sessions);
  });
}
