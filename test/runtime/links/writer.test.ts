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
