/** Requests of servers to one session: bounded in number and time, answered once, withdrawn aloud. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EventStream } from '../../../src/edge/http/stream.ts';
import { createServerRequests, settleServerRequest } from '../../../src/edge/legacy/server-requests.ts';
import type { OpenCall } from '../../../src/edge/legacy/session.ts';
import { Sessions } from '../../../src/edge/legacy/sessions.ts';
import type { Reply } from '../../../src/model/calls.ts';
import { jsonText } from '../../../src/model/text/json.ts';
import { fakeClock } from '../../helpers/fake-clock.ts';

const MINUTES = 60_000;

function world(hasStream = true) {
  const clock = fakeClock();
  const sessions = new Sessions(clock, { idleMs: 100 * MINUTES, max: 10 });
  const session = sessions.open('', '2025-11-25', 'alice', '{"roots":{}}');
  assert.ok(session);
  const sent: { id?: number; method: string; params?: { requestId?: number; reason?: string } }[] = [];
  const take = (message: readonly Buffer[]): boolean => {
    sent.push(JSON.parse(Buffer.concat([...message]).toString()));
    return true;
  };
  const stream: EventStream = {
    send: take,
    sendLast() {},
    keepAlive() {},
    end() {},
    drop() {},
    onGone() {},
  };
  if (hasStream) session.streams.add(stream);
  const ask = createServerRequests(sessions, clock);
  const asked = (
    method = 'roots/list',
    signal = new AbortController().signal,
    sessionId = session.caller.sessionId,
  ): Promise<Reply> => ask({ serverName: 's', sessionId, method, signal });
  return { clock, sessions, session, sent, take, asked };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const textOf = async (reply: Promise<Reply>): Promise<string> => String((await reply).json);

test('a client must have no more than 100 requests to answer, of all servers together', async () => {
  const { sent, asked, session } = world();
  const open = Array.from({ length: 100 }, () => asked());
  assert.match(await textOf(asked()), /100 requests to answer already/);
  assert.equal(sent.length, 100);
  const first = sent[0]?.id;
  settleServerRequest(session, Buffer.from(String(first)), { kind: 'result', json: jsonText('{}') });
  assert.equal((await open[0])?.kind, 'result');
  void asked();
  await turn();
  assert.equal(sent.length, 101);
});

test('a client must have ten minutes to answer, and be told that it need not any more', async () => {
  const { clock, sent, asked, session } = world();
  const reply = asked();
  clock.advance(10 * MINUTES - 1);
  await turn();
  assert.equal(session.asked.size, 1);
  clock.advance(1);
  assert.match(await textOf(reply), /-32000.*did not answer in time/);
  assert.equal(session.asked.size, 0);
  assert.deepEqual(sent[1], {
    jsonrpc: '2.0',
    method: 'notifications/cancelled',
    params: { requestId: sent[0]?.id, reason: 'the client did not answer in time' },
  });
});

test('a request that the server withdraws must be withdrawn at the client', async () => {
  const { sent, asked } = world();
  const abort = new AbortController();
  const reply = asked('roots/list', abort.signal);
  abort.abort();
  assert.match(await textOf(reply), /has withdrawn it/);
  assert.equal(sent[1]?.params?.requestId, sent[0]?.id);
  assert.match(await textOf(asked('roots/list', abort.signal)), /has gone/);
  assert.equal(sent.length, 2);
});

test('an answer must count once, for its own request, and an unknown one be dropped', async () => {
  const { sent, asked, session } = world();
  const [first, second] = [asked(), asked()];
  const answer = (id: unknown, json: string) =>
    settleServerRequest(session, Buffer.from(String(id)), { kind: 'result', json: jsonText(json) });
  answer(999, '"none"');
  answer(sent[1]?.id, '"two"');
  answer(sent[1]?.id, '"again"');
  answer(sent[0]?.id, '"one"');
  assert.deepEqual([await textOf(first), await textOf(second)], ['"one"', '"two"']);
});

test('a client without a stream, and a session that has ended, must not be asked', async () => {
  const silent = world(false);
  assert.match(await textOf(silent.asked()), /holds no stream open/);
  assert.equal(silent.session.asked.size, 0);
  const { asked, sent } = world();
  assert.match(await textOf(asked('roots/list', undefined, 'unknown')), /has gone/);
  assert.match(await textOf(asked('sampling/createMessage')), /-32601/);
  assert.equal(sent.length, 0);
  void asked('vendor/ask');
  assert.equal(sent[0]?.method, 'vendor/ask');
});

test('a request must go ahead of the answer to the newest call of that server', async () => {
  const { session, asked, sent } = world();
  const used: string[] = [];
  let goes = (): void => {};
  const call = (name: string, serverName: string, takes: boolean): OpenCall => ({
    call: { reply: new Promise(() => {}), cancel: () => {} },
    serverName,
    exchange: {
      precede: () => {
        used.push(name);
        return takes;
      },
      onGone: (listener) => {
        goes = listener;
      },
      finish() {},
      keepAlive() {},
    },
  });
  session.calls.set('1', call('old', 's', true));
  session.calls.set('2', call('new', 's', true));
  session.calls.set('3', call('slow', 's', false));
  session.calls.set('4', call('other', 't', true));
  const reply = asked();
  assert.deepEqual(used, ['slow', 'new']);
  goes();
  assert.match(await textOf(reply), /the client has gone/);
  goes();
  await turn();
  assert.equal(sent.length, 1, 'the withdrawal, once');
});
