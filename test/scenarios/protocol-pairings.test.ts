/** Requirements that involve both ends, message by message, in every pairing of eras. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openEvents, openSession, post } from '../edge/harness.ts';
import { createStack, native, type Running } from '../helpers/hive.ts';
import { ERAS, type Era, type Message, pairing, type RawClient, rawClient } from '../helpers/raw-client.ts';

const EXTENSION = 'io.modelcontextprotocol/tasks';
const TOOLS = ['params', 'wait', 'cancelled', 'refuse', 'talkative', 'complete', 'roots', 'task', 'report'];
type Json = Record<string, unknown> | undefined;
const resultOf = ({ result, error }: Message): Record<string, unknown> => {
  assert.ok(result, JSON.stringify(error));
  return result;
};
const structured = (message: Message) => resultOf(message).structuredContent as Record<string, unknown>;
const keys = (value: unknown): string[] => Object.keys(value as object);

/** A client's call, and what both ends must observe. */
type Obligation = (hive: Running, client: Era, server: Era) => Promise<void>;

const connect = ({ url }: Running, era: Era, capabilities?: object): Promise<RawClient> =>
  rawClient(era, url, capabilities);

const listsWhole: Obligation = async (hive, era) => {
  const client = await connect(hive, era);
  const lists = [
    ['tools/list', 'tools', 'name', TOOLS],
    ['resources/list', 'resources', 'uri', [0, 1, 2, 3, 4, 5].map((i) => `r://${i}`)],
    [
      'resources/templates/list',
      'resourceTemplates',
      'uriTemplate',
      [0, 1, 2, 3, 4, 5].map((i) => `r://${i}/{id}`),
    ],
    ['prompts/list', 'prompts', 'name', [0, 1, 2, 3, 4, 5].map((i) => `p${i}`)],
  ] as const;
  for (const [method, member, key, expected] of lists) {
    const { result } = await client.ask(method);
    const list = result?.[member] as Record<string, unknown>[];
    assert.deepEqual(
      list.map((it) => it[key]),
      expected,
    );
    assert.equal(result?.nextCursor, undefined);
    const hints = era === 'modern' ? [0, 'private'] : [undefined, undefined];
    assert.deepEqual([result?.ttlMs, result?.cacheScope], hints);
    assert.equal((await client.ask(method, { cursor: 'theirs' })).error?.code, -32602);
  }
};

const carriesMeta: Obligation = async (hive, era, server) => {
  const client = await connect(hive, era, { sampling: {} });
  const own = { traceparent: '00-1', 'example.com/own': { x: 1 }, progressToken: 'p' };
  const { _meta, ...rest } = structured(
    await client.ask('tools/call', { name: 'params', arguments: { a: 1 } }, own),
  );
  assert.deepEqual(rest, { name: 'params', arguments: { a: 1 } });
  const {
    progressToken,
    traceparent,
    'example.com/own': vendor,
    ...envelope
  } = _meta as Record<string, unknown>;
  assert.deepEqual([traceparent, vendor], ['00-1', { x: 1 }]);
  assert.ok(
    progressToken !== undefined && progressToken !== 'p',
    'a token is unique on the way to the server',
  );
  const expected = ['protocolVersion', 'clientCapabilities', 'clientInfo'].map(
    (key) => `io.modelcontextprotocol/${key}`,
  );
  assert.deepEqual(keys(envelope).sort(), server === 'modern' ? expected.sort() : []);
};

const reportsProgress: Obligation = async (hive, era) => {
  const clients = [await connect(hive, era), await connect(hive, era)];
  const calls = clients.map((client) =>
    client.begin('tools/call', { name: 'talkative' }, { progressToken: 7 }),
  );
  for (const { done } of calls) {
    const { news, response } = await done;
    assert.ok(response.result, JSON.stringify(response));
    assert.deepEqual(
      news.map(({ method, params }) => [method, params]),
      [1, 2].map((progress) => ['notifications/progress', { progressToken: 7, progress }]),
    );
  }
};

