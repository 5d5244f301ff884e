import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type CallRequest, type ServerNotification, settled } from '../../../src/model/calls.ts';
import { toJson } from '../../../src/model/text/json.ts';
import { composeLayers } from '../../../src/runtime/calls/call-path.ts';
import { createSubscriptions } from '../../../src/runtime/calls/subscriptions.ts';
import { callerOf } from '../../helpers/caller.ts';
import { errorOf, OTHER_SESSION, recorder, requestOf, resultOf, SESSION, textOf } from './harness.ts';

const subscribe = (uri: string) => requestOf('resources/subscribe', { uri });
const unsubscribe = (uri: string) => requestOf('resources/unsubscribe', { uri });
const OK = resultOf('{}');

function harness(perCaller = 100, totalBytes = 1_000_000) {
  const subscriptions = createSubscriptions(undefined, { perCaller, totalBytes });
  const { next, passed } = recorder();
  const call = composeLayers([subscriptions.follow, subscriptions.remember], next);
  const followersOf = (uri: string, more: Partial<ServerNotification> = {}): string[] => {
    const method = 'notifications/resources/updated';
    const params = toJson({ uri });
    const { followers } = subscriptions.withFollowers({ serverName: 's', method, params, ...more });
    return [...(followers ?? [])];
  };
  const restored = (): string[] => {
    const asked: CallRequest[] = [];
    subscriptions.restore('s', {
      call(request) {
        asked.push(request);
        return { reply: Promise.resolve(OK), cancel: () => {} };
      },
    });
    return asked.map(({ method, params }) => `${method} ${params}`);
  };
  return {
    subscriptions,
    call,
    passed,
    followersOf,
    restored,
    end: (it = SESSION) => subscriptions.endSession(it.sessionId, call),
  };
}

test('an update must reach the followers of the resource, or of one that it is a part of, at that server', async () => {
  const { call, followersOf } = harness();
  call('s', subscribe('r://a'), SESSION);
  call('s', subscribe('r://a/b'), OTHER_SESSION);
  call('another', subscribe('r://a'), callerOf({ sessionId: 'third' }));
  assert.deepEqual(followersOf('r://a'), ['one']);
  assert.deepEqual(followersOf('r://a/b'), ['one', 'other']);
  assert.deepEqual(followersOf('r://ab'), []);
  assert.deepEqual(followersOf('r://a/b', { sessionId: 'other' }), ['other'], 'a connection of its own');
});

test('a subscription must count before its answer, and no more once the server refuses it', async () => {
  const { call, passed, followersOf, subscriptions } = harness();
  call('s', subscribe('r://a'), SESSION);
  assert.ok(subscriptions.isFollowed('s'));
  await passed[0]?.answer(errorOf('{}'));
  assert.deepEqual([followersOf('r://a'), subscriptions.isFollowed('s')], [[], false]);
});

test('a server must be unsubscribed for its last follower only', async () => {
  const { call, passed } = harness();
  call('s', subscribe('r://a'), SESSION);
  call('s', subscribe('r://a'), OTHER_SESSION);
  const kept = call('s', unsubscribe('r://a'), SESSION);
  assert.equal((await kept.reply).json.toString(), '{}');
  assert.equal(passed.length, 2);
  call('s', unsubscribe('r://a'), OTHER_SESSION);
  assert.equal(passed[2]?.request.method, 'resources/unsubscribe');
});

test('the end of a session must unsubscribe from what it alone followed over the shared connection', async () => {
  const { call, passed, end } = harness();
  for (const uri of ['r://a', 'r://b']) call('s', subscribe(uri), SESSION);
  call('s', subscribe('r://b'), OTHER_SESSION);
  for (const it of passed) await it.answer(OK);
  end();
  end();
  assert.deepEqual(textOf(passed.slice(3)), ['resources/unsubscribe {"uri":"r://a"}']);
  assert.equal(passed[3]?.caller, SESSION);
});

test('a subscription over a connection of the session’s own must end with it, without a request', async () => {
  const subscriptions = createSubscriptions(() => false);
  const { next, passed } = recorder();
  const call = subscriptions.follow(next);
  call('s', subscribe('r://a'), SESSION);
  await passed[0]?.answer(OK);
  subscriptions.endSession('one', call);
  assert.equal(passed.length, 1);
});

test('a subscription that a server takes after its session has ended must be given back', async () => {
  const { call, passed, end } = harness();
  call('s', subscribe('r://a'), SESSION);
  end();
  assert.equal(passed.length, 1);
  await passed[0]?.answer(OK);
  assert.deepEqual(textOf(passed.slice(1)), ['resources/unsubscribe {"uri":"r://a"}']);
});

