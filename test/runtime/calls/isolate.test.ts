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