const cancels: Obligation = async (hive, era) => {
  const [client, other] = [await connect(hive, era), await connect(hive, era)];
  const call = client.begin('tools/call', { name: 'wait' }, { progressToken: 'p' });
  const untouched = other.begin('tools/call', { name: 'wait' }, { progressToken: 'p' });
  await Promise.all([call.news, untouched.news]);
  const ended = call.done.then(
    ({ response }) => response.error?.message,
    () => 'gone',
  );
  await call.cancel('changed my mind');
  const { cancelled } = structured(await other.ask('tools/call', { name: 'cancelled' }));
  const reason = era === 'legacy' ? 'changed my mind' : 'the client closed the stream';
  assert.deepEqual(cancelled, [{ wasUnderWay: true, reason }]);
  assert.match((await ended) ?? '', era === 'legacy' ? /cancelled/ : /gone/);
  untouched.done.catch(() => {});
  await untouched.cancel('the test is over');
  await other.ask('tools/call', { name: 'cancelled' });
};

const translatesErrors: Obligation = async (hive, era) => {
  const client = await connect(hive, era);
  const missing = await client.ask('resources/read', { uri: 'r://1' });
  assert.equal(missing.error?.code, era === 'legacy' ? -32002 : -32602);
  assert.deepEqual(missing.error?.data, { uri: 'r://1' });
  const refused = async (code: number) =>
    (await client.ask('tools/call', { name: 'refuse', arguments: { code, data: { kept: 1.5 } } })).error;
  for (const code of [-32000, -32603, 42])
    assert.deepEqual(await refused(code), { code, message: 'own words', data: { kept: 1.5 } });
};

/** `rawClient` sends every message in several lines. */
const sendsOneLine: Obligation = async (hive, era) => {
  const client = await connect(hive, era);
  const sent = { text: 'two\nlines', deep: [{ a: [1, {}] }] };
  const { arguments: seen } = structured(await client.ask('tools/call', { name: 'params', arguments: sent }));
  assert.deepEqual(seen, sent);
};

const passesUnknown: Obligation = async ({ url }, era) => {
  const client = await rawClient(era, `${url}/s`);
  const { did } = resultOf(await client.ask('example/do', { deep: [{ a: 1 }] })) as {
    did: { deep: unknown };
  };
  assert.deepEqual(did.deep, [{ a: 1 }]);
  assert.equal((await client.ask('example/none')).error?.code, -32601);
};

const keepsReserved: Obligation = async (hive, era, server) => {
  const client = await connect(hive, era);
  const call = { name: 'refuse', arguments: { code: -32050, data: {} } };
  const { error } = await client.ask('tools/call', call);
  // Reserved since 2026-07-28; a legacy server may use it with any meaning.
  assert.equal(error?.code, era === 'modern' && server === 'legacy' ? -32603 : -32050);
};

const stampsResults: Obligation = async (hive, era) => {
  const { result } = await (await connect(hive, era)).ask('tools/call', { name: 'params' });
  assert.equal(result?.resultType, era === 'modern' ? 'complete' : undefined);
};

const TASKS = { extensions: { [EXTENSION]: {} } };

/** Within one era a task is found by its id. Tasks of the two eras are different features, so none is started across them. */
const keepsTasks: Obligation = async (hive, era, server) => {
  const [mine, other] = [await connect(hive, era, TASKS), await connect(hive, era, TASKS)];
  const begun = await mine.ask(
    'tools/call',
    era === 'legacy' ? { name: 'params', task: {} } : { name: 'task' },
  );
  const { taskId } = (begun.result?.task ?? begun.result) as Record<string, unknown>;
  assert.match(String(taskId), /^task-/);
  assert.equal((await mine.ask('tasks/get', { taskId })).result?.status, 'working');
  if (server === 'legacy')
    for (const method of ['tasks/get', 'tasks/result', 'tasks/cancel'])
      assert.equal((await other.ask(method, { taskId })).error?.code, -32602, method);
  assert.ok((await mine.ask('tasks/cancel', { taskId })).result);
  assert.equal((await mine.ask('tasks/get', { taskId })).result?.status, 'cancelled');
  assert.match((await mine.ask('tasks/cancel', { taskId })).error?.message ?? '', /cancelled already/);
  assert.equal((await mine.ask('tasks/cancel', { taskId: 'nobody' })).error?.code, -32602);
};

