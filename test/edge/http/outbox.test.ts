/** Bounds on what clients have not read: of one client, of all, and in time. */
import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import { test } from 'node:test';
import { Outbox } from '../../../src/edge/http/outbox.ts';
import { fakeClock } from '../../helpers/fake-clock.ts';

const KIB = 1024;
const CHECK_MS = 5_000;

/** A response whose client reads when the test says so. */
class FakeResponse extends EventEmitter {
  writableLength = 0;
  taken = 0;
  isEnded = false;
  destroyed = false;

  get socket() {
    return { bytesWritten: this.taken + this.writableLength, writableLength: this.writableLength };
  }

  write(part: Buffer): boolean {
    this.writableLength += part.length;
    return false;
  }

  end(): void {
    this.isEnded = true;
  }

  destroy(): void {
    this.destroyed = true;
    this.emit('close');
  }

  /** The client reads all that has been written. */
  read(): void {
    this.taken += this.writableLength;
    this.writableLength = 0;
    this.emit(this.isEnded ? 'close' : 'drain');
  }
}

/** An outbox for 1 MiB. */
function world() {
  const clock = fakeClock();
  const outbox = new Outbox(clock, 1024 * KIB);
  const answer = (bytes: number, owner = 'alice') => {
    const response = new FakeResponse();
    const isTaken = outbox.finish(response as unknown as ServerResponse, owner, [Buffer.alloc(bytes)]);
    return { response, isTaken };
  };
  const stream = (bytes: number, owner = 'alice') => {
    const response = new FakeResponse();
    response.write(Buffer.alloc(bytes));
    return { response, isTaken: outbox.count(response as unknown as ServerResponse, owner) };
  };
  return { clock, outbox, answer, stream };
}

test('unread answers must be bounded for one client, and leave room for others', () => {
  const { outbox, answer } = world();
  assert.equal(answer(500 * KIB).isTaken, true);
  assert.equal(answer(100 * KIB).isTaken, false);
  assert.equal(answer(200 * KIB, 'bob').isTaken, true);
  assert.equal(outbox.bytes, 700 * KIB);
});

test('unread answers must be bounded over all clients', () => {
  const { outbox, answer } = world();
  for (let client = 0; client < 50; client++) answer(100 * KIB, `client${client}`);
  assert.ok(outbox.bytes <= 1024 * KIB, `${outbox.bytes}`);
  assert.ok(outbox.bytes > 800 * KIB, `${outbox.bytes}`);
});

test('small answers must pass, however much is unread', () => {
  const { answer } = world();
  answer(500 * KIB);
  assert.equal(answer(63 * KIB).isTaken, true);
});

test('an answer must be written in pieces as it is read, and count until its client has all of it', () => {
  const { outbox, answer } = world();
  const { response } = answer(500 * KIB);
  assert.equal(response.writableLength, 256 * KIB);
  response.read();
  assert.deepEqual([response.writableLength, response.isEnded], [244 * KIB, true]);
  assert.equal(outbox.bytes, 500 * KIB);
  response.read();
  assert.equal(outbox.bytes, 0);
  assert.equal(response.taken, 500 * KIB);
});

test('an answer whose client has gone must not count any more', () => {
  const { outbox, answer } = world();
  answer(500 * KIB).response.destroy();
  assert.equal(outbox.bytes, 0);
});

test('a client that reads nothing for 65 s must be given up, and one that reads something be kept', () => {
  const { clock, answer } = world();
  const idle = answer(300 * KIB).response;
  const slow = answer(100 * KIB, 'bob').response;
  for (let at = 0; at < 65_000; at += CHECK_MS) {
    assert.equal(idle.destroyed, false);
    slow.taken += 1;
    clock.advance(CHECK_MS);
  }
  assert.deepEqual([idle.destroyed, slow.destroyed], [true, false]);
});

test('slow readers must make room, those of the same client first', () => {
  const { clock, answer } = world();
  const bob = answer(300 * KIB, 'bob').response;
  const first = answer(300 * KIB).response;
  assert.equal(answer(300 * KIB).isTaken, false);
  for (let at = 0; at < 15_000; at += CHECK_MS) clock.advance(CHECK_MS);
  assert.equal(answer(300 * KIB).isTaken, true);
  assert.deepEqual([first.destroyed, bob.destroyed], [true, false]);
});

test('unread events must count, and no longer once they are read', () => {
  const { outbox, stream } = world();
  const { response, isTaken } = stream(500 * KIB);
  assert.deepEqual([isTaken, outbox.bytes], [true, 500 * KIB]);
  assert.equal(stream(100 * KIB).isTaken, false);
  response.read();
  assert.equal(outbox.bytes, 0);
  assert.equal(stream(100 * KIB).isTaken, true);
});

test('what is kept for a client that is away must count, until it is given back once', () => {
  const { outbox, answer } = world();
  const release = outbox.keep('alice', 500 * KIB);
  assert.equal(answer(100 * KIB).isTaken, false);
  assert.equal(outbox.keep('alice', 100 * KIB), undefined);
  release?.();
  release?.();
  assert.equal(outbox.bytes, 0);
  for (let count = 0; count < 600; count++) outbox.keep('alice', KIB);
  assert.equal(outbox.bytes, 512 * KIB, 'small ones count as well');
});

test('one client must not get more in one answer, stream or piece than in many', () => {
  for (const take of ['answer', 'stream'] as const) {
    const { outbox, [take]: send } = world();
    assert.equal(send(513 * KIB).isTaken, false, take);
    assert.equal(outbox.keep('alice', 513 * KIB), undefined);
    assert.equal(outbox.bytes, 0);
    assert.equal(send(512 * KIB).isTaken, true, take);
    assert.equal(send(257 * KIB, 'bob').isTaken, false, take);
    assert.equal(send(256 * KIB, 'bob').isTaken, true, take);
  }
});

test('512 MiB of unread answers must be held, and half of that by one client alone', () => {
  const outbox = new Outbox(fakeClock());
  for (let held = 0; held < 256; held++) assert.ok(outbox.keep('alice', 1024 * KIB));
  assert.equal(outbox.keep('alice', 1024 * KIB), undefined);
  assert.ok(outbox.keep('bob', 1024 * KIB));
});

test('answers of 64 KiB and more must count, and smaller ones not', () => {
  const { outbox, answer, stream } = world();
  answer(64 * KIB - 1);
  stream(64 * KIB - 1);
  assert.equal(outbox.bytes, 0);
  answer(64 * KIB);
  stream(64 * KIB, 'bob');
  assert.equal(outbox.bytes, 128 * KIB);
});
