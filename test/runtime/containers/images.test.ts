import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ContainerServer } from '../../../src/model/desired.ts';
import { BUILT_ON_LABEL, BUILT_WITH_LABEL } from '../../../src/model/labels.ts';
import { createImages } from '../../../src/runtime/containers/images.ts';
import { KnownImages } from '../../../src/runtime/containers/known-images.ts';
import { containerServer, createBench } from './harness.ts';

const never = new AbortController().signal;

function createImageBench(t: TestContext) {
  const { engine, compose, folder, override } = createBench(t);
  const bases: (readonly string[])[] = [];
  const ensureBases = async (references: readonly string[]): Promise<void> => void bases.push(references);
  const values = () => ({ TAG: '2' });
  const known = new KnownImages(engine, values);
  const images = createImages({
    engine,
    compose,
    override,
    ensureBases,
    known,
    values: () => ({ TAG: '2' }),
  });
  const details: string[] = [];
  const ensure = (server: ContainerServer, image: string) =>
    images.ensure(server, image, (detail) => details.push(detail), never);
  /** A server with a Dockerfile. */
  const built = (serverName: string, text: string, raw: Record<string, unknown> = {}): ContainerServer => {
    const dockerfile = join(folder, `${serverName}.Dockerfile`);
    writeFileSync(dockerfile, text);
    engine.composer.services.set(serverName, { image: `hive/${serverName}:1` });
    return containerServer(serverName, {
      build: { dockerfile, context: folder, digest: text },
      compose: { build: raw },
    });
  };
  return { engine, runs: engine.composer.runs, bases, details, ensure, built, override };
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
  const all = ['a', 'b', 'c'].map((name) => ensure(built(name, `FROM x AS ${name}\n`), `hive/${name}:1`));
  await untilBuilding(2);
  assert.deepEqual([...doors.keys()].sort(), ['a', 'b']);
  doors.get('a')?.();
  await all[0];
  await untilBuilding(3);
  assert.deepEqual([...doors.keys()].sort(), ['a', 'b', 'c']);
  for (const open of doors.values()) open();
  await Promise.all(all);
});

const image = (imageId: string, labels: Record<string, string> = {}) => ({
  imageId,
  labels,
  entrypoint: [],
  command: ['serve'],
});

test('an image must be built again when one below it means another image, and only then', async (t) => {
  const { engine, runs, ensure, built } = createImageBench(t);
  engine.images.set('node:24', image('sha256:new'));
  const server = built('a', 'FROM node:24\n');
  for (const [builtOn, wanted] of [
    ['node:24=sha256:new', []],
    ['node:24=sha256:new gone:1=sha256:x', []],
    ['node:24=sha256:old', ['build a']],
    [undefined, []],
  ] as const) {
    runs.splice(0);
    engine.images.set(
      'hive/a:1',
      image('sha256:a', builtOn === undefined ? {} : { [BUILT_ON_LABEL]: builtOn }),
    );
    await ensure(server, 'hive/a:1');
    assert.deepEqual(runs, wanted, builtOn);
  }
});

test('a built image must be labelled with the images below it, as they were', async (t) => {
  const { engine, ensure, built, override } = createImageBench(t);
  engine.images.set('node:24', image('sha256:n'));
  const server = built('a', 'FROM node:24\nCOPY --from=tools:1 / /\n');
  override.declare([{ server, hash: 'h', values: undefined }]);
  await ensure(server, 'hive/a:1');
  const { services } = JSON.parse(override.render(new Set(['a'])));
  assert.deepEqual(services.a.build, { labels: { [BUILT_ON_LABEL]: 'node:24=sha256:n' } });
});

test('entries of one content must be built once, and each image have its own name', async (t) => {
  const { engine, runs, ensure, built } = createImageBench(t);
  const servers = ['a', 'b', 'c'].map((name) => built(name, 'FROM x\n'));
  await Promise.all(servers.map((server) => ensure(server, `hive/${server.serverName}:1`)));
  assert.deepEqual(runs, ['build a']);
  const ids = ['a', 'b', 'c'].map((name) => engine.images.get(`hive/${name}:1`)?.imageId);
  assert.deepEqual(ids, Array(3).fill('sha256:hive/a:1'));
});

test('a failed build of one content must not fail the other entries', async (t) => {
  const { engine, runs, ensure, built } = createImageBench(t);
  engine.composer.broken.add('a');
  const [a, b] = ['a', 'b'].map((name) => ensure(built(name, 'FROM x\n'), `hive/${name}:1`));
  await assert.rejects(a ?? Promise.resolve(), /a is broken/);
  await b;
  assert.deepEqual(runs, ['build a', 'build b']);
});

test('a reference in an image name must be resolved before the engine is asked', async (t) => {
  const { engine, runs, ensure } = createImageBench(t);
  engine.images.set('i:2', image('sha256:two'));
  assert.equal((await ensure(containerServer('a'), 'i:${TAG}')).imageId, 'sha256:two');
  assert.deepEqual(runs, []);
});

test('an image must be built again when the value of a build argument has changed', async (t) => {
  const { engine, runs, ensure, built, override } = createImageBench(t);
  const server = built('a', 'FROM x\n', { args: ['V=${TAG}'] });
  override.declare([{ server, hash: 'h', values: undefined }]);
  await ensure(server, 'hive/a:1');
  const { labels } = JSON.parse(override.render(new Set(['a']))).services.a.build;
  engine.images.set('hive/a:1', image('sha256:a', labels));
  await ensure(server, 'hive/a:1');
  assert.deepEqual(runs, ['build a']);
  engine.images.set('hive/a:1', image('sha256:a', { ...labels, [BUILT_WITH_LABEL]: 'other' }));
  await ensure(server, 'hive/a:1');
  assert.deepEqual(runs, ['build a', 'build a']);
});
