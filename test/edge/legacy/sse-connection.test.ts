/** One HTTP+SSE stream: its session begins once, ends with it, and its client is dropped if it does not read. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readMessage } from '../../../src/edge/http/message.ts';
import { openEventStream } from '../../../src/edge/http/stream.ts';
import type { Messages } from '../../../src/edge/legacy/messages.ts';
import { Sessions } from '../../../src/edge/legacy/sessions.ts';
import { SseConnection } from '../../../src/edge/legacy/sse-connection.ts';
import type { Reply } from '../../../src/model/calls.ts';
import { jsonText } from '../../../src/model/text/json.ts';
import { fakeClock } from '../../helpers/fake-clock.ts';
import { FakeResponse, outgoing } from '../http/fake-response.ts';

const OK: Reply = { kind: 'result', json: jsonText('{}') };

function world() {
  const sessions = new Sessions(fakeClock(), { idleMs: 1_000_000, max: 10 });
  const accepted: string[] = [];
  const preceded: boolean[] = [];
  const answer = Promise.withResolvers<Reply>();
  let gone = 0;
  const messages: Messages = {
    initialize: (_, scope, { principal }) => {
      const session = sessions.open(scope, '2024-11-05', principal);
      assert.ok(session);
      return { session, reply: OK };
    },
    answer: (_message, _session, exchange) => {
      exchange.onGone(() => {
        gone += 1;
      });
      exchange.keepAlive();
      preceded.push(exchange.precede([Buffer.from('"progress"')]));
      return answer.promise;
    },
    accept: (message) => void accepted.push(message.kind),
  };
  const response = new FakeResponse();
  const connection = new SseConnection(openEventStream(outgoing(response)), messages, 's', {
    principal: 'alice',
  });
  const handle = (message: object) =>
    connection.handle(readMessage(Buffer.from(JSON.stringify({ jsonrpc: '2.0', ...message }))));
  return { sessions, accepted, preceded, answer, response, connection, handle, gone: () => gone };
}

const INITIALIZE = { id: 1, method: 'initialize' };
const answersIn = ({ text }: FakeResponse): string[] =>
  [...text.matchAll(/^data: (.*)$/gm)].map(([, data = '']) => data);

test('nothing must be answered, nor taken, before a session has begun', async () => {
  const { handle, response, accepted, sessions } = world();
  await handle({ id: 7, method: 'tools/list' });
  await handle({ method: 'notifications/initialized' });
  assert.deepEqual(accepted, []);
  assert.match(
    answersIn(response).join(),
    /"id":7,"error":\{"code":-32600,"message":"send initialize first"/,
  );
  await handle(INITIALIZE);
  await handle({ method: 'notifications/initialized' });
  assert.deepEqual([accepted, sessions.count], [['notification'], 1]);
});

test('a session must begin once on a stream, and get what is pushed on it', async () => {
  const { handle, response, sessions } = world();
  await handle(INITIALIZE);
  await handle({ ...INITIALIZE, id: 2 });
  assert.equal(sessions.count, 1);
  const [first, second] = answersIn(response);
  assert.equal(first, '{"jsonrpc":"2.0","id":1,"result":{}}');
  assert.match(second ?? '', /"id":2,"error":\{"code":-32600,"message":"initialize was sent before"/);
  const [session] = sessions.all();
  assert.equal(session?.streams.size, 1);
  for (const stream of session?.streams ?? []) stream.send([Buffer.from('"pushed"')]);
  assert.equal(answersIn(response).at(-1), '"pushed"');
});

test('an answer must follow what preceded it, on the stream', async () => {
  const { handle, response, answer, connection, sessions, gone } = world();
  await handle(INITIALIZE);
  const handled = handle({ id: 'x', method: 'tools/call' });
  answer.resolve(OK);
  await handled;
  assert.deepEqual(answersIn(response).slice(1), ['"progress"', '{"jsonrpc":"2.0","id":"x","result":{}}']);
  connection.closed(sessions);
  assert.equal(gone(), 0, 'an answered call is over');
});

test('the end of a stream must end its session, and the calls under way know of it', async () => {
  const { handle, connection, sessions, gone } = world();
  connection.closed(sessions);
  await handle(INITIALIZE);
  void handle({ id: 2, method: 'tools/call' });
  connection.closed(sessions);
  assert.deepEqual([gone(), sessions.count], [1, 0]);
});

test('a stream must end at its first sign of life unless a session has begun', async () => {
  const [idle, used] = [world(), world()];
  await used.handle(INITIALIZE);
  for (const { connection } of [idle, used]) connection.keepAlive();
  assert.deepEqual([idle.response.writableEnded, used.response.writableEnded], [true, false]);
  assert.match(used.response.text, /: keep-alive/);
});

test('a client that lags too far behind must be dropped, since answers have no other way', async () => {
  const { handle, response } = world();
  response.writableLength = 10 * 1024 * 1024;
  await handle(INITIALIZE);
  assert.ok(response.destroyed);
  const quick = world();
  await quick.handle(INITIALIZE);
  assert.ok(!quick.response.destroyed);
});

test('a message that precedes an answer must be known as sent, or as dropped with its client', async () => {
  const { handle, response, preceded } = world();
  await handle(INITIALIZE);
  void handle({ id: 2, method: 'tools/call' });
  response.writableLength = 10 * 1024 * 1024;
  void handle({ id: 3, method: 'tools/call' });
  assert.deepEqual(preceded, [true, false]);
});