test('a new connection must be asked for everything that the one before was, and for nothing else', async () => {
  const { call, passed, restored } = harness();
  call('s', subscribe('r://a'), SESSION);
  call('s', requestOf('tasks/subscribe', { taskId: 't' }), SESSION);
  call('s', subscribe('r://refused'), SESSION);
  await passed[0]?.answer(OK);
  await passed[1]?.answer(OK);
  await passed[2]?.answer(errorOf('{}'));
  assert.deepEqual(restored(), ['resources/subscribe {"uri":"r://a"}', 'tasks/subscribe {"taskId":"t"}']);
  call('s', unsubscribe('r://a'), SESSION);
  assert.deepEqual(restored(), ['tasks/subscribe {"taskId":"t"}']);
});

test('a task must be followed by its exact id, and does not make its server followed', async () => {
  const { call, subscriptions } = harness();
  call('s', requestOf('tasks/subscribe', { taskId: 't' }), SESSION);
  const followers = (taskId: string) =>
    subscriptions.withFollowers({
      serverName: 's',
      method: 'notifications/tasks',
      params: toJson({ taskId }),
    }).followers;
  assert.deepEqual([...(followers('t') ?? [])], ['one']);
  assert.deepEqual([...(followers('t/1') ?? [])], []);
  assert.equal(subscriptions.isFollowed('s'), false);
});

test('a notification about no topic must be passed on as it is', () => {
  const { subscriptions } = harness();
  const notification = { serverName: 's', method: 'notifications/message' };
  assert.equal(subscriptions.withFollowers(notification), notification);
});

test('what one caller follows must be bounded', async () => {
  const { call, followersOf } = harness(1);
  call('s', subscribe('r://a'), SESSION);
  call('s', subscribe('r://b'), SESSION);
  assert.deepEqual([followersOf('r://a'), followersOf('r://b')], [['one'], []]);
});

const codeOf = async (call: { reply: Promise<{ kind: string; json: Buffer }> }): Promise<unknown> => {
  const { kind, json } = await call.reply;
  return kind === 'error' ? JSON.parse(`${json}`).code : undefined;
};

test('a session that follows as much as it may must be refused more, until it unsubscribes', async () => {
  const { call, passed, followersOf } = harness(2);
  for (const uri of ['r://a', 'r://b']) call('s', subscribe(uri), SESSION);
  assert.equal(await codeOf(call('s', subscribe('r://c'), SESSION)), -31005);
  assert.deepEqual([passed.length, followersOf('r://c')], [2, []]);
  call('s', subscribe('r://b'), SESSION);
  call('s', unsubscribe('r://a'), SESSION);
  call('s', subscribe('r://c'), SESSION);
  assert.deepEqual(followersOf('r://c'), ['one']);
});

test('a name too long to keep must be refused, and reach no server', async () => {
  const { call, passed } = harness();
  const long = call('s', subscribe(`r://${'x'.repeat(8 * 1024)}`), SESSION);
  assert.equal(await codeOf(long), -32602);
  assert.equal(passed.length, 0);
  call('s', subscribe(`r://${'x'.repeat(8 * 1024 - 4)}`), SESSION);
  assert.equal(passed.length, 1);
});

test('what the sessions of one client follow must be bounded together, and leave room for others', async () => {
  const { call, passed, end } = harness(1_000, 100_000);
  const sessions = Array.from({ length: 100 }, (_, index) =>
    callerOf({ sessionId: `${index}`, principal: 'a' }),
  );
  const follow = (caller: (typeof sessions)[number]) =>
    call('s', subscribe(`r://${'x'.repeat(1_000)}${caller.sessionId}`), caller);
  for (const session of sessions) follow(session);
  const taken = passed.length;
  assert.ok(taken > 10 && taken < 25, `${taken} of the first client`);
  const more = callerOf({ sessionId: 'more', principal: 'a' });
  assert.equal(await codeOf(follow(more)), -31005);
  follow(callerOf({ sessionId: 'other', principal: 'b' }));
  assert.equal(passed.length, taken + 1);
  for (const session of sessions.slice(0, 3)) end(session);
  const before = passed.length;
  follow(more);
  assert.equal(passed.length, before + 1);
});

/** Subscriptions at a server that serves each era over a connection of its own, while `isOpen`. */
function bothEras() {
  const eras = { isOpen: true };
  const subscriptions = createSubscriptions(() => eras.isOpen);
  const { next, passed } = recorder();
  const call = subscriptions.follow(subscriptions.remember(next));
  const [old, young] = [
    callerOf({ sessionId: 'old', era: 'legacy' }),
    callerOf({ sessionId: 'young', era: 'modern' }),
  ];
  const hear = (era?: 'legacy') =>
    subscriptions.withFollowers({
      serverName: 's',
      method: 'notifications/resources/updated',
      params: toJson({ uri: 'r://a' }),
      ...(era ? { era } : {}),
    }).followers;
  return { eras, subscriptions, call, passed, old, young, heard: (era?: 'legacy') => [...(hear(era) ?? [])] };
}

