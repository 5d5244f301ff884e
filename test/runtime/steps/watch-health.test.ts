/** Silence of a server is shown while it lasts, and ends in a failure with a retry. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Connections } from '../../../src/runtime/instances/instance.ts';
import { watchInstance } from '../../../src/runtime/steps/watch-health.ts';
import { connections, table, unit } from '../instances/harness.ts';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A ready instance whose server `answers` pings, or fails them at once. */
function world() {
  const { clock, instances, events } = table();
  const log: string[] = [];
  const server = { answers: false };
  const open = connections(log);
  const upstream = { ...open.upstream, wasHeard: () => false, ping: async () => server.answers, inFlight: 0 };
  const mine: Connections = { ...open, upstream };
  const instance = instances.begin(unit(), 'native');
  const deps = {
    clock,
    instances,
    logs: { add: (_name: string, _stream: string, text: string) => void log.push(text) },
  };
  instances.connected(instance, mine, watchInstance(deps, instance, mine));
  events.splice(0);
  const pass = async (intervals: number): Promise<void> => {
    for (let n = 0; n < intervals; n += 1) {
      clock.advance(1_000);
      await turn();
    }
  };
  return { instance, events, server, log, pass };
}

test('a silent server must be suspected, and recover', async () => {
  const { instance, events, server, log, pass } = world();
  await pass(2);
  assert.deepEqual(events, ['suspected', 'suspected']);
  assert.equal(
    instance.state.phase === 'ready' && instance.state.silence?.detail,
    'missed 2 pings in a row; it still gets calls',
  );
  server.answers = true;
  await pass(1);
  assert.deepEqual(events, ['suspected', 'suspected', 'recovered']);
  assert.deepEqual(log, [
    'trouble',
    'files was silent, and did not answer ping within 1 s',
    'trouble',
    'no trouble',
    'it answers again',
  ]);
});

test('a server that stays silent must fail, its connections be closed, and be checked no more', async () => {
  const { instance, events, log, pass } = world();
  await pass(3);
  assert.equal(instance.state.phase === 'failed' && instance.state.error.code, 'SERVER_TIMEOUT');
  assert.deepEqual(log.slice(-3), ['restarting it: it stays silent', 'upstream closed', 'isolated closed']);
  const { length } = events;
  await pass(30);
  assert.deepEqual(events.slice(length), ['retryDue']);
});
