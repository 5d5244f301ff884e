/** Calls that were in flight when their connection ended, and never reached the server. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Reply } from '../../../../src/model/calls.ts';
import { jsonText } from '../../../../src/model/text/json.ts';
import { Calls } from '../../../../src/runtime/upstream/requests/calls.ts';
import { fakeClock } from '../../../helpers/fake-clock.ts';

const GONE: Reply = { kind: 'error', json: jsonText('{"code":-31001,"message":"gone"}') };

test('a call that was never sent must be settled as undone, so that it can be made again', async () => {
  const calls = new Calls({
    serverName: 's',
    clock: fakeClock(),
    limits: { callMs: 1_000, callMaxMs: 2_000, maxInFlight: 9 },
    send: async () => {},
    sendCancel: () => {},
    onAnswer: () => {},
  });
  const [sent, unsent] = [calls.call({ method: 'a' }), calls.call({ method: 'b' })];
  calls.close(GONE, new Set([String(unsent.id)]));
  assert.deepEqual(await sent.reply, GONE);
  assert.deepEqual(await unsent.reply, { ...GONE, isUndone: true });
});
