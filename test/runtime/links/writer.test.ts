import assert from 'node:assert/strict';
import { PassThrough, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { lineWriter } from '../../../src/runtime/links/writer.ts';

test('what one turn of the event loop brings must go out whole, in order, in one write', async () => {
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

test('a message that is written at once must not overtake those before it', async () => {
  const stream = new PassThrough();
  const large = 'x'.repeat(100_000);
  const writer = lineWriter(stream);
  for (const message of ['small', large, 'last']) void writer.send(Buffer.from(message));
  await new Promise(setImmediate);
  stream.end();
  assert.equal(await text(stream), `small\n${large}\nlast\n`);
});

test('what was sent before the end of the stream must be in it', async () => {
  const stream = new PassThrough();
  const writer = lineWriter(stream);
  void writer.send(Buffer.from('goodbye'));
  writer.flush();
  stream.end();
  assert.equal(await text(stream), 'goodbye\n');
});

test('who sends to a stream that does not take more must wait until it does', async () => {
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
