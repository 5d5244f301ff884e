/**
 * Containers are made, replaced and removed as plans say, and none is left behind by an attempt that was
 * aborted.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GatewayError } from '../../../src/errors.ts';
import type { ContainerServer } from '../../../src/model/desired.ts';
import type { ObservedContainer } from '../../../src/model/observed.ts';
import { PipeError } from '../../../src/runtime/links/container/pipe-error.ts';
import { createContainerSteps, missingContainerSteps } from '../../../src/runtime/steps/container-steps.ts';
import { FakeEngine } from '../../helpers/fake-engine.ts';
import { table, unit } from '../instances/harness.ts';
import { containerUnit } from '../world.ts';

const IMAGE = { imageId: 'sha256:i', labels: {}, entrypoint: [], command: [] };

function world() {
  const { instances } = table();
  const engine = new FakeEngine();
  const log: string[] = [];
  const made = async (how: string) => {
    log.push(how);
    return { containerId: engine.create().containerId };
  };
  const steps = createContainerSteps({
    engine,
    stackName: 'test',
    images: { ensure: async () => IMAGE, rebuild: async () => IMAGE },
    maker: {
      async make(_server, ensureImage) {
        await ensureImage();
        return made('made');
      },
      makeUnpiped: (_server, why) => made(`made without a pipe: ${why}`),
    },
    pipes: { refused: (_error, imageId) => void log.push(`refused by ${imageId}`) },
    makeFolders: async () => ['/data'],
    statuses: { progress: (_instance, detail) => void log.push(detail) },
    instances,
    logs: { add: (_name, _stream, text) => void log.push(text) },
  });
  return { instances, engine, steps, log };
}

const SILENT = new PipeError('container', 'it stays silent');
const piped = (changes: Partial<ContainerServer>) => containerUnit('a', 'h1', changes);
const left = (engine: FakeEngine): string[] => engine.all().map(({ containerId }) => containerId);

test('a container must be made with its image and folders, and belong to its instance', async () => {
  const { instances, steps, log } = world();
  const instance = instances.begin(containerUnit('a'), 'container');
  await steps.create(instance, new AbortController().signal);
  assert.deepEqual(log, [
    'made the folder /data for its volume: it was not there',
    'creating container',
    'made',
  ]);
  assert.deepEqual(instance.container, { containerId: '1' });
});

test('a container that cannot be linked by pipe must be replaced by one without', async () => {
  const { instances, engine, steps, log } = world();
  const { containerId } = engine.create({ image: 'i' });
  const instance = instances.begin(piped({ link: 'auto' }), 'container', { containerId });
  await steps.relink(instance, SILENT, new AbortController().signal);
  assert.deepEqual(log, ['refused by sha256:i', 'made without a pipe: it stays silent']);
  assert.deepEqual([left(engine), instance.container], [['2'], { containerId: '2' }]);
});

test('a server that asks for a pipe must not get a container without one', async () => {
  const { instances, engine, steps } = world();
  const { containerId } = engine.create();
  const instance = instances.begin(piped({ link: 'pipe' }), 'container', { containerId });
  await assert.rejects(steps.relink(instance, SILENT, new AbortController().signal), GatewayError);
  assert.deepEqual(left(engine), ['1']);
});

test('a replacement that was made for an aborted attempt must be removed', async () => {
  const { instances, engine, steps } = world();
  const { containerId } = engine.create();
  const instance = instances.begin(piped({ link: 'auto' }), 'container', { containerId });
  await assert.rejects(steps.relink(instance, SILENT, AbortSignal.abort()), /it stays silent/);
  assert.deepEqual(left(engine), []);
});

test('the network of a server must go with its last instance', async () => {
  const { instances, engine, steps, log } = world();
  const container = (containerId: string) => ({ containerId, image: 'i' }) as ObservedContainer;
  engine.create();
  engine.create();
  const instance = instances.begin(containerUnit('a'), 'container');
  const remove = (containerId: string) =>
    steps.remove({ op: 'remove', serverName: 'a', container: container(containerId), cause: 'test' });
  await remove('1');
  assert.equal(engine.requests.includes('removeNetworks test'), false);
  instances.end(instance);
  await remove('2');
  assert.deepEqual(left(engine), []);
  assert.equal(engine.requests.includes('removeNetworks test'), true);
  assert.deepEqual(log, []);
});

test('without an engine every step must fail with the reason', async () => {
  const { instances } = world();
  const steps = missingContainerSteps({ code: 'ENGINE_MISSING', reason: 'no engine', hint: '' });
  const instance = instances.begin(unit(), 'container');
  for (const run of [() => steps.create(instance, AbortSignal.abort()), () => steps.stop('c1')])
    await assert.rejects(run, { code: 'ENGINE_MISSING', message: 'no engine' });
});
