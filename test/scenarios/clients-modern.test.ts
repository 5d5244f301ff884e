/** Unusual behaviour of editors in the era without sessions. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import {
  type Events,
  modernHeaders,
  modernMeta,
  openEvents,
  openRaw,
  openSession,
  POST_HEADERS,
  send,
} from '../edge/harness.ts';
import { createStack, native, type Running, type Stack } from '../helpers/hive.ts';
import { type RawClient, rawClient } from '../helpers/raw-client.ts';

const SERVERS = { one: native('full', 'one'), two: native('full', 'two') };
const LISTS = ['tools/list', 'resources/list', 'resources/templates/list', 'prompts/list', 'server/discover'];
const ALL = { toolsListChanged: true, resourcesListChanged: true, promptsListChanged: true };

const bodyOf = (method: string, params: object = {}, id: unknown = 1) =>
  JSON.stringify({ jsonrpc: '2.0', id, method, params: { ...params, _meta: modernMeta() } });

async function listen(url: string, notifications: object): Promise<Events> {
  const method = 'subscriptions/listen';
  const events = await openEvents(url, {
    method: 'POST',
    headers: { ...POST_HEADERS, ...modernHeaders(method) },
    body: bodyOf(method, { notifications }),
  });
  assert.match((await events.next()) ?? '', /acknowledged/);
  return events;
}

async function listensAt({ url }: Running): Promise<number> {
  const { text } = await send(new URL('/metrics', url).href);
  return Number(/^hive_listen_streams (\d+)$/m.exec(text)?.[1]);
}

async function untilListens(hive: Running, count: number): Promise<void> {
  const deadline = Date.now() + 60_000;
  while ((await listensAt(hive)) !== count) assert.ok(Date.now() < deadline, `${count} streams wanted`);
}

const echo = async (client: RawClient, text: string): Promise<unknown> => {
  const { result } = await client.ask('tools/call', { name: 'one_echo', arguments: { text } });
  return (result?.structuredContent as { text?: unknown } | undefined)?.text;
};

test('behaviour of IDEs that speak 2026-07-28', async (t) => {
  const stack = createStack(t, { servers: SERVERS });
  const hive = await stack.up();
  await hive.until('all are ready', ({ servers }) => servers.every(({ state }) => state === 'ready'));
  await replayHabits(t, hive);
  await t.test('finds everything unchanged after a restart of the gateway, and subscribes again', () =>
    comesBack(stack, hive),
  );
});

async function replayHabits(t: TestContext, hive: Running): Promise<void> {
  const { url } = hive;
  const client = await rawClient('modern', url);

  await t.test('requests everything at once, without any request before', async () => {
    const answers = await Promise.all(LISTS.map((method) => client.ask(method)));
    for (const { result } of answers) assert.equal(result?.resultType, 'complete');
    const { sessions } = await hive.control.status();
    assert.equal(sessions, 0, 'none of it begins a session');
  });
  await t.test('lists repeatedly and always gets the same bytes', async () => {
    const list = () =>
      send(url, {
        method: 'POST',
        headers: { ...POST_HEADERS, ...modernHeaders('tools/list') },
        body: bodyOf('tools/list'),
      });
    const texts = (await Promise.all(Array.from({ length: 20 }, list))).map(({ text }) => text);
    assert.equal(new Set(texts).size, 1);
  });
  await t.test('sends a session id of the older era and is served without a session', async () => {
    const session = await openSession(url);
    const headers = { ...POST_HEADERS, ...modernHeaders('tools/list'), ...session };
    const answer = await send(url, { method: 'POST', headers, body: bodyOf('tools/list') });
    assert.deepEqual([answer.status, answer.headers['mcp-session-id']], [200, undefined]);
    await send(url, { method: 'DELETE', headers: session });
    assert.equal((await send(url, { method: 'POST', headers, body: bodyOf('tools/list') })).status, 200);
  });
  await t.test('uses the same request id for many calls at once', async () => {
    const texts = Array.from({ length: 20 }, (_, index) => `${index}`);
    const answers = await Promise.all(
      texts.map((text) => {
        const name = `${Number(text) % 2 ? 'one' : 'two'}_echo`;
        const headers = { ...POST_HEADERS, ...modernHeaders('tools/call', { name }) };
        return send(url, {
          method: 'POST',
          headers,
          body: bodyOf('tools/call', { name, arguments: { text } }, 'same'),
        });
      }),
    );
    assert.deepEqual(
      answers.map(({ text }) => JSON.parse(text).result.structuredContent.text),
      texts,
    );
  });
  await t.test('closes its window during a call, which cancels the call at the server', async () => {
    const call = client.begin('tools/call', { name: 'one_wait' }, { progressToken: 'p' });
    await call.news;
    call.done.catch(() => {});
    await call.cancel('');
    const params = { name: 'one_when-cancelled', arguments: { reason: 'the client closed the stream' } };
    const { result } = await client.ask('tools/call', params);
    assert.match(JSON.stringify(result?.content), /the client closed the stream/);
  });
  await t.test('subscribes, disconnects and subscribes again, and no stream is left', async () => {
    const before = await listensAt(hive);
    for (let i = 0; i < 20; i++) (await listen(url, ALL)).close();
    const streams = await Promise.all(Array.from({ length: 20 }, () => listen(url, ALL)));
    await untilListens(hive, before + 20);
    for (const events of streams) events.close();
    await untilListens(hive, before);
  });
  await t.test('dies while receiving an answer, and while sending a request', async () => {
    const body = bodyOf('tools/call', { name: 'one_echo', arguments: {} });
    const headers = { ...POST_HEADERS, ...modernHeaders('tools/call', { name: 'one_echo' }) };
    const length = String(Buffer.byteLength(body));
    for (const part of [body, body.slice(0, 40)]) {
      const socket = openRaw(url, 'POST', { ...headers, 'content-length': length });
      await new Promise((resolve) => socket.write(part, resolve));
      socket.destroy();
    }
    assert.equal(await echo(client, 'on'), 'on');
  });
}

/** In this era only subscriptions need to be opened again. */
async function comesBack(stack: Stack, hive: Running): Promise<void> {
  const { port } = new URL(hive.url);
  const client = await rawClient('modern', hive.url);
  const before = await client.ask('tools/list');
  const events = await listen(hive.url, ALL);
  await hive.stop();
  assert.match(await events.rest(), /"resultType":"complete"/, 'it is told that the stream is over');
  stack.save({ gateway: { port: Number(port), discover: false }, servers: SERVERS });
  const again = await stack.up();
  await again.until('all are ready', ({ servers }) => servers.every(({ state }) => state === 'ready'));
  assert.deepEqual((await client.ask('tools/list')).result, before.result);
  assert.equal(await echo(client, 'back'), 'back');
  const listening = await listen(again.url, ALL);
  stack.save({ gateway: { port: Number(port), discover: false }, servers: { one: SERVERS.one } });
  assert.match((await listening.next()) ?? '', /list_changed/);
  listening.close();
}
