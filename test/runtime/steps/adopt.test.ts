/** Time limits of an adoption: short for the second `initialize`, the usual one after a restart. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ContainerFacts } from '../../../src/model/engine.ts';
import type { Instance } from '../../../src/runtime/instances/instance.ts';
import { type Adoption, adoptOrRestart } from '../../../src/runtime/steps/adopt.ts';

const RUNNING = { isRunning: true, isRestarting: false } as ContainerFacts;
const DEPS = {
  logs: { add: () => {} },
  board: { restarted: () => {} },
  statuses: { progress: () => {} },
};

/** The adoptions that are tried of a server which accepts none before its restart. */
async function tried(start: number, container: ContainerFacts | undefined): Promise<Adoption[]> {
  const server = { type: 'container', transport: 'stdio', view: { timeouts: { start } } };
  const state = { phase: 'starting', restart: { failures: 0 } };
  const instance = { serverName: 's', unit: { server }, state } as unknown as Instance;
  const all: Adoption[] = [];
  await adoptOrRestart(DEPS, instance, container, new AbortController().signal, async (adoption) => {
    all.push(adoption);
    if (adoption.isWarm) throw new Error('no');
  });
  return all;
}

test('a server that was running already must answer within 10 s, and after its restart in its usual time', async () => {
  assert.deepEqual(await tried(60_000, RUNNING), [
    { isRestart: false, startMs: 10_000, isWarm: true },
    { isRestart: true, startMs: 60_000, isWarm: false },
  ]);
  assert.equal((await tried(3_000, RUNNING))[0]?.startMs, 3_000);
});

test('a server that was not running must have its usual time', async () => {
  assert.deepEqual(await tried(60_000, undefined), [{ isRestart: false, startMs: 60_000, isWarm: false }]);
});
