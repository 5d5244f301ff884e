/** Event streams of one session: who may continue which, how many wait for their client, and for how long. */
import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { test } from 'node:test';
import { createKeepAlive } from '../../../src/edge/http/keep-alive.ts';
import { Outbox } from '../../../src/edge/http/outbox.ts';
import { openGetStream } from '../../../src/edge/legacy/get-stream.ts';
import { REPLAY_LIMITS } from '../../../src/edge/legacy/replays.ts';
import { isPrimed, keepForLater, Resumptions } from '../../../src/edge/legacy/resumptions.ts';
import type { Session } from '../../../src/edge/legacy/session.ts';
import { Sessions } from '../../../src/edge/legacy/sessions.ts';
import { fakeClock } from '../../helpers/fake-clock.ts';
import { FakeResponse, outgoing } from '../http/fake-response.ts';

const MINUTE = 60_000;

function world(protocolVersion = '2025-06-18') {
  const clock = fakeClock();
  const sessions = new Sessions(clock, { idleMs: 600 * MINUTE, max: 10 });
  const resumptions = new Resumptions(clock);
  const keepAlive = createKeepAlive(clock, 15_000);
  const begin = (scope = ''): Session => {
    const session = sessions.open(scope, protocolVersion, 'alice');
    assert.ok(session);
    session.initialized = true;
    return session;
  };
  const listen = (session: Session): FakeResponse => {
    const response = new FakeResponse();
    resumptions.listen(session, outgoing(response));
    return response;
  };
  const resume = (session: Session, id: string) => {
    const response = new FakeResponse();
    return { response, ...resumptions.resume(session, outgoing(response), id) };
  };
  return { clock, sessions, resumptions, keepAlive, begin, listen, resume };
}

const event = (text: string): Buffer[] => [Buffer.from(text)];
const idsIn = ({ text }: FakeResponse): string[] =>
  [...text.matchAll(/^id: (\S+)$/gm)].map(([, id = '']) => id);
const lastId = (response: FakeResponse): string => idsIn(response).at(-1) ?? '';
const streamsOf = (session: Session) => [...(session.resumption?.streams.values() ?? [])];

test('what is kept for clients that come back must be bounded in number, size and time', () => {
  assert.deepEqual(REPLAY_LIMITS, {
    events: 256,
    bytes: 4 * 1024 * 1024,
    totalBytes: 64 * 1024 * 1024,
    ageMs: 300_000,
  });
});

test('only clients of 2025-11-25 and later must get an event without data', () => {
  for (const [version, expected] of [
    ['2024-11-05', false],
    ['2025-06-18', false],
    ['2025-11-25', true],
  ] as const) {
    const { begin, listen } = world(version);
    const session = begin();
    assert.equal(isPrimed(session), expected);
    assert.equal(idsIn(listen(session)).length, expected ? 1 : 0);
  }
});

test('a lost GET stream must go on where its client was, and say if something is missing', () => {
  const { begin, listen, resume, resumptions } = world();
  const session = begin();
  const first = listen(session);
  const [stream] = streamsOf(session);
  stream?.send(event('1'));
  stream?.send(event('2'));
  const [one = '', two = ''] = idsIn(first);
  first.emit('close');
  stream?.send(event('3'));
  assert.ok(resumptions.bytes > 0);
  const back = resume(session, one);
  assert.ok(back.kind === 'listening' && back.isWhole && back.stream === stream);
  assert.deepEqual(
    [...back.response.text.matchAll(/data: (\d)/g)].map(([, data]) => data),
    ['2', '3'],
  );
  assert.ok(first.destroyed === false && idsIn(back.response)[0] === two);
});

test('an event id that was never given, or not to this session, must resume nothing', () => {
  const { begin, listen, resume } = world();
  const [mine, other] = [begin(), begin()];
  const responses = [mine, other].map((session) => {
    const response = listen(session);
    for (const stream of streamsOf(session)) stream.send(event('1'));
    return response;
  });
  const [own = '', foreign = ''] = responses.map(lastId);
  const later = own.replace(/-1$/, '-2');
  assert.notEqual(later, own);
  for (const id of [
    foreign,
    later,
    `x${own}`,
    `${own}x`,
    own.replace('get1', 'get2'),
    own.replace('get1', 'put1'),
    '',
  ])
    assert.equal(resume(mine, id).kind, 'unknown', id);
  assert.equal(resume(mine, own).kind, 'listening');
  const restarted = world();
  const session = restarted.begin();
  restarted.listen(session);
  for (const stream of streamsOf(session)) stream.send(event('1'));
  assert.equal(restarted.resume(session, own).kind, 'unknown', 'of a gateway before a restart');
});

