import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GatewayError } from '../../../src/errors.ts';
import type { InstanceIn } from '../../../src/runtime/instances/instance.ts';
import { createRenew, type RenewDeps } from '../../../src/runtime/steps/reconnect.ts';
import { manualClock } from '../upstream/harness.ts';

function world() {
  const clock = manualClock();
  const log: string[] = [];
  const renew = createRenew({
    clock,
    logs: { add() {} } as unknown as RenewDeps['logs'],
    board: { restarted: () => log.push('counted') } as unknown as RenewDeps['board'],
    instances: { failed: () => log.push('failed') },
    disconnect: async () => void log.push('disconnected'),
    restart: () => log.push('restarted'),
    lookAgain: () => log.push('looked'),
  });
  const outdated = (kind: string): string[] => {
    const connections = { upstream: { kind, close: async () => {} }, isolated: { close: async () => {} } };
    const instance = { serverName: 's', state: { connections } } as unknown as InstanceIn<'ready'>;
    renew(instance, new GatewayError('SERVER_EXITED', 'over'));
    return log.splice(0);
  };
  return { clock, outdated };
}

test('a new connection over HTTP must be no restart, until it is wanted more than ten times in a minute', () => {
  const { clock, outdated } = world();
  for (let n = 0; n < 10; n++) assert.deepEqual(outdated('http'), ['disconnected', 'looked']);
  assert.deepEqual(outdated('http'), ['counted', 'failed']);
  clock.advance(60_000);
  assert.deepEqual(outdated('http'), ['disconnected', 'looked']);
});

test('a process that is another version must be restarted', () => {
  assert.deepEqual(world().outdated('child'), ['counted', 'restarted']);
});
