/** Subscription streams of clients of 2026-07-28: how many, how long servers may take, and who gets what. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createKeepAlive } from '../../../src/edge/http/keep-alive.ts';
import { createListenStreams } from '../../../src/edge/modern/listen-streams.ts';
import { readParams } from '../../../src/edge/shared/era.ts';
import type { Reply } from '../../../src/model/calls.ts';
import { EMPTY_VIEW } from '../../../src/model/catalog.ts';
import type { CatalogChange } from '../../../src/model/catalog-reader.ts';
import { jsonText } from '../../../src/model/text/json.ts';
import { readEnvelope } from '../../../src/wire/envelope.ts';
import { fakeClock } from '../../helpers/fake-clock.ts';
import { FakeResponse, outgoing } from '../http/fake-response.ts';

const TASKS = {
  'io.modelcontextprotocol/clientCapabilities': { extensions: { 'io.modelcontextprotocol/tasks': {} } },
};
const OK: Reply = { kind: 'result', json: jsonText('{}') };
const turn = () => new Promise((resolve) => setImmediate(resolve));

function world() {
  const clock = fakeClock();
  const ended: string[] = [];
  const asked: { server: string; method: string; params: string; answer(reply: Reply): void }[] = [];
  const resourceRoute = (uri: string) => (uri.startsWith('s:') ? { serverName: 's', key: uri } : undefined);
  const view = { ...EMPTY_VIEW, servers: ['s'], resourceRoute };
  const changed = (change: CatalogChange, scope: string) =>
    scope === '' ? change.all : (change.byScope.get(scope) ?? []);
  const streams = createListenStreams({
    views: { of: () => view, hold: () => () => {}, sees: () => true, changed },
    clock,
    keepAlive: createKeepAlive(clock, 15_000),
    onSessionEnd: (id) => void ended.push(id),
    taskServer: (_, id) => (id === 'mine' ? 's' : id === 'foreign' ? 'other' : undefined),
    call: (server, { method, params }) => {
      const reply = Promise.withResolvers<Reply>();
      asked.push({ server, method, params: String(params), answer: reply.resolve });
      return { reply: reply.promise, cancel() {} };
    },
  });
  const open = (notifications: object, { principal = 'alice', scope = '', meta = {}, id = '7' } = {}) => {
    const response = new FakeResponse();
    const text = Buffer.from(JSON.stringify({ params: { notifications, _meta: meta } }));
    const params = readEnvelope(text)?.params;
    const message = { text, id: Buffer.from(id), method: 'subscriptions/listen', params };
    void streams.open(
      { request: {} as never, ...outgoing(response), scope, principal },
      message,
      readParams(message),
    );
    return response;
  };
  return { clock, ended, asked, streams, open };
}

const messagesIn = ({ text }: FakeResponse) =>
  [...text.matchAll(/^data: (.*)$/gm)].map(([, data = '']) => JSON.parse(data));

test('one client must have 1024 streams, leave room for others, and get a place again when one closes', () => {
  const { open, streams, ended } = world();
  const opened = Array.from({ length: 1_024 }, () => open({ toolsListChanged: true }));
  assert.ok(opened.every(({ status }) => status === 200));
  assert.equal(open({ toolsListChanged: true }).status, 503);
  opened[0]?.emit('close');
  assert.deepEqual([streams.count, ended.length], [1_023, 1]);
  assert.equal(open({ toolsListChanged: true }).status, 200);
  assert.equal(open({ toolsListChanged: true }, { principal: 'bob' }).status, 200);
  assert.equal(open({ toolsListChanged: true }).status, 503);
});

test('a server must have 5 s to take a subscription, and the stream not wait longer', async () => {
  const { open, asked, clock } = world();
  const response = open({ resourceSubscriptions: ['s:quick', 's:quick', 's:refused', 's:late', 'x:none'] });
  assert.deepEqual(
    asked.map(({ method, params }) => [method, JSON.parse(params).uri]),
    ['s:quick', 's:refused', 's:late'].map((uri) => ['resources/subscribe', uri]),
  );
  asked[0]?.answer(OK);
  asked[1]?.answer({ kind: 'error', json: jsonText('{"code":1,"message":"no"}') });
  clock.advance(4_999);
  await turn();
  assert.deepEqual(messagesIn(response), []);
  clock.advance(1);
  await turn();
  const [{ params }] = messagesIn(response);
  assert.deepEqual(params.notifications, { resourceSubscriptions: ['s:quick'] });
  assert.ok(!response.writableEnded);
});

test('tasks must be followed only by clients that declare them, at the server that runs them and is in view', async () => {
  const { open, asked } = world();
  const refused = open({ taskIds: ['mine'] });
  assert.equal(refused.status, 400);
  assert.match(refused.text, /-32021.*"id":7|"id":7.*-32021/);
  const response = open({ taskIds: ['mine', 'mine', 'foreign', 'unknown'] }, { meta: TASKS });
  assert.deepEqual(
    asked.map(({ server, method, params }) => [server, method, JSON.parse(params).taskId]),
    [['s', 'tasks/subscribe', 'mine']],
  );
  asked[0]?.answer(OK);
  await turn();
  assert.deepEqual(messagesIn(response)[0].params.notifications, { taskIds: ['mine'] });
});

test('a stream must get the changes that it asked for, once each, and of its own endpoint', async () => {
  const { open, streams } = world();
  const [all, one, other] = [
    open({ toolsListChanged: true, resourcesListChanged: true }),
    open({ promptsListChanged: true, toolsListChanged: false }),
    open({ toolsListChanged: true }, { scope: 'o' }),
  ];
  await turn();
  const byScope = new Map([['s', ['tools']]]);
  streams.catalogChanged({ all: ['tools', 'resources', 'templates'], byScope } as unknown as CatalogChange);
  const methods = (response: FakeResponse): string[] =>
    messagesIn(response)
      .slice(1)
      .map(({ method }) => method.replace('notifications/', ''));
  assert.deepEqual([all, one, other].map(methods), [
    ['tools/list_changed', 'resources/list_changed'],
    [],
    [],
  ]);
});

test('a stream that can carry nothing must end, and those of a client that is expelled too', async () => {
  const { open, streams } = world();
  const [nothing, alice, bob] = [
    open({ resourceSubscriptions: ['x:none'] }),
    open({ toolsListChanged: true }),
    open({ toolsListChanged: true }, { principal: 'bob' }),
  ];
  await turn();
  streams.expel((principal) => (principal === 'alice' ? 'gone' : undefined));
  assert.deepEqual(
    [nothing, alice, bob].map(({ writableEnded }) => writableEnded),
    [true, true, false],
  );
});

test('a client that has gone before its subscription was taken must be sent nothing', async () => {
  const { open, asked, ended } = world();
  const response = open({ resourceSubscriptions: ['s:a'] });
  response.emit('close');
  asked[0]?.answer(OK);
  await turn();
  assert.deepEqual([messagesIn(response), ended.length], [[], 1]);
});

test('an id of 1024 bytes must be taken, and a longer one refused, since each message would carry it', () => {
  const { open } = world();
  const id = (bytes: number): string => JSON.stringify('x'.repeat(bytes - 2));
  assert.equal(open({ toolsListChanged: true }, { id: id(1_024) }).status, 200);
  const refused = open({ toolsListChanged: true }, { id: id(1_025) });
  assert.equal(refused.status, 400);
  assert.match(refused.text, /-32600,"message":"the id of a subscription is longer than 1024 bytes"/);
});

test('a stream that has closed must get no sign of life', () => {
  const { open, clock } = world();
  const response = open({ toolsListChanged: true });
  clock.advance(31_000);
  assert.match(response.text, /: keep-alive/);
  response.emit('close');
  const { text } = response;
  clock.advance(60_000);
  assert.equal(response.text, text);
});

test('a stream must stay open for each kind of subscription beside the others', async () => {
  const { open, asked } = world();
  const responses = [
    open({ toolsListChanged: true, resourceSubscriptions: ['s:a'] }),
    open({ toolsListChanged: true, taskIds: ['mine'] }, { meta: TASKS }),
    open({ resourceSubscriptions: ['s:a'], taskIds: ['mine'] }, { meta: TASKS }),
  ];
  for (const { answer } of asked) answer(OK);
  await turn();
  assert.deepEqual(
    responses.map(({ writableEnded }) => writableEnded),
    [false, false, false],
  );
});
