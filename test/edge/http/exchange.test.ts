/** Answers to one POST: plain JSON, or a stream as soon as something precedes the result. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  createExchange,
  type Exchange,
  finishWhenReady,
  sendAccepted,
  sendJson,
} from '../../../src/edge/http/exchange.ts';
import { createKeepAlive } from '../../../src/edge/http/keep-alive.ts';
import { Outbox } from '../../../src/edge/http/outbox.ts';
import { openEventStream } from '../../../src/edge/http/stream.ts';
import { fakeClock } from '../../helpers/fake-clock.ts';
import { FakeResponse, outgoing } from './fake-response.ts';

const ID = Buffer.from('7');
const RESULT = [Buffer.from('{"a":'), Buffer.from('1}')];
const made = (opensEarly = false) => {
  const response = new FakeResponse();
  return { response, exchange: createExchange(outgoing(response), ID, undefined, opensEarly) };
};

test('an answer that nothing precedes must be JSON with its status and length', () => {
  const { response, exchange } = made();
  exchange.finish(RESULT, 400);
  assert.deepEqual(
    [response.status, response.text, response.headers],
    [400, '{"a":1}', { 'content-type': 'application/json', 'content-length': 7 }],
  );
  const usual = made();
  usual.exchange.finish(RESULT);
  assert.equal(usual.response.status, 200);
});

test('an answer that something precedes must be the last event of a stream, and the status be 200', () => {
  const { response, exchange } = made();
  assert.ok(exchange.precede([Buffer.from('{}')]));
  exchange.finish(RESULT, 400);
  assert.equal(response.status, 200);
  assert.equal(response.text, 'event: message\ndata: {}\n\nevent: message\ndata: {"a":1}\n\n');
  assert.ok(response.writableEnded);
});

test('a sign of life must make the answer a stream; slowness must do so only where clients can come back', () => {
  const waiting = made();
  waiting.exchange.keepAlive();
  assert.equal(waiting.response.text, ': keep-alive\n\n');
  for (const opensEarly of [true, false]) {
    const { response, exchange } = made(opensEarly);
    exchange.slow?.();
    assert.equal(response.status, opensEarly ? 200 : 0);
  }
  const usual = new FakeResponse();
  createExchange(outgoing(usual), ID).slow?.();
  assert.equal(usual.status, 0);
});

test('once the answer is a stream, the stream must say when the client has gone', () => {
  const response = new FakeResponse();
  const stream = openEventStream(outgoing(new FakeResponse()));
  const listeners: (() => void)[] = [];
  const resumable = { ...stream, onGone: (listener: () => void) => void listeners.push(listener) };
  const exchange = createExchange(outgoing(response), ID, () => resumable);
  exchange.keepAlive();
  let gone = 0;
  exchange.onGone(() => {
    gone += 1;
  });
  response.emit('close');
  assert.equal(gone, 0, 'a stream may outlive its response');
  for (const listener of listeners) listener();
  assert.equal(gone, 1);
});

for (const how of ['destroyed', 'writableEnded'] as const)
  test(`nothing must be written to a client that has gone (${how})`, () => {
    const { response, exchange } = made(true);
    response[how] = true;
    assert.equal(exchange.precede(RESULT), false);
    exchange.keepAlive();
    exchange.slow?.();
    exchange.finish(RESULT);
    assert.deepEqual([response.status, response.text], [0, '']);
  });

test('a client that goes must be noticed, with a stream and without', () => {
  for (const precedes of [true, false]) {
    const { response, exchange } = made();
    if (precedes) exchange.precede(RESULT);
    let gone = 0;
    exchange.onGone(() => {
      gone += 1;
    });
    response.emit('close');
    assert.equal(gone, 1);
  }
});

for (const bytes of [0, 12 * 1024 - 1, 12 * 1024, 64 * 1024 - 1, 64 * 1024, 300_000])
  test(`an answer of ${bytes} bytes must arrive whole, whatever bytes it holds`, () => {
    const response = new FakeResponse();
    const half = Buffer.alloc(Math.floor(bytes / 2), Buffer.from('ä\u{1f600}'));
    const rest = Buffer.alloc(bytes - half.length, 'x');
    sendJson(response.asResponse, 200, [half, rest], { 'x-more': '1' });
    assert.equal(response.text, Buffer.concat([half, rest]).toString('latin1'));
    assert.deepEqual([response.headers['content-length'], response.headers['x-more']], [bytes, '1']);
    assert.ok(response.writableEnded);
  });

test('a client that takes nothing of a large answer for 60 s must be given up, and its errors be survived', () => {
  const response = new FakeResponse();
  sendJson(response.asResponse, 200, [Buffer.alloc(64 * 1024)]);
  assert.equal(response.timeouts[0]?.ms, 60_000);
  response.emit('error', new Error('reset'));
  assert.ok(response.destroyed);
});

test('a client that has more unread than it may must get an error, alone or as the last event', () => {
  for (const precedes of [true, false]) {
    const response = new FakeResponse();
    const exchange = createExchange(outgoing(response, new Outbox(fakeClock(), 60 * 1024)), ID);
    if (precedes) exchange.precede([Buffer.from('{}')]);
    exchange.finish([Buffer.alloc(64 * 1024)]);
    assert.match(response.text.slice(-300), /\{"jsonrpc":"2.0","id":7,"error":\{"code":-31005,.*\}\}/);
    assert.equal(response.status, precedes ? 200 : 503);
    assert.ok(response.writableEnded);
  }
});

test('a message without a reply must be accepted without a body', () => {
  const response = new FakeResponse();
  sendAccepted(response.asResponse);
  assert.deepEqual([response.status, response.headers, response.text], [202, { 'content-length': 0 }, '']);
});

test('signs of life must end with the answer, even if it cannot be sent', async () => {
  const clock = fakeClock();
  const keepAlive = createKeepAlive(clock, 600);
  let signs = 0;
  const exchange: Exchange = { ...made().exchange, keepAlive: () => void signs++ };
  const reply = Promise.withResolvers<number>();
  const finished = finishWhenReady(keepAlive, exchange, reply.promise, () => {
    throw new Error('broken');
  });
  clock.advance(1_300);
  assert.equal(signs, 2);
  reply.resolve(1);
  await assert.rejects(finished, /broken/);
  clock.advance(6_000);
  assert.equal(signs, 2);
  keepAlive.close();
});

test('everything that precedes an answer must go to one stream', () => {
  const response = new FakeResponse();
  let opened = 0;
  const exchange = createExchange(outgoing(response), ID, () => {
    opened += 1;
    return openEventStream(outgoing(response));
  });
  exchange.precede([Buffer.from('{}')]);
  exchange.keepAlive();
  exchange.precede([Buffer.from('{}')]);
  assert.equal(opened, 1);
});

test('a large answer must have its status and length, and an error of its connection be survived', () => {
  const { response, exchange } = made();
  exchange.finish([Buffer.alloc(64 * 1024, 'x')], 400);
  assert.deepEqual(
    [response.status, response.headers, response.text.length],
    [400, { 'content-type': 'application/json', 'content-length': 64 * 1024 }, 64 * 1024],
  );
  response.emit('error', new Error('reset'));
  assert.ok(response.destroyed);
});

test('an answer below 64 KiB must pass, even if its client has too much unread already', () => {
  const response = new FakeResponse();
  const outbox = new Outbox(fakeClock(), 60 * 1024);
  outbox.keep('alice', 30 * 1024);
  createExchange(outgoing(response, outbox), ID).finish([Buffer.alloc(64 * 1024 - 1, 'x')]);
  assert.deepEqual([response.status, response.text.length], [200, 64 * 1024 - 1]);
});
