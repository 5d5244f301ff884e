/** A server that is another version by now is connected again, and not for ever. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GatewayError } from '../../../src/errors.ts';
import type { InstanceIn } from '../../../src/runtime/instances/instance.ts';
import { createReconnect } from '../../../src/runtime/steps/reconnect.ts';
import { fakeClock } from '../../helpers/fake-clock.ts';

function world() {
  const clock = fakeClock(0);
  const log: string[] = [];
  const reconnect = createReconnect({
    clock,
    logs: { add() {} },
    board: { restarted: () => void log.push('counted') },
    instances: { failed: () => void log.push('failed') },
    disconnect: async () => void log.push('disconnected'),
    restart: () => log.push('restarted'),
    requestReload: () => log.push('reload'),
  });
  const outdated = (kind: string): string[] => {
    const connections = { upstream: { kind, close: async () => {} }, isolated: { close: async () => {} } };
    const instance = { serverName: 's', state: { connections } } as unknown as InstanceIn<'ready'>;
    reconnect(instance, new GatewayError('SERVER_EXITED', 'over'));
    return log.splice(0);
  };
  return { clock, outdated };
}

test('a new connection over HTTP must be no restart, up to ten times in a minute', () => {
  const { clock, outdated } = world();
  for (let n = 0; n < 10; n++) assert.deepEqual(outdated('http'), ['disconnected', 'reload']);
  assert.deepEqual(outdated('http'), ['failed']);
  clock.advance(60_000);
  assert.deepEqual(outdated('http'), ['disconnected', 'reload']);
});

test('a process that is another version must be restarted', () => {
  assert.deepEqual(world().outdated('child'), ['counted', 'restarted']);
});