test('an update must reach the followers of the era in which it came, and all while there is one connection', () => {
  const { eras, call, old, young, heard } = bothEras();
  call('s', subscribe('r://a'), old);
  call('s', subscribe('r://a'), young);
  assert.deepEqual([heard('legacy'), heard()], [['old'], ['young']]);
  eras.isOpen = false;
  assert.deepEqual(heard(), ['old', 'young']);
});

test('the last follower of each era must unsubscribe its connection', () => {
  const { eras, call, passed, old, young } = bothEras();
  for (const caller of [old, young]) call('s', subscribe('r://a'), caller);
  call('s', unsubscribe('r://a'), old);
  assert.equal(passed.length, 3);
  call('s', subscribe('r://a'), old);
  eras.isOpen = false;
  call('s', unsubscribe('r://a'), old);
  assert.equal(passed.length, 4);
});

test('connections for legacy clients must be asked for what these follow', async () => {
  const { subscriptions, call, passed, old, young } = bothEras();
  call('s', subscribe('r://a'), old);
  call('s', subscribe('r://b'), young);
  for (const it of [...passed]) await it.answer(OK);
  const asked: string[] = [];
  const upstream = {
    call({ params }: CallRequest) {
      asked.push(String(params));
      return settled(OK);
    },
  };
  subscriptions.restore('s', upstream, 'legacy');
  assert.deepEqual(asked, ['{"uri":"r://a"}']);
});

test('a connection that no longer serves legacy clients must be unsubscribed from what they alone follow', async () => {
  const { subscriptions, call, passed, old, young } = bothEras();
  for (const uri of ['r://a', 'r://both']) call('s', subscribe(uri), old);
  for (const uri of ['r://both', 'r://b']) call('s', subscribe(uri), young);
  for (const it of [...passed]) await it.answer(OK);
  const asked: string[] = [];
  const upstream = {
    call({ method, params }: CallRequest) {
      asked.push(`${method} ${params}`);
      return settled(OK);
    },
  };
  subscriptions.leave('s', upstream, 'legacy');
  assert.deepEqual(asked, ['resources/unsubscribe {"uri":"r://a"}']);
});

test('the end of a session must unsubscribe the connection of its era, also from what the other era follows', async () => {
  const { eras, subscriptions, call, passed, old, young } = bothEras();
  for (const caller of [old, young]) call('s', subscribe('r://a'), caller);
  for (const it of [...passed]) await it.answer(OK);
  subscriptions.endSession('old', call);
  assert.deepEqual(textOf(passed.slice(2)), ['resources/unsubscribe {"uri":"r://a"}']);
  assert.equal(passed[2]?.caller, old);
  call('s', subscribe('r://a'), old);
  await passed[3]?.answer(OK);
  eras.isOpen = false;
  subscriptions.endSession('old', call);
  assert.equal(passed.length, 4, 'both share one connection now');
});

test('a subscription taken after its session has ended must be given back, though the other era follows', async () => {
  const { subscriptions, call, passed, old, young } = bothEras();
  for (const caller of [old, young]) call('s', subscribe('r://a'), caller);
  subscriptions.endSession('old', call);
  await passed[0]?.answer(OK);
  assert.deepEqual(textOf(passed.slice(2)), ['resources/unsubscribe {"uri":"r://a"}']);
  await passed[1]?.answer(OK);
  assert.equal(passed.length, 3);
});

test('one session must follow 10,000 resources, and all clients together as much as fits into 64 MiB', () => {
  const subscriptions = createSubscriptions(() => false);
  const { next, passed } = recorder();
  const call = composeLayers([subscriptions.follow, subscriptions.remember], next);
  const followed = (session: string, principal: string, length: number): number => {
    const before = passed.length;
    const caller = callerOf({ sessionId: session, principal });
    for (let index = 0; index < 10_001; index += 1)
      call('s', subscribe(`r://${session}${index}`.padEnd(length, 'x')), caller);
    return passed.length - before;
  };
  assert.equal(followed('short', 'a', 20), 10_000);
  // Half of 64 MiB for one client alone: 500 bytes each and two for each character.
  const long = followed('long', 'b', 8_000);
  assert.ok(long * (8_000 * 2 + 500) < 32 * 2 ** 20 && long > 1_500, `${long} long ones`);
});
