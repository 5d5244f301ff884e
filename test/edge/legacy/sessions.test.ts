import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EventStream } from '../../../src/edge/http/stream.ts';
import type { Resumption } from '../../../src/edge/legacy/resumable-stream.ts';
import type { OpenCall } from '../../../src/edge/legacy/session.ts';
import { Sessions } from '../../../src/edge/legacy/sessions.ts';
import type { Reply } from '../../../src/model/calls.ts';
import { fakeClock } from '../../helpers/fake-clock.ts';

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

test('a session must be over when the hour is', () => {
  const { clock, sessions } = table();
  sessions.open('', 'v', '');
  clock.advance(HOUR);
  assert.equal(sessions.count, 0);
});

test('of idle sessions the one used longest ago must give way, of equals the one opened first', () => {
  for (const pause of [1, 0]) {
    const { clock, sessions } = table(3);
    const opened = [1, 2, 3].map(() => {
      clock.advance(pause);
      return sessions.open('', 'v', '');
    });
    const next = sessions.open('', 'v', '');
    assert.deepEqual([...sessions.all()], [opened[1], opened[2], next]);
  }
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

test('a session must not be found at another endpoint, and a look there not count as use', () => {
  const { clock, sessions } = table();
  const session = sessions.open('s', 'v', '');
  const id = session?.caller.sessionId ?? '';
  clock.advance(HOUR - 1);
  for (const scope of ['', 't']) assert.equal(sessions.find(id, scope), undefined);
  assert.equal(sessions.get(id), session);
  clock.advance(HOUR / 5);
  assert.equal(sessions.get(id), undefined);
});

test('the end of a session must answer what its servers have asked, drop its events, and be told once', () => {
  const ended: string[] = [];
  const sessions = new Sessions(fakeClock(), { idleMs: HOUR, max: 10 }, (id) => ended.push(id));
  const session = sessions.open('', 'v', 'alice');
  assert.ok(session);
  const answers: Reply[] = [];
  session.asked.set('1', (reply) => answers.push(reply));
  let closed = 0;
  const events = { close: () => void closed++ } as unknown as Resumption['events'];
  session.resumption = { events } as Resumption;
  sessions.end(session);
  sessions.end(session);
  assert.deepEqual(ended, [session.caller.sessionId]);
  assert.equal(closed, 1);
  assert.match(String(answers[0]?.json), /-32000.*the session has ended/);
});

test('a client must get its share again once its sessions have ended', () => {
  const { sessions } = table(2);
  for (let round = 0; round < 3; round++) {
    const opened = [sessions.open('', 'v', 'a'), sessions.open('', 'v', 'a')];
    assert.equal(sessions.count, 2);
    for (const session of opened) {
      assert.ok(session && session.caller.principal === 'a');
      sessions.end(session);
    }
    assert.equal(sessions.count, 0);
  }
});

test('all clients together must have no more than twice the sessions of one', () => {
  const { sessions } = table(4);
  for (let client = 0; client < 50; client++)
    for (let index = 0; index < 10; index++) {
      const session = sessions.open('', 'v', `c${client}`);
      session?.streams.add(stream());
    }
  assert.equal(sessions.count, 8);
});

test('a closed table must end every session, and check no more', () => {
  const { clock, sessions } = table();
  const timers: number[] = [];
  const watched = new Sessions(
    {
      ...clock,
      setTimeout: (callback, ms) => {
        timers.push(ms);
        return clock.setTimeout(callback, ms);
      },
    },
    { idleMs: HOUR, max: 10 },
  );
  watched.open('', 'v', 'a');
  watched.open('', 'v', 'b');
  clock.advance(HOUR / 2);
  assert.deepEqual([...new Set(timers)], [HOUR / 10]);
  assert.equal(timers.length, 6);
  watched.close();
  assert.equal(watched.count, 0);
  clock.advance(HOUR);
  assert.equal(timers.length, 6);
  sessions.close();
});

test('a session without a request must be idle from its beginning', () => {
  const { clock, sessions } = table();
  clock.advance(10 * HOUR);
  sessions.open('', 'v', '');
  clock.advance(HOUR / 5);
  assert.equal(sessions.count, 1);
});

test('a session must tell what its client said, and nothing that it has not', () => {
  const { sessions } = table();
  const session = sessions.open('s', '2025-06-18', 'alice', '{"roots":{}}');
  assert.ok(session);
  const { caller, scope, protocolVersion, initialized, logLevel } = session;
  assert.deepEqual(
    [caller.principal, caller.era, caller.capabilities, scope, protocolVersion, initialized, logLevel],
    ['alice', 'legacy', '{"roots":{}}', 's', '2025-06-18', false, undefined],
  );
  assert.match(caller.sessionId, /^[0-9a-f-]{36}$/);
  assert.notEqual(caller.sessionId, sessions.open('s', 'v', 'alice')?.caller.sessionId);
});
