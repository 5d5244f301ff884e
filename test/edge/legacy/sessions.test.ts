import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EventStream } from '../../../src/edge/http/stream.ts';
import type { OpenCall } from '../../../src/edge/legacy/session.ts';
import { Sessions } from '../../../src/edge/legacy/sessions.ts';
import { fakeClock } from '../fake-clock.ts';

const HOUR = 3_600_000;
const stream = (): EventStream => ({
  send: () => true,
  sendLast() {},
  keepAlive() {},
  end() {},
  drop() {},
  onGone() {},
});

function table(max = 100) {
  const clock = fakeClock();
  return { clock, sessions: new Sessions(clock, { idleMs: HOUR, max }) };
}

const openCall = (cancel: (reason?: string) => void = () => {}): OpenCall => ({
  call: { reply: new Promise(() => {}), cancel },
  serverName: 's',
  exchange: { precede: () => false, onGone() {}, finish() {}, keepAlive() {} },
});

test('an abandoned session must end after an hour, and no sooner', () => {
  const { clock, sessions } = table();
  const session = sessions.open('', '2025-11-25', '');
  clock.advance(HOUR - 1);
  assert.equal(sessions.count, 1);
  clock.advance(HOUR / 10 + 1);
  assert.equal(sessions.count, 0);
  assert.equal(sessions.find(session?.caller.sessionId ?? '', ''), undefined);
});

test('each request must restart the hour', () => {
  const { clock, sessions } = table();
  const [used, unused] = [sessions.open('', 'v', ''), sessions.open('', 'v', '')];
  for (let index = 0; index < 5; index++) {
    clock.advance(HOUR / 2);
    assert.equal(sessions.find(used?.caller.sessionId ?? '', ''), used);
  }
  assert.equal(sessions.count, 1);
  assert.equal(sessions.find(unused?.caller.sessionId ?? '', ''), undefined);
});

test('an open stream or call must keep a session alive, and its end restart the hour', () => {
  const { clock, sessions } = table();
  const [streaming, calling] = [sessions.open('', 'v', ''), sessions.open('', 'v', '')];
  assert.ok(streaming && calling);
  const open = stream();
  streaming.streams.add(open);
  calling.calls.set('1', openCall());
  clock.advance(10 * HOUR);
  assert.equal(sessions.count, 2);
  streaming.streams.delete(open);
  sessions.touch(streaming);
  clock.advance(HOUR * 1.2);
  assert.deepEqual([...sessions.all()], [calling]);
});

test('a full table must end the session idle for longest, and never one in use', () => {
  const { clock, sessions } = table(3);
  const opened = [1, 2, 3].map(() => {
    clock.advance(1);
    return sessions.open('', 'v', '');
  });
  const [first, second, third] = opened;
  assert.ok(first && second && third);
  sessions.find(first.caller.sessionId, '');
  third.streams.add(stream());
  const fourth = sessions.open('', 'v', '');
  assert.ok(fourth);
  assert.deepEqual([...sessions.all()], [first, third, fourth]);
  first.streams.add(stream());
  fourth.streams.add(stream());
  assert.equal(sessions.open('', 'v', ''), undefined);
});

test('the end of a session must cancel its calls and end its streams, once', () => {
  const { sessions } = table();
  const session = sessions.open('s', 'v', '');
  assert.ok(session);
  const done: string[] = [];
  session.calls.set(
    '1',
    openCall((reason) => done.push(`cancel: ${reason}`)),
  );
  session.streams.add({ ...stream(), end: () => done.push('end') });
  sessions.end(session);
  sessions.end(session);
  assert.deepEqual(done, ['cancel: the session has ended', 'end']);
});

test('sessions of one client must neither end nor refuse those of another', () => {
  const { sessions } = table(3);
  const alice = sessions.open('', 'v', 'alice');
  for (let index = 0; index < 10; index++) sessions.open('', 'v', 'bob');
  assert.ok(alice && [...sessions.all()].includes(alice));
  for (const session of sessions.all()) session.streams.add(stream());
  assert.equal(sessions.open('', 'v', 'bob'), undefined);
  assert.ok(sessions.open('', 'v', 'alice'));
});
