/** HTTP+SSE streams: how many there may be, how far behind a reader may be, and to whom a stream belongs. */
import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { test } from 'node:test';
import { BodyReader } from '../../../src/edge/http/body.ts';
import { createKeepAlive } from '../../../src/edge/http/keep-alive.ts';
import { Outbox } from '../../../src/edge/http/outbox.ts';
import type { Messages } from '../../../src/edge/legacy/messages.ts';
import { Sessions } from '../../../src/edge/legacy/sessions.ts';
import { createSse, type SseDeps } from '../../../src/edge/legacy/sse.ts';
import { fakeClock } from '../../helpers/fake-clock.ts';
import { FakeResponse } from '../http/fake-response.ts';

function world() {
  const clock = fakeClock();
  const outbox = new Outbox(clock);
  const sessions = new Sessions(clock, { idleMs: 1_000_000, max: 10 });
  const keepAlive = createKeepAlive(clock, 30_000);
  const messages = {} as Messages;
  const bodies = new BodyReader(clock, { heldBytes: 400_000 });
  const deps: SseDeps = { sessions, messages, keepAlive, bodies, bodyLimitBytes: 200_000 };
  const sse = createSse(deps);
  const open = (principal: string, { scope = '', accept = 'text/event-stream' } = {}): FakeResponse => {
    const response = new FakeResponse();
    const request = { headers: { accept }, url: '/sse' } as unknown as IncomingMessage;
    sse.open({ request, response: response.asResponse, scope, principal, outbox });
    return response;
  };
  const post = async (path: string, principal: string, scope = ''): Promise<FakeResponse> => {
    const response = new FakeResponse();
    const request = { headers: { 'content-length': '999999' }, url: path } as unknown as IncomingMessage;
    await sse.post({ request, response: response.asResponse, scope, principal, outbox });
    return response;
  };
  /** Posts a whole body. */
  const say = async (path: string, body: string, headers = {}): Promise<FakeResponse> => {
    const response = new FakeResponse();
    const request = Object.assign(new EventEmitter(), {
      headers,
      url: path,
    }) as unknown as IncomingMessage;
    const posted = sse.post({
      request,
      response: response.asResponse,
      scope: '',
      principal: 'alice',
      outbox,
    });
    request.emit('data', Buffer.from(body));
    request.emit('end');
    await posted;
    return response;
  };
  return { clock, open, post, say };
}

const PING = '{"jsonrpc":"2.0","id":1,"method":"ping"}';

test('a large body must be given back once its message is answered', async () => {
  const { open, say } = world();
  const path = endpointOf(open('alice'));
  for (let n = 0; n < 5; n++) assert.equal((await say(path, PING.padEnd(150_000))).status, 202);
  assert.equal((await say(path, '[]')).status, 400);
});

test('a reader must be dropped when it is more than 64 MiB behind, and no sooner', async () => {
  for (const [bytes, isDropped] of [
    [64 * 1024 * 1024, false],
    [64 * 1024 * 1024 + 1, true],
  ] as const) {
    const { open, say } = world();
    const response = open('alice');
    response.writableLength = bytes;
    await say(endpointOf(response), PING);
    assert.equal(response.destroyed, isDropped);
  }
});

const endpointOf = (response: FakeResponse): string => /data: (\S+)/.exec(response.text)?.[1] ?? '';

test('one client must have 1000 streams, and all together 2000', () => {
  const { open } = world();
  const streams = Array.from({ length: 1_000 }, () => open('alice'));
  assert.ok(streams.every(({ status }) => status === 200));
  assert.equal(open('alice').status, 503);
  const others = Array.from({ length: 500 }, () => open('bob'));
  assert.ok(others.every(({ status }) => status === 200));
  assert.equal(open('bob').status, 503);
});

test('a stream that closes must make room for another of its client', () => {
  const { open } = world();
  const streams = Array.from({ length: 1_000 }, () => open('alice'));
  streams[0]?.emit('close');
  assert.equal(open('alice').status, 200);
  assert.equal(open('alice').status, 503);
});

test('a stream on which no session begins must end, and one that has closed get no sign of life', () => {
  const { clock, open } = world();
  const [left, closed] = [open('alice'), open('alice')];
  closed.emit('close');
  clock.advance(40_000);
  assert.deepEqual([left.writableEnded, closed.writableEnded], [true, false]);
});

test('a stream must be used by its own client, at its own endpoint', async () => {
  const { open, post } = world();
  const path = endpointOf(open('alice', { scope: 'a b' }));
  assert.match(path, /^\/sse\/a%20b\?sessionId=[0-9a-f-]{36}$/);
  assert.equal((await post(path, 'alice', 'a b')).status, 413, 'the stream was found, and the body refused');
  assert.equal((await post(path, 'bob', 'a b')).status, 404);
  assert.equal((await post(path, 'alice')).status, 404);
  assert.equal((await post('/sse?sessionId=', 'alice')).status, 404);
  const without = await post('/sse', 'alice');
  assert.deepEqual([without.status, without.headers.allow], [405, 'GET']);
  assert.match(endpointOf(open('alice')), /^\/sse\?sessionId=/);
});

test('a stream that has closed must be found no more', async () => {
  const { open, post } = world();
  const response = open('alice');
  response.emit('close');
  assert.equal((await post(endpointOf(response), 'alice')).status, 404);
});

test('a client that cannot read a stream must get none', () => {
  const { open } = world();
  assert.equal(open('alice', { accept: 'application/json' }).status, 406);
});

test('a body in a content coding must be refused on a stream too', async () => {
  const { open, say } = world();
  const path = endpointOf(open('alice'));
  assert.equal((await say(path, PING, { 'content-encoding': 'gzip' })).status, 415);
  assert.equal((await say(path, PING, { 'content-encoding': 'identity' })).status, 202);
});
