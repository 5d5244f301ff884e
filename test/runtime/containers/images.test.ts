import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ContainerServer } from '../../../src/model/desired.ts';
import { createImages } from '../../../src/runtime/containers/images.ts';
import { containerServer, createBench } from './harness.ts';

const never = new AbortController().signal;

function createImageBench(t: TestContext) {
  const { engine, compose, folder } = createBench(t);
  const bases: (readonly string[])[] = [];
  const ensureBases = async (references: readonly string[]): Promise<void> => void bases.push(references);
  const images = createImages({ engine, compose, ensureBases });
  const details: string[] = [];
  const ensure = (server: ContainerServer, image: string) =>
    images.ensure(server, image, (detail) => details.push(detail), never);
  /** A server with a Dockerfile. */
  const built = (serverName: string, text: string, raw: Record<string, unknown> = {}): ContainerServer => {
    const dockerfile = join(folder, `${serverName}.Dockerfile`);
    writeFileSync(dockerfile, text);
    engine.composer.services.set(serverName, { image: `hive/${serverName}:1` });
    return containerServer(serverName, {
      build: { dockerfile, context: folder, digest: 'd' },
      compose: { build: raw },
    });
  };
  return { engine, runs: engine.composer.runs, bases, details, ensure, built };
}

test('an image that is present must be neither pulled nor built again, unless the entry says always', async (t) => {
  const { engine, runs, ensure } = createImageBench(t);
  engine.images.set('i:1', { imageId: 'sha256:old', labels: {}, entrypoint: [], command: [] });
  assert.equal((await ensure(containerServer('a'), 'i:1')).imageId, 'sha256:old');
  assert.deepEqual(runs, []);
  assert.notEqual((await ensure(containerServer('a', { pull: 'always' }), 'i:1')).imageId, 'sha256:old');
  assert.deepEqual(runs, ['pull a']);
});

test('an image that is missing must be pulled, and what is going on be shown', async (t) => {
  const { runs, details, ensure } = createImageBench(t);
  await ensure(containerServer('a'), 'i:1');
  assert.deepEqual([runs, details], [['pull a'], ['pulling: a Pulled']]);
});

test('a build must have its base images first, with the build arguments of the entry', async (t) => {
  const { bases, runs, details, ensure, built } = createImageBench(t);
  const text = 'ARG V=22\nFROM node:${V}-slim\nCOPY --from=tools:1 / /\n';
  await ensure(built('a', text), 'hive/a:1');
  await ensure(built('b', text, { args: { V: 24 } }), 'hive/b:1');
  await ensure(built('c', text, { args: ['V=26'] }), 'hive/c:1');
  const versions = ['node:22-slim', 'node:24-slim', 'node:26-slim'];
  assert.deepEqual(
    bases,
    versions.map((base) => [base, 'tools:1']),
  );
  assert.deepEqual(runs, ['build a', 'build b', 'build c']);
  assert.match(details.slice(0, 2).join(), /^waiting to build,building 1\/1: FROM /);
});

test('at most two images must be built at a time', async (t) => {
  const { engine, ensure, built } = createImageBench(t);
  const doors = new Map<string, () => void>();
  const build = engine.composer.build.bind(engine.composer);
  t.mock.method(engine.composer, 'build', async (...args: Parameters<typeof build>) => {
    await new Promise<void>((resolve) => doors.set(args[1], resolve));
    return build(...args);
  });
  const untilBuilding = async (count: number): Promise<void> => {
    while (doors.size < count) await new Promise(setImmediate);
    // A further one would begin within a few turns.
    await sleep(20);
  };
  const all = ['a', 'b', 'c'].map((name) => ensure(built(name, 'FROM x\n'), `hive/${name}:1`));
  await untilBuilding(2);
  assert.deepEqual([...doors.keys()].sort(), ['a', 'b']);
  doors.get('a')?.();
  await all[0];
  await untilBuilding(3);
  assert.deepEqual([...doors.keys()].sort(), ['a', 'b', 'c']);
  for (const open of doors.values()) open();
  await Promise.all(all);
});
