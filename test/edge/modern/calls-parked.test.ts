/** Calls that wait for their clients to come back: how many, and for how long. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createModernCalls } from '../../../src/edge/modern/calls.ts';
import type { ModernRequest } from '../../../src/edge/modern/request.ts';
import type { Reply } from '../../../src/model/calls.ts';
import { jsonText } from '../../../src/model/text/json.ts';
import { callerOf } from '../../helpers/caller.ts';
import { fakeClock } from '../../helpers/fake-clock.ts';

function world() {
  const clock = fakeClock();
  let cancelled = 0;
  const calls = createModernCalls({
    call: () => ({ reply: new Promise<Reply>(() => {}), cancel: () => void cancelled++ }),
    clock,
    setLogLevel: () => {},
    onSessionEnd: () => {},
  });
  /** A call of that client whose server asks it something. */
  const park = async (principal: string): Promise<void> => {
    const sessionId = `${principal} ${++made}`;
    const incoming = {
      request: { method: 'tools/call', text: Buffer.from('{}') },
      params: new Map(),
      meta: { askable: new Map([['roots', Buffer.from('{}')]]) },
      exchange: { onGone: () => {} },
      outbox: { keep: () => () => {} },
      scope: '',
      caller: callerOf({ principal, sessionId, era: 'modern' }),
    };
    void calls.start(incoming as unknown as ModernRequest, { serverName: 's', params: jsonText('{}') });
    const { signal } = new AbortController();
    void calls.ask({ serverName: 's', sessionId, method: 'roots/list', signal });
    await new Promise(setImmediate);
  };
  let made = 0;
  return { calls, clock, park, cancelled: () => cancelled };
}

test('two thousand calls may be parked, half of them of one client alone', async () => {
  const { calls, park } = world();
  for (let call = 0; call < 1_001; call++) await park('a');
  assert.equal(calls.parked, 1_000);
  await park('b');
  assert.equal(calls.parked, 1_001);
});

test('a client must have ten minutes to come back', async () => {
  const { calls, clock, park, cancelled } = world();
  await park('a');
  clock.advance(599_999);
  assert.deepEqual([calls.parked, cancelled()], [1, 0]);
  clock.advance(1);
  assert.deepEqual([calls.parked, cancelled()], [0, 1]);
});
