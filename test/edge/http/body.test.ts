import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { test } from 'node:test';
import { type Body, BodyReader } from '../../../src/edge/http/body.ts';
import { fakeClock } from '../../helpers/fake-clock.ts';

const KIB = 1024;
const LIMIT = 1024 * KIB;

/** A reader for 1 MiB of large bodies and 128 KiB of small ones, and requests of whose bodies the test has hold. */
function world() {
  const clock = fakeClock();
  const bodies = new BodyReader(clock, { heldBytes: 1024 * KIB, incompleteBytes: 128 * KIB });
  const begin = (bytes: number, owner = 'alice') => {
    const request = Object.assign(new EventEmitter(), { headers: {} });
    const upload = {
      result: undefined as Body | undefined,
      send: (more: number) => void request.emit('data', Buffer.alloc(more)),
      end: () => void request.emit('end'),
      abort: () => void request.emit('close'),
    };
    void bodies.read(request as unknown as IncomingMessage, LIMIT, owner).then((it) => {
      upload.result = it;
    });
    upload.send(bytes);
    return upload;
  };
  return { clock, begin };
}

const turn = () => new Promise(setImmediate);

async function kindOf(upload: { result: Body | undefined }): Promise<string | undefined> {
  await turn();
  return upload.result?.kind;
}

test('small bodies must pass while large ones fill the memory for them', async () => {
  const { begin } = world();
  const large = ['alice', 'bob', 'carol'].map((owner) => begin(250 * KIB, owner));
  assert.equal(await kindOf(begin(300 * KIB, 'dave')), 'no-room');
  const small = begin(64 * KIB);
  small.end();
  assert.equal(await kindOf(small), 'whole');
  for (const upload of large) assert.equal(await kindOf(upload), undefined);
});

test('one client must not take the memory for large bodies from the others', async () => {
  const { begin } = world();
  begin(500 * KIB);
  assert.equal(await kindOf(begin(100 * KIB)), 'no-room');
  const other = begin(260 * KIB, 'bob');
  other.end();
  assert.equal(await kindOf(other), 'whole');
});

test('one client must not take more in one piece than in many', async () => {
  const { begin } = world();
  assert.equal(await kindOf(begin(600 * KIB)), 'no-room');
  begin(500 * KIB);
  assert.equal(await kindOf(begin(400 * KIB, 'bob')), 'no-room');
  const other = begin(250 * KIB, 'carol');
  other.end();
  assert.equal(await kindOf(other), 'whole');
});

test('a large body must count until it is released, and only once', async () => {
  const { begin } = world();
  const first = begin(400 * KIB);
  first.end();
  first.abort();
  assert.equal(await kindOf(first), 'whole');
  assert.equal(await kindOf(begin(300 * KIB)), 'no-room');
  if (first.result?.kind === 'whole') for (const _ of [1, 2]) first.result.release();
  const second = begin(400 * KIB);
  assert.equal(await kindOf(second), undefined);
  assert.equal(await kindOf(begin(300 * KIB)), 'no-room');
  second.abort();
  assert.equal(await kindOf(begin(500 * KIB)), undefined);
});

test('a body that stops or crawls must be dropped after 5 to 10 s, and its memory be free', async () => {
  const { clock, begin } = world();
  const [stopped, crawling, growing, slow] = [begin(500 * KIB), begin(100), begin(1), begin(70 * KIB, 'bob')];
  for (let second = 0; second < 10; second++) {
    clock.advance(1_000);
    growing.send(1);
    slow.send(KIB);
  }
  crawling.send(1);
  const kinds = await Promise.all([stopped, crawling, growing, slow].map(kindOf));
  assert.deepEqual(kinds, ['stalled', 'stalled', undefined, 'stalled']);
  assert.equal(await kindOf(begin(500 * KIB)), undefined);
});

test('too many small bodies that are incomplete must cost the one that waits longest, not a new one', async () => {
  const { begin } = world();
  const [first, second] = [begin(60 * KIB), begin(60 * KIB, 'bob')];
  first.send(1);
  const third = begin(60 * KIB);
  assert.deepEqual(await Promise.all([first, second, third].map(kindOf)), [undefined, 'stalled', undefined]);
});
