/** Stops and starts of servers change what is desired, and ask for a reload. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Unit } from '../src/model/compiled.ts';
import type { ServerState } from '../src/model/status.ts';
import { createSwitching, type SwitchingParts } from '../src/switching.ts';

function harness(state: ServerState = 'ready') {
  const [done, stopped] = [[] as string[], new Set<string>()];
  const parts = {
    stopped: {
      has: (name: string) => stopped.has(name),
      stop: ({ server }: Unit) => void stopped.add(server.serverName),
      start: (name: string) => void stopped.delete(name),
    },
    runtime: {
      units: new Map([['a', { server: { serverName: 'a' } }]]),
      board: {
        get: () => ({ state }),
        show: (name: string, shown: string) => void done.push(`${name} is ${shown}`),
      },
      restart: async (name: string) => void done.push(`restart ${name}`),
    },
    requestReload: (cause: string) => void done.push(cause),
  } as unknown as SwitchingParts;
  return { switching: createSwitching(parts), parts, done, stopped };
}

test('a second stop, and a start of a server that runs, must change nothing', async () => {
  const { switching, done, stopped } = harness();
  await switching.startServer('a');
  assert.deepEqual(done, []);
  switching.stopServer('a');
  assert.deepEqual([[...stopped], done.splice(0)], [['a'], ['a is draining', 'stop of a']]);
  switching.stopServer('a');
  assert.deepEqual(done, []);
});

test('start and restart must both start a stopped server, through a reload', async () => {
  for (const verb of ['startServer', 'restartServer'] as const) {
    const { switching, done, stopped } = harness();
    stopped.add('a');
    await switching[verb]('a');
    assert.deepEqual([[...stopped], done], [[], ['a is pending', 'start of a']]);
  }
});

test('start must try a failed server again', async () => {
  const { switching, done } = harness('failed');
  await switching.startServer('a');
  assert.deepEqual(done, ['restart a']);
});

test('a server that is gone by now must be an error', () => {
  assert.throws(() => harness().switching.stopServer('b'), { code: 'SERVER_UNKNOWN' });
});

test('a restart must apply edits first, where nobody follows them', async () => {
  const { parts, done } = harness();
  const readAgain = async (cause: string) => void done.push(`read for ${cause}`);
  await createSwitching({ ...parts, readAgain }).restartServer('a');
  assert.deepEqual(done, ['read for restart of a', 'restart a']);
});
