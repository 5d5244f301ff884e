/** What the gateway has no hand in: tasks, extensions, methods that it has never heard of. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import type { Inventory } from '../../src/model/catalog.ts';
import { jsonText } from '../../src/model/text/json.ts';
import { named } from '../catalog/fixtures.ts';
import { ask, modernMeta, openEvents, openSession, post, source, startEdge } from './harness.ts';

const LEGACY: Partial<Inventory> = {
  capabilities: {
    tools: {},
    tasks: { list: {}, cancel: {}, requests: { tools: { call: {} } } },
    experimental: { x: { y: 1 } },
  },
  tools: named('slow'),
};
const EXTENSION = 'io.modelcontextprotocol/tasks';
const MODERN: Partial<Inventory> = {
  era: 'modern',
  capabilities: { tools: {}, extensions: { [EXTENSION]: {}, 'com.example/own': { z: 1 } } },
  tools: named('slow'),
};
const capabilitiesAt = async (url: string) =>
  JSON.parse(
    (
      await post(url, {
        jsonrpc: '2.0',
        id: 1,
        method: 'initialize',
        params: { protocolVersion: '2025-11-25' },
      })
    ).text,
  ).result.capabilities;
const discoveredAt = async (url: string) =>
  JSON.parse((await ask(url, 'server/discover')).text).result.capabilities;
const request = (method: string, params: object) => ({ jsonrpc: '2.0', id: 5, method, params });

test('unknown capabilities must be shown at an endpoint with one server, and tasks at every endpoint', async (t) => {
  const { url } = await startEdge(t, {
    sources: [source('old', LEGACY), source('new', MODERN), source('plain')],
  });
  const tasks = { cancel: {}, requests: { tools: { call: {} } } };
  const all = await capabilitiesAt(url);
  assert.deepEqual([all.tasks, all.experimental, all.extensions], [tasks, undefined, undefined]);
  const own = await capabilitiesAt(`${url}/old`);
  assert.deepEqual([own.tasks, own.experimental], [tasks, { x: { y: 1 } }]);
  assert.deepEqual((await discoveredAt(url)).extensions, { [EXTENSION]: {} });
  assert.deepEqual((await discoveredAt(`${url}/new`)).extensions, MODERN.capabilities?.extensions);
  assert.deepEqual((await discoveredAt(`${url}/old`)).tasks, undefined, 'the eras mean other things by it');
  assert.deepEqual((await capabilitiesAt(`${url}/plain`)).tasks, undefined);
});

test('an unknown method must reach the only server behind an endpoint unchanged, as must its answer', async (t) => {
  const { url, received } = await startEdge(t, { sources: [source('a'), source('b')] });
  const session = await openSession(`${url}/a`);
  const answer = post(`${url}/a`, request('example/do', { deep: [1.0] }), session);
  const seen = await received();
  assert.deepEqual([seen.serverName, seen.method, seen.params], ['a', 'example/do', '{"deep":[1]}']);
  seen.answer('result', '{"odd":1.0}');
  assert.match((await answer).text, /"result":\{"odd":1\.0\}/);

  const merged = await post(url, request('example/do', {}), await openSession(url));
  assert.equal(JSON.parse(merged.text).error.code, -32601, 'of two servers nobody knows which');

  const modern = ask(`${url}/b`, 'example/do', { a: 1 });
  const unknown = await received();
  assert.equal(unknown.serverName, 'b');
  unknown.answer('error', '{"code":-32601,"message":"no"}');
  assert.equal((await modern).status, 404);
});

test('a task must be found again by the session that began it, and by nobody else', async (t) => {
  const { url, received, edge } = await startEdge(t, { sources: [source('a', LEGACY), source('b', LEGACY)] });
  const [mine, other] = [await openSession(url), await openSession(url)];
  const began = post(url, request('tools/call', { name: 'b_slow', task: { ttl: 60_000 } }), mine);
  (await received()).answer('result', '{"task":{"taskId":"t1","status":"working"}}');
  await began;

  const got = post(url, request('tasks/get', { taskId: 't1' }), mine);
  const { serverName, params, answer } = await received();
  assert.deepEqual([serverName, params], ['b', '{"taskId":"t1"}']);
  answer('result', '{"taskId":"t1","status":"completed"}');
  assert.match((await got).text, /completed/);

  for (const [session, taskId] of [
    [other, 't1'],
    [mine, 't2'],
  ] as const) {
    const { error } = JSON.parse((await post(url, request('tasks/result', { taskId }), session)).text);
    assert.equal(error.code, -32602);
  }
  const list = await post(url, request('tasks/list', {}), mine);
  assert.equal(JSON.parse(list.text).error.code, -32601, 'a list would show the tasks of others');

  const [forMe, forOther] = [
    await openEvents(url, { headers: mine }),
    await openEvents(url, { headers: other }),
  ];
  const method = 'notifications/tasks/status';
  edge.notify({ serverName: 'b', method, params: jsonText('{"taskId":"t1","status":"completed"}') });
  assert.match((await forMe.next()) ?? '', /"taskId":"t1"/);
  edge.notify({
    serverName: 'b',
    method: 'notifications/message',
    params: jsonText('{"level":"error","data":1}'),
  });
  assert.match(
    (await forOther.next()) ?? '',
    /notifications\/message/,
    'the other session must hear nothing of it',
  );
});

test('progress of a task must go on after the answer that began it, for the session that did', async (t) => {
  const { url, received, edge } = await startEdge(t, { sources: [source('a', LEGACY)] });
  const [mine, other] = [await openSession(url), await openSession(url)];
  const [forMe, forOther] = [
    await openEvents(url, { headers: mine }),
    await openEvents(url, { headers: other }),
  ];
  const call = { name: 'a_slow', task: {}, _meta: { progressToken: 'p' } };
  const began = post(url, request('tools/call', call), mine);
  const { answer, progress } = await received();
  answer('result', '{"task":{"taskId":"t1","status":"working"}}');
  assert.doesNotMatch((await began).text, /progress/);
  progress('{"progressToken":"p","progress":1}');
  assert.match((await forMe.next()) ?? '', /notifications\/progress.*"progressToken":"p","progress":1/);
  const params = jsonText('{"level":"error","data":1}');
  edge.notify({ serverName: 'a', method: 'notifications/message', params });
  assert.match(
    (await forOther.next()) ?? '',
    /notifications\/message/,
    'the other session hears nothing of it',
  );

  forMe.close();
  const waiting = post(url, request('tasks/result', { taskId: 't1' }), mine);
  const result = await received();
  progress('{"progressToken":"p","progress":2}');
  result.answer('result', '{"content":[]}');
  assert.match((await waiting).text, /"progress":2[\s\S]*"content"/, 'or where the same server answers');
});

test('a modern task must be found again by its id, whose header must agree', async (t) => {
  const { url, received } = await startEdge(t, { sources: [source('a', MODERN), source('b', MODERN)] });
  const meta = modernMeta({ extensions: { [EXTENSION]: {} } });
  const began = ask(url, 'tools/call', { name: 'a_slow' }, { meta });
  (await received()).answer('result', '{"resultType":"task","taskId":"t9","status":"working"}', 'modern');
  assert.match((await began).text, /"resultType":"task"/);
  const got = ask(url, 'tasks/get', { taskId: 't9' }, { headers: { 'mcp-name': 't9' } });
  const seen = await received();
  assert.deepEqual([seen.serverName, seen.method], ['a', 'tasks/get']);
  seen.answer('result', '{"resultType":"complete","taskId":"t9","status":"working"}', 'modern');
  assert.equal((await got).status, 200);
  assert.equal(
    (await ask(url, 'tasks/get', { taskId: 't9' }, { headers: { 'mcp-name': 't8' } })).status,
    400,
  );
});

test('a task must be cancelled where it runs, and only by whoever began it', async (t) => {
  const digest = (text: string) => createHash('sha256').update(text).digest('hex');
  const auth = { tokens: { ada: digest('hive_ada'), bob: digest('hive_bob') } };
  const sources = [source('a', MODERN), source('b', MODERN)];
  const { url, received } = await startEdge(t, { sources, auth: () => auth });
  const as = (who: string, method: string, params: object, name: string) =>
    ask(url, method, { ...params }, { headers: { authorization: `Bearer hive_${who}`, 'mcp-name': name } });
  const began = as('ada', 'tools/call', { name: 'b_slow' }, 'b_slow');
  (await received()).answer('result', '{"resultType":"task","taskId":"t1","status":"working"}', 'modern');
  await began;
  for (const method of ['tasks/get', 'tasks/update', 'tasks/cancel']) {
    const { error } = JSON.parse((await as('bob', method, { taskId: 't1' }, 't1')).text);
    assert.equal(error.code, -32602, method);
  }
  const cancelling = as('ada', 'tasks/cancel', { taskId: 't1' }, 't1');
  const seen = await received();
  assert.deepEqual(
    [seen.serverName, seen.method, JSON.parse(seen.params).taskId],
    ['b', 'tasks/cancel', 't1'],
  );
  seen.answer('result', '{"resultType":"complete"}', 'modern');
  assert.equal(JSON.parse((await cancelling).text).result.resultType, 'complete');
});
