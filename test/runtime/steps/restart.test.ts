/** A restart ends everything of one server, and then has it started again by a reload. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GatewayError } from '../../../src/errors.ts';
import { createChains } from '../../../src/runtime/steps/chains.ts';
import { createDisconnect } from '../../../src/runtime/steps/disconnect.ts';
import { createRestart } from '../../../src/runtime/steps/restart.ts';
import { connections, table, unit } from '../instances/harness.ts';

function world(halt: () => Promise<void> = async () => {}) {
  const { clock, instances } = table();
  const log: string[] = [];
  const chains = createChains(clock);
  const reloaded = Promise.withResolvers<void>();
  const restart = createRestart({
    chains,
    instances,
    board: { show: (_name, state, facts) => void log.push(`${state}: ${facts?.detail}`) },
    logs: { add: (_name, _stream, text) => void log.push(text) },
    disconnect: createDisconnect(instances),
    async halt({ instanceId }) {
      log.push(`halt ${instances.get(instanceId) ? 'too early' : 'after its end'}`);
      await halt();
    },
    requestReload(cause) {
      log.push(cause);
      reloaded.resolve();
    },
  });
  return { instances, chains, restart, log, reloaded: reloaded.promise };
}

test('what serves must be drained, its container halted, and a reload asked for', async () => {
  const { instances, restart, log, reloaded } = world();
  const instance = instances.begin(unit(), 'container', { containerId: 'c1' });
  instances.connected(instance, connections(log), { close() {} });
  restart('files');
  await reloaded;
  assert.deepEqual(log, [
    'draining: restarting',
    'upstream drained',
    'isolated drained',
    'upstream closed',
    'isolated closed',
    'halt after its end',
    'restart of files',
  ]);
  assert.deepEqual(instances.all(), []);
});

test('an instance that drains already must be left alone', async () => {
  const { instances, restart, log, reloaded } = world();
  const instance = instances.begin(unit(), 'native');
  instances.draining(instance, true);
  restart('files');
  await reloaded;
  assert.deepEqual(log, ['draining: restarting', 'restart of files']);
  assert.equal(instance.state.phase, 'draining');
});

test('an instance that ends while another one drains must not fail the restart', async () => {
  const { instances, restart, log, reloaded } = world();
  const drained = Promise.withResolvers<void>();
  const open = connections();
  const upstream = { ...open.upstream, drain: () => drained.promise };
  instances.connected(instances.begin(unit(), 'native'), { ...open, upstream }, { close() {} });
  const other = instances.begin(unit('files', { hash: 'h2' }), 'native');
  instances.draining(other, true);
  restart('files');
  await new Promise((resolve) => setImmediate(resolve));
  instances.end(other);
  drained.resolve();
  await reloaded;
  assert.equal(
    log.some((line) => line.startsWith('restart failed')),
    false,
  );
});

test('what is being done for the server must be aborted first', async () => {
  const { instances, chains, restart, reloaded } = world();
  const instance = instances.begin(unit(), 'native');
  const chain = chains.replace('files', async (signal) => {
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
    instances.end(instance);
  });
  await new Promise((resolve) => setImmediate(resolve));
  restart('files');
  await Promise.all([chain, reloaded]);
  assert.equal(instance.state.phase, 'ended');
});

test('an engine that refuses must be logged, and the server be started again all the same', async () => {
  const { instances, restart, log, reloaded } = world(() =>
    Promise.reject(new GatewayError('ENGINE_UNREACHABLE', 'no answer')),
  );
  instances.connected(instances.begin(unit(), 'native'), connections(), { close() {} });
  restart('files');
  await reloaded;
  assert.deepEqual(log.slice(-2), ['restart failed: no answer', 'restart of files']);
});
