/** The writer of messages to stdin. */
import assert from 'node:assert/strict';
import { PassThrough, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { lineWriter } from '../../../src/runtime/links/writer.ts';

test('messages of one turn of the event loop must be written whole, in order, in one write', async () => {
  const writes: string[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _, done) {
      writes.push(chunk.toString());
      done();
    },
  });
  const writer = lineWriter(stream);
  await Promise.all(['a', 'b', 'c'].map((message) => writer.send(Buffer.from(message))));
  await new Promise(setImmediate);
  assert.deepEqual(writes, ['a\nb\nc\n']);
});

test('a large message, which is written immediately, must not overtake earlier ones', async () => {
  const stream = new PassThrough();
  const large = 'x'.repeat(100_000);
  const writer = lineWriter(stream);
  for (const message of ['small', large, 'last']) void writer.send(Buffer.from(message));
  await new Promise(setImmediate);
  stream.end();
  assert.equal(await text(stream), `small\n${large}\nlast\n`);
});

test('messages sent before the end of the stream must be written', async () => {
  const stream = new PassThrough();
  const writer = lineWriter(stream);
  void writer.send(Buffer.from('goodbye'));
  writer.flush();
  stream.end();
  assert.equal(await text(stream), 'goodbye\n');
});

test('a sender must wait while the stream is full', async () => {
  const stream = new PassThrough({ highWaterMark: 1 });
  const writer = lineWriter(stream);
  void writer.send(Buffer.from('fills it'));
  await new Promise(setImmediate);
  let isFree = false;
  const waited = writer.send(Buffer.from('waits')).then(() => {
    isFree = true;
  });
  await new Promise(setImmediate);
  assert.equal(isFree, false);
  stream.resume();
  await waited;
});

test('a message beyond what is held for a server that does not read must be refused', async () => {
  const stream = new PassThrough({ highWaterMark: 1 });
  // Stands for half a gigabyte that was written and not read.
  Object.defineProperty(stream, 'writableLength', { value: 512 * 1024 * 1024 });
  const writer = lineWriter(stream);
  await assert.rejects(writer.send(Buffer.from('one more')), { code: 'SERVER_TIMEOUT' });
});

test('a message to a stream that has ended must be refused', async () => {
  const stream = new PassThrough();
  const writer = lineWriter(stream);
  stream.end();
  await assert.rejects(writer.send(Buffer.from('late')), { code: 'SERVER_EXITED' });
});

/** Keeps what is written, each chunk with true if more are written with it. */
function recorder(): { stream: Writable; writes: string[] } {
  const writes: string[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _, done) {
      writes.push(chunk.toString());
      done();
    },
    writev(chunks: readonly { chunk: Buffer }[], done) {
      writes.push(chunks.map(({ chunk }) => chunk.toString()).join('|'));
      done();
    },
  });
  return { stream, writes };
}

test('messages below 16 KiB must be gathered, and larger ones be written at once, with their line break', async () => {
  const { stream, writes } = recorder();
  const writer = lineWriter(stream);
  const [small, large] = ['x'.repeat(16 * 1024 - 1), 'y'.repeat(16 * 1024)];
  void writer.send(Buffer.from(small));
  assert.deepEqual(writes, []);
  void writer.send(Buffer.from(large));
  assert.deepEqual(writes, [`${small}\n`, `${large}|\n`]);
  await new Promise(setImmediate);
  assert.equal(writes.length, 2);
});

test('each turn of the event loop must write its own messages, once', async () => {
  const { stream, writes } = recorder();
  const writer = lineWriter(stream);
  for (const turn of ['a', 'bb', 'ccc']) {
    void writer.send(Buffer.from(turn));
    void writer.send(Buffer.from(turn));
    await new Promise(setImmediate);
  }
  writer.flush();
  assert.deepEqual(writes, ['a\na\n', 'bb\nbb\n', 'ccc\nccc\n']);
});

test('512 MiB must be held for a server that does not read, messages of this turn included', async () => {
  const stream = new PassThrough();
  Object.defineProperty(stream, 'writableLength', { value: 512 * 1024 * 1024 - 10 });
  const writer = lineWriter(stream);
  await writer.send(Buffer.from('four'));
  await assert.rejects(writer.send(Buffer.from('sixsix')), { code: 'SERVER_TIMEOUT' });
  await writer.send(Buffer.from('fives'));
});

test('all senders must share one wait, which leaves nothing behind, and the next one be another', async () => {
  const stream = new PassThrough({ highWaterMark: 1 });
  const writer = lineWriter(stream);
  const listeners = (): number[] => ['drain', 'close'].map((name) => stream.listenerCount(name));
  const before = listeners();
  for (let turn = 0; turn < 2; turn++) {
    void writer.send(Buffer.from('fills it'));
    await new Promise(setImmediate);
    let waiting = 20;
    const all = Array.from({ length: 20 }, () =>
      writer.send(Buffer.from('waits')).then(() => {
        waiting -= 1;
      }),
    );
    assert.deepEqual(
      listeners(),
      before.map((count) => count + 1),
    );
    await new Promise(setImmediate);
    assert.equal(waiting, 20);
    stream.read();
    await Promise.all(all);
    assert.deepEqual(listeners(), before);
    while (stream.read());
  }
});

test('the end of the stream must end the wait, and its failure disturb nobody', async () => {
  const stream = new PassThrough({ highWaterMark: 1 });
  const writer = lineWriter(stream);
  void writer.send(Buffer.from('fills it'));
  await new Promise(setImmediate);
  const waited = writer.send(Buffer.from('waits'));
  stream.destroy(new Error('EPIPE'));
  await waited;
});