/** Two tasks run at once and one ends; later progress of that task must be dropped. */
const reportsTasks: Obligation = async ({ url }) => {
  const headers = await openSession(url);
  const events = await openEvents(url, { headers });
  let id = 0;
  const ask = async (method: string, params: object) =>
    JSON.parse((await post(url, { jsonrpc: '2.0', id: ++id, method, params }, headers)).text).result;
  const begin = async (progressToken: string) =>
    (await ask('tools/call', { name: 'params', task: {}, _meta: { progressToken } })).task.taskId;
  const [first, second] = [await begin('one'), await begin('two')];
  const report = (taskId: string, progress: number) =>
    ask('tools/call', { name: 'report', arguments: { taskId, progress } });
  await report(first, 1);
  await report(second, 1);
  await ask('tasks/cancel', { taskId: first });
  await report(first, 2);
  await report(second, 2);
  for (const [progressToken, progress] of [
    ['one', 1],
    ['two', 1],
    ['two', 2],
  ])
    assert.deepEqual(JSON.parse((await events.next()) ?? '').params, { progressToken, progress });
  events.close();
};

const offersNoTasks: Obligation = async ({ url }, era, server) => {
  const client = await rawClient(era, url, TASKS);
  const offered =
    era === 'modern'
      ? await client.ask('server/discover')
      : await client.ask('initialize', { protocolVersion: '2025-11-25' });
  const { tasks, extensions } = resultOf(offered).capabilities as Record<string, Json>;
  assert.deepEqual([tasks, extensions?.[EXTENSION]], [undefined, undefined]);
  const { tools } = resultOf(await client.ask('tools/list')) as { tools: object[] };
  assert.ok(tools.every((tool) => !('execution' in tool)));
  if (server === 'modern')
    assert.match(
      (await client.ask('tools/call', { name: 'task' })).error?.message ?? '',
      /result of type task/,
    );
};

for (const server of ERAS)
  test(`a ${server} server behind clients of both eras`, { timeout: 120_000 }, async (t) => {
    const own = { ...native('either-era', server), prefix: '' };
    const hive = await createStack(t, { servers: { s: own } }).up();
    await hive.untilServer('s', 'ready');
    for (const client of ERAS) {
      const ends = pairing(client, server);
      const obligation = (it: Obligation) => () => it(hive, client, server);
      await t.test(`lists of several pages must arrive complete: ${ends}`, obligation(listsWhole));
      await t.test(
        `a client's _meta must arrive, and the modern envelope only at modern servers: ${ends}`,
        obligation(carriesMeta),
      );
      await t.test(
        `progress must reach the call that asked for it, before its result: ${ends}`,
        obligation(reportsProgress),
      );
      await t.test(
        `a cancelled call, and no other, must be cancelled at the server: ${ends}`,
        obligation(cancels),
      );
      await t.test(
        `errors must have the codes of the client’s era and the server’s message: ${ends}`,
        obligation(translatesErrors),
      );
      await t.test(
        `reserved codes of the modern era must not reach its clients from a legacy server: ${ends}`,
        obligation(keepsReserved),
      );
      await t.test(`results must have the form of the client’s era: ${ends}`, obligation(stampsResults));
      await t.test(
        `an unknown method must reach the server of the endpoint, and be answered: ${ends}`,
        obligation(passesUnknown),
      );
      await t.test(
        `a message in several lines must reach a server over stdio as one line: ${ends}`,
        obligation(sendsOneLine),
      );
      if (client === server)
        await t.test(
          `a task must be found and cancelled by the client that started it: ${ends}`,
          obligation(keepsTasks),
        );
      if (client === 'legacy' && server === 'legacy')
        await t.test(
          `progress of a task must continue after the answer that created it, until the task ends: ${ends}`,
          obligation(reportsTasks),
        );
      if (client !== server)
        await t.test(`tasks of the other era must not be offered: ${ends}`, obligation(offersNoTasks));
    }
  });
