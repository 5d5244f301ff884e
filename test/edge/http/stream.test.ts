/** Event streams: what is written, and what happens to readers who are slow or gone. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Outbox } from '../../../src/edge/http/outbox.ts';
import { eventOf, onGone, openEventStream } from '../../../src/edge/http/stream.ts';
import { fakeClock } from '../../helpers/fake-clock.ts';
import { FakeResponse, outgoing } from './fake-response.ts';

const message = (text: string): Buffer[] => [Buffer.from(text)];
const opened = (maxLagBytes?: number) => {
  const response = new FakeResponse();
  return { response, stream: openEventStream(outgoing(response), maxLagBytes) };
};
const EVENT = 'event: message\ndata: {}\n\n';

test('the head of a stream must be sent at once, and forbid caches and buffers', () => {
  const { response } = opened();
  assert.deepEqual(response.written, ['']);
  assert.deepEqual(
    [response.status, response.headers],
    [
      200,
      {
        'content-type': 'text/event-stream',
        'cache-control': 'no-cache, no-transform',
        'x-accel-buffering': 'no',
      },
    ],
  );
});

test('a reader more than 1 MiB behind must get nothing but its last message', () => {
  const { response, stream } = opened();
  response.writableLength = 1024 * 1024;
  assert.ok(stream.send(message('{}')));
  assert.ok(!stream.lags());
  response.writableLength += 1;
  assert.ok(stream.lags());
  assert.ok(!stream.send(message('{}')));
  stream.keepAlive();
  assert.equal(response.text, EVENT);
  stream.sendLast(message('{}'));
  assert.equal(response.text, EVENT + EVENT);
  assert.ok(response.writableEnded);
  assert.equal(response.corked, 0);
});

test('a stream may allow another lag', () => {
  const { response, stream } = opened(10);
  response.writableLength = 11;
  assert.ok(!stream.send(message('{}')));
});

test('a client that takes nothing of its last message for 60 s must be given up', () => {
  const { response, stream } = opened();
  assert.equal(response.timeouts.length, 0);
  stream.sendLast(message('{}'));
  const [timeout] = response.timeouts;
  assert.equal(timeout?.ms, 60_000);
  timeout?.onTimeout();
  assert.ok(response.destroyed);
});

test('a client that has more unread than it may must lose its stream', () => {
  const response = new FakeResponse();
  const stream = openEventStream(outgoing(response, new Outbox(fakeClock(), 150 * 1024)));
  response.writableLength = 75 * 1024;
  assert.ok(stream.send(message('{}')));
  response.writableLength = 76 * 1024;
  assert.ok(!stream.send(message('{}')));
  assert.ok(response.destroyed);
});

for (const how of ['destroyed', 'writableEnded'] as const)
  test(`nothing must be written to a response that is over (${how})`, () => {
    const { response, stream } = opened();
    response[how] = true;
    assert.ok(stream.isOver() && stream.lags());
    assert.ok(!stream.send(message('{}')));
    stream.sendLast(message('{}'));
    stream.keepAlive();
    assert.equal(response.text, '');
  });

test('a sign of life must be a comment, and an end and a drop be what they say', () => {
  const { response, stream } = opened();
  stream.keepAlive();
  assert.equal(response.text, ': keep-alive\n\n');
  stream.end();
  assert.deepEqual([response.writableEnded, response.destroyed], [true, false]);
  stream.drop();
  assert.ok(response.destroyed);
});

test('an error of the connection must end the response, and not the gateway', () => {
  const { response } = opened();
  response.emit('error', new Error('reset'));
  assert.ok(response.destroyed);
});

test('only a client that goes before the answer is out must count as gone', () => {
  for (const isFinished of [true, false]) {
    const response = new FakeResponse();
    let gone = 0;
    onGone(response.asResponse, () => {
      gone += 1;
    });
    response.writableFinished = isFinished;
    response.emit('close');
    response.emit('close');
    assert.equal(gone, isFinished ? 0 : 1);
  }
  const { response, stream } = opened();
  let gone = false;
  stream.onGone(() => {
    gone = true;
  });
  response.emit('close');
  assert.ok(gone);
});

test('each line of a message must be data, and the id stand before it', () => {
  const text = (json: string, id?: string): string =>
    Buffer.concat([...eventOf(message(json), id)]).toString();
  assert.equal(text('{}'), EVENT);
  assert.equal(text('{}', 'x1'), `id: x1\n${EVENT}`);
  assert.equal(
    text('{\r\n"a":\r1,\n\n"b":2}'),
    'event: message\ndata: {\ndata: "a":\ndata: 1,\ndata: \ndata: "b":2}\n\n',
  );
  assert.equal(text('{\n}'), 'event: message\ndata: {\ndata: }\n\n');
  assert.equal(text('{\r}'), 'event: message\ndata: {\ndata: }\n\n');
});

test('nothing must follow the last message, also while it waits for its reader', () => {
  const { response, stream } = opened();
  response.write = () => false;
  stream.sendLast([Buffer.alloc(300 * 1024, ' '), Buffer.alloc(300 * 1024, ' ')]);
  assert.ok(!response.writableEnded, 'is the reader slow enough?');
  assert.ok(stream.isOver() && stream.lags());
  assert.ok(!stream.send(message('{}')));
});

test('a last message without room must be replaced, or cost the connection, and be no reason to wait', () => {
  const without = new FakeResponse();
  const full = openEventStream(outgoing(without, new Outbox(fakeClock(), 60 * 1024)));
  full.sendLast([Buffer.alloc(64 * 1024)]);
  assert.deepEqual([without.destroyed, without.timeouts.length], [true, 0]);
  const replaced = new FakeResponse();
  const stream = openEventStream(outgoing(replaced, new Outbox(fakeClock(), 60 * 1024)));
  stream.sendLast([Buffer.alloc(64 * 1024)], () => message('{}'));
  assert.deepEqual([replaced.destroyed, replaced.text], [false, EVENT]);
});