test('the answer to a POST must be continued, then replayed, and be over once it was read', () => {
  const { begin, resume, resumptions } = world();
  const session = begin();
  const first = new FakeResponse();
  const stream = resumptions.answer(session, outgoing(first), Buffer.from('7'));
  stream.send(event('"progress"'));
  const id = lastId(first);
  first.emit('close');
  const second = resume(session, id);
  assert.equal(second.kind, 'answer');
  second.response.emit('close');
  stream.sendLast(event('"result"'));
  const third = resume(session, id);
  assert.equal(third.kind, 'answer');
  assert.match(third.response.text, /data: "result"/);
  assert.deepEqual([third.response.writableEnded, third.response.destroyed], [true, false]);
  assert.equal(resume(session, lastId(third.response)).kind, 'over');
  assert.equal(streamsOf(session).length, 0);
});

test('a client without room for what it missed must be dropped, and may come back for it', () => {
  const { begin, resumptions, resume } = world();
  const session = begin();
  const first = new FakeResponse();
  const stream = resumptions.answer(session, outgoing(first));
  stream.send(event('1'));
  first.emit('close');
  stream.sendLast(event('x'.repeat(100 * 1024)));
  const full = new FakeResponse();
  const outbox = new Outbox(fakeClock(), 100 * 1024);
  assert.equal(resumptions.resume(session, outgoing(full, outbox), lastId(first)).kind, 'answer');
  assert.deepEqual([full.destroyed, full.text], [true, '']);
  assert.match(resume(session, lastId(first)).response.text, /data: x{102400}\n/);
});

