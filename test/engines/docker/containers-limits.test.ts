/** Time limits of requests about containers, as they are given to the engine's client. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type Docker from 'dockerode';
import {
  listContainers,
  removeContainer,
  restartContainer,
  startContainer,
  stopContainer,
} from '../../../src/engines/docker/containers.ts';

/** Limits in milliseconds, in the order in which they were set. */
function world(t: TestContext, stopTimeout?: number): { docker: Docker; limits: number[] } {
  const limits: number[] = [];
  t.mock.method(AbortSignal, 'timeout', (ms: number) => {
    limits.push(ms);
    return new AbortController().signal;
  });
  const done = async (): Promise<void> => {};
  const config = stopTimeout === undefined ? {} : { StopTimeout: stopTimeout };
  const inspect = async () => ({ Config: config });
  const container = { inspect, start: done, stop: done, restart: done, remove: done };
  const docker = { listContainers: async () => [], getContainer: () => container };
  return { docker: docker as unknown as Docker, limits };
}

test('a list of containers must come within 10 s', async (t) => {
  const { docker, limits } = world(t);
  await listContainers(docker, 'label');
  assert.deepEqual(limits, [10_000]);
});

test('a container must start within 60 s', async (t) => {
  const { docker, limits } = world(t);
  await startContainer(docker, 'id');
  assert.deepEqual(limits, [60_000]);
});

test('a container must stop within 15 s and its grace period, which is 10 s by default', async (t) => {
  const usual = world(t);
  await stopContainer(usual.docker, 'id');
  assert.deepEqual(usual.limits, [25_000]);
  const own = world(t, 3);
  await stopContainer(own.docker, 'id');
  assert.deepEqual(own.limits, [18_000]);
});

test('a container must restart within the times of a stop and a start', async (t) => {
  const { docker, limits } = world(t, 3);
  await restartContainer(docker, 'id');
  assert.deepEqual(limits, [78_000]);
});

test('a container must be removed within 60 s after its stop', async (t) => {
  const { docker, limits } = world(t, 3);
  await removeContainer(docker, 'id');
  assert.deepEqual(limits, [18_000, 60_000]);
});
