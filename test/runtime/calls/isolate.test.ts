import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Call } from '../../../src/model/calls.ts';
import { isolate } from '../../../src/runtime/calls/isolate.ts';
import { callerOf } from '../../helpers/caller.ts';
import { requestOf, resultOf, serving, under } from './harness.ts';

const ASKABLE = callerOf({ capabilities: '{"roots":{}}' });
const MUTE = callerOf();

function wayOf(view: object, upstream: object, caller = MUTE, hasRoom = true): string {
  const ways: string[] = [];
  const by = (way: string) => (): Call => {
    ways.push(way);
    return { reply: Promise.resolve(resultOf('{}')), cancel: () => {} };
  };
  const isolated = { callInSession: by('session'), callAlone: by('call'), hasRoom: () => hasRoom };
  const instance = serving(view, { upstream, isolated });
  const { call, passed } = under(isolate({ serving: () => instance }));
  call('s', requestOf('tools/call'), caller);
  return [...ways, ...passed.map(() => 'shared')].join();
}

const HTTP = { kind: 'http', inventory: {} };
const MODERN_HTTP = { kind: 'http', inventory: { era: 'modern' } };
const CHILD = { kind: 'child', inventory: {} };

for (const [what, way, args] of [
  ['of a server that is shared', 'shared', [{}, CHILD]],
  ['of a server with isolation: session', 'session', [{ isolation: 'session' }, CHILD]],
  ['of a server with isolation: call', 'call', [{ isolation: 'call' }, CHILD, ASKABLE]],
  ['to a legacy HTTP server that could ask its client', 'session', [{}, HTTP, ASKABLE]],
  ['to a legacy HTTP server whose client cannot be asked', 'shared', [{}, HTTP, MUTE]],
  ['to a legacy HTTP server with too many sessions', 'shared', [{}, HTTP, ASKABLE, false]],
  ['to a modern HTTP server', 'shared', [{}, MODERN_HTTP, ASKABLE]],
  ['to a process that could ask its client', 'shared', [{}, CHILD, ASKABLE]],
] as const)
  test(`a call ${what} must go over the connection of: ${way}`, () => {
    assert.equal(wayOf(...(args as unknown as Parameters<typeof wayOf>)), way);
  });

test('a call to a server that does not serve must be passed on', () => {
  const { call, passed } = under(isolate({ serving: () => undefined }));
  call('s', requestOf('tools/call'), MUTE);
  assert.equal(passed.length, 1);
});

/** A modern server, whose legacy side is in this state. */
function bothEras(side: { pair?: object; opening?: Promise<void> }, isolation = 'shared') {
  const ways: string[] = [];
  const answered = (way: string): Call => {
    ways.push(way);
    return { reply: Promise.resolve(resultOf('{}')), cancel: () => void ways.push('cancelled') };
  };
  const isolatedOf = (era: string) => ({
    callInSession: () => answered(`${era} session`),
    callAlone: () => answered(`${era} call`),
    hasRoom: () => true,
  });
  const legacy = side as { pair?: object; opening?: Promise<void> | undefined };
  const pair = { upstream: HTTP, isolated: isolatedOf('legacy') };
  const instance = serving({ isolation }, { upstream: MODERN_HTTP, isolated: isolatedOf('modern'), legacy });
  const { call, passed } = under(isolate({ serving: () => instance }));
  return { call, passed, ways, legacy, pair };
}

const LEGACY = callerOf({ era: 'legacy' });
const LEGACY_ASKABLE = callerOf({ era: 'legacy', capabilities: '{"roots":{}}' });
const MODERN_ASKABLE = callerOf({ era: 'modern', capabilities: '{"roots":{}}' });
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

for (const [what, way, caller, isolation] of [
  ['a legacy client that can be asked', 'legacy session', LEGACY_ASKABLE, 'shared'],
  ['a legacy client that cannot be asked', 'shared', LEGACY, 'shared'],
  ['a modern client', 'shared', MODERN_ASKABLE, 'shared'],
  ['a legacy client under isolation', 'legacy call', LEGACY, 'call'],
  ['a modern client under isolation', 'modern session', MODERN_ASKABLE, 'session'],
] as const)
  test(`at a server of both eras, ${what} must be served over: ${way}`, () => {
    const { call, passed, ways, legacy, pair } = bothEras({}, isolation);
    legacy.pair = pair;
    call('s', requestOf('tools/call'), caller);
    assert.deepEqual([...ways, ...passed.map(() => 'shared')], [way]);
  });

test('a server whose legacy era is not open must serve legacy clients in the modern one', () => {
  const { call, passed, ways } = bothEras({});
  call('s', requestOf('tools/call'), LEGACY_ASKABLE);
  assert.deepEqual([passed.length, ways], [1, []]);
});

test('a call of a legacy client, and of no other, must wait for its era; cancelled before, it is never made', async () => {
  const gate = Promise.withResolvers<void>();
  const { call, passed, ways, legacy, pair } = bothEras({ opening: gate.promise });
  call('s', requestOf('tools/call'), LEGACY_ASKABLE);
  const cancelled = call('s', requestOf('tools/call'), LEGACY_ASKABLE);
  call('s', requestOf('tools/call'), MODERN_ASKABLE);
  assert.deepEqual([passed.length, ways], [1, []]);
  cancelled.cancel('never mind');
  legacy.pair = pair;
  legacy.opening = undefined;
  gate.resolve();
  await turn();
  assert.deepEqual([passed.length, ways, (await cancelled.reply).kind], [1, ['legacy session'], 'error']);
});