test('a result too large to be kept must be an error with the id of its request', () => {
  const { begin, resume, resumptions } = world();
  const session = begin();
  const first = new FakeResponse();
  const stream = resumptions.answer(session, outgoing(first), Buffer.from('"me"'));
  stream.send(event('1'));
  const id = lastId(first);
  first.emit('close');
  stream.sendLast(event('x'.repeat(4 * 1024 * 1024)));
  assert.match(
    resume(session, id).response.text,
    /"id":"me","error":\{"code":-32000,"message":"the connection was lost/,
  );
});

test('eight GET streams may wait for their client: the oldest ends when it opens another', () => {
  const { begin, listen } = world();
  const session = begin();
  for (let n = 0; n < 8; n++) listen(session).emit('close');
  listen(session);
  assert.equal(streamsOf(session).length, 9);
  listen(session).emit('close');
  const names = (): string[] => streamsOf(session).map(({ name }) => name);
  assert.equal(names().length, 10);
  listen(session);
  assert.deepEqual([names().length, names()[0]], [10, 'get2']);
});

test('a GET stream whose client does not come back within 5 minutes must be forgotten', () => {
  const { clock, begin, listen, resume } = world();
  const session = begin();
  const lost = listen(session);
  for (const stream of streamsOf(session)) stream.send(event('1'));
  clock.advance(10 * MINUTE);
  lost.emit('close');
  clock.advance(5 * MINUTE - 1);
  listen(session);
  assert.equal(streamsOf(session).length, 2);
  clock.advance(1);
  assert.equal(resume(session, lastId(lost)).kind, 'unknown');
  assert.equal(streamsOf(session).length, 1);
});

test('a message for later must be kept for the GET stream that was lost last, and for no other', () => {
  const { begin, listen, resume, resumptions } = world();
  const session = begin();
  assert.equal(keepForLater(session, Buffer.from('none')), false);
  const posted = new FakeResponse();
  resumptions.answer(session, outgoing(posted)).send(event('1'));
  assert.equal(keepForLater(session, Buffer.from('none')), false);
  posted.emit('close');
  assert.equal(keepForLater(session, Buffer.from('none')), false, 'it is for its own answer alone');
  const [first, second, open] = [listen(session), listen(session), listen(session)];
  for (const stream of streamsOf(session)) stream.send(event('1'));
  first.emit('close');
  second.emit('close');
  assert.equal(keepForLater(session, Buffer.from('"late"')), true);
  assert.doesNotMatch(open.text, /late/);
  assert.doesNotMatch(resume(session, lastId(first)).response.text, /late/);
  assert.match(resume(session, lastId(second)).response.text, /late/);
});

/** Opens GET streams as requests do. */
function gets(it: Pick<ReturnType<typeof world>, 'sessions' | 'resumptions' | 'keepAlive'>) {
  return (session: Session, headers: Record<string, string> = {}): FakeResponse => {
    const response = new FakeResponse();
    const all = { accept: 'text/event-stream', 'mcp-session-id': session.caller.sessionId, ...headers };
    const request = { method: 'GET', headers: all } as unknown as IncomingMessage;
    openGetStream(it, { ...outgoing(response), request, scope: '' });
    return response;
  };
}

test('eight GET streams of a session may be open: the oldest ends when a ninth opens', () => {
  const it = world();
  const [session, get] = [it.begin(), gets(it)];
  const opened = Array.from({ length: 8 }, () => get(session));
  assert.ok(opened.every(({ writableEnded }) => !writableEnded));
  get(session);
  assert.deepEqual(
    opened.map(({ writableEnded }) => writableEnded),
    [true, false, false, false, false, false, false, false],
  );
});

test('a GET without the right headers must be refused', () => {
  const it = world();
  const [session, get] = [it.begin(), gets(it)];
  const refused = (headers: Record<string, string>): unknown[] => {
    const { status, headers: answer } = get(session, headers);
    return [status, answer.allow];
  };
  assert.deepEqual(refused({ accept: 'application/json' }), [406, undefined]);
  assert.deepEqual(refused({ 'mcp-protocol-version': '2020-01-01' }), [400, undefined]);
  assert.deepEqual(refused({ 'mcp-protocol-version': '2026-07-28' }), [405, 'POST']);
  assert.deepEqual(refused({ 'mcp-session-id': 'unknown' }), [404, undefined]);
  assert.deepEqual(refused({ 'mcp-protocol-version': '2025-06-18' }), [200, undefined]);
});

test('a stream that closes must leave its session, and restart its idle time', () => {
  const it = world();
  const [session, get] = [it.begin(), gets(it)];
  const response = get(session);
  assert.equal(session.streams.size, 1);
  it.clock.advance(MINUTE);
  assert.match(response.text, /^: keep-alive$/m);
  response.emit('close');
  assert.deepEqual([session.streams.size, session.lastUsed], [0, it.clock.now()]);
  const { text } = response;
  it.clock.advance(MINUTE);
  assert.equal(response.text, text, 'no sign of life after the end');
});

test('a client that may have missed something must be told that every list may have changed', () => {
  const it = world();
  const [session, get] = [it.begin(), gets(it)];
  const whole = get(session);
  for (const stream of session.streams) stream.send(event('1'));
  whole.emit('close');
  assert.doesNotMatch(get(session, { 'last-event-id': lastId(whole) }).text, /list_changed/);
  const changed = (headers: Record<string, string>): number =>
    [...get(session, headers).text.matchAll(/list_changed/g)].length;
  assert.equal(changed({ 'last-event-id': 'unknown' }), 3);
  assert.equal(changed({}), 0);
  session.initialized = false;
  assert.equal(changed({ 'last-event-id': 'unknown' }), 0);
});

test('a client must be told so too if its stream has lost events', () => {
  const it = world();
  const [session, get] = [it.begin(), gets(it)];
  const first = get(session);
  const [stream] = streamsOf(session);
  stream?.send(event('1'));
  first.emit('close');
  for (let n = 0; n < 257; n++) stream?.send(event('2'));
  const { text } = get(session, { 'last-event-id': lastId(first) });
  assert.deepEqual(
    [[...text.matchAll(/data: 2/g)].length, [...text.matchAll(/list_changed/g)].length],
    [256, 3],
  );
});

test('a stream that closes must be watched no more', () => {
  let watched = 0;
  const watch = () => {
    watched += 1;
    return () => {
      watched -= 1;
    };
  };
  const it = { ...world(), keepAlive: { watch, close() {} } };
  const response = gets(it)(it.begin());
  assert.equal(watched, 1);
  response.emit('close');
  assert.equal(watched, 0);
});

test('a stream of a POST that is over must be refused as one that no GET can have', () => {
  const it = world();
  const [session, get] = [it.begin(), gets(it)];
  const first = new FakeResponse();
  const stream = it.resumptions.answer(session, outgoing(first));
  stream.sendLast(event('1'));
  const over = get(session, { 'last-event-id': lastId(first) });
  assert.deepEqual([over.status, over.headers.allow], [405, 'POST, DELETE']);
  assert.equal(session.streams.size, 0);
});
