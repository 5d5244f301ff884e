/** Labels of an image are no person's word. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { discoverServers } from '../../../src/reconcile/discovery.ts';
import { createFromImage } from '../../../src/runtime/containers/image-labels.ts';
import { observeContainers } from '../../../src/runtime/containers/observed-containers.ts';
import { FakeEngine } from '../../helpers/fake-engine.ts';

/** Nobody claims the stack in these tests. */
const owner = { makersOf: () => new Map(), otherFile: async () => ({ path: '', canBeDowned: false }) };

type Labels = Readonly<Record<string, string>>;

/** Discovers one running container of an image. */
async function discover(ofImage: Labels | undefined, labels: Labels, discover: 'all' | 'project' = 'all') {
  const engine = new FakeEngine();
  if (ofImage)
    engine.images.set('evil', { imageId: 'sha256:evil', labels: ofImage, entrypoint: [], command: [] });
  engine.create({ name: 'c', image: 'evil', labels: { ...ofImage, ...labels } }).start();
  const observed = await observeContainers(engine, { fromImage: createFromImage(engine), owner });
  const wanted = { stackName: 's', file: 'hive.yaml', compiled: { yaml: '', units: [] }, discover };
  const all = { ...observed, engine: { state: 'ready' as const }, instances: [], idle: new Set<string>() };
  const { discovered, ignored, keptOut } = discoverServers(wanted, all);
  return { served: discovered.map(({ unit }) => unit.server.serverName), ignored, keptOut };
}

const SELF = { 'mcp.server': 'basic', 'mcp.type': 'stdio' };

test('an image must not let itself in', async () => {
  const { served, ignored } = await discover(SELF, {});
  assert.deepEqual(served, []);
  assert.match(ignored[0]?.reason ?? '', /mcp\.server is set by its image/);
});

test('a person may let an image in that describes itself', async () => {
  const { served } = await discover({ 'mcp.type': 'stdio' }, { 'mcp.server': 'mine' });
  assert.deepEqual(served, ['mine']);
});

for (const label of ['mcp.prefix', 'mcp.path'])
  test(`an image must not set ${label} of a container that a person let in`, async () => {
    const { served, ignored } = await discover({ [label]: '/x'.slice(label === 'mcp.path' ? 0 : 1) }, SELF);
    assert.deepEqual(served, []);
    assert.match(ignored[0]?.reason ?? '', new RegExp(`${label} is set by its image`));
  });

test('a container whose image cannot be read must not be served', async () => {
  const { served, ignored } = await discover(undefined, SELF);
  assert.deepEqual(served, []);
  assert.match(ignored[0]?.reason ?? '', /its image cannot be read/);
});

test('an image must not say to which Compose project its containers belong', async () => {
  const project = { 'com.docker.compose.project': 's' };
  assert.deepEqual((await discover({}, { ...SELF, ...project }, 'project')).served, ['basic']);
  assert.deepEqual((await discover(project, SELF, 'project')).served, []);
  assert.deepEqual(await discover({}, SELF, 'project'), { served: [], ignored: [], keptOut: ['c'] });
});

test('an image that Compose built must not make its containers the image’s own', async () => {
  const project = { 'com.docker.compose.project': 's', 'com.docker.compose.service': 'c' };
  const files = { 'com.docker.compose.project.config_files': '/home/me/compose.yml' };
  assert.deepEqual((await discover(project, { ...SELF, ...files }, 'project')).served, ['basic']);
  assert.deepEqual((await discover({ ...project, ...files }, SELF, 'project')).served, []);
});

test('an image must be read once, however often its containers are observed', async () => {
  const engine = new FakeEngine();
  engine.images.set('i', { imageId: 'sha256:i', labels: {}, entrypoint: [], command: [] });
  engine.create({ image: 'i', labels: SELF }).start();
  const fromImage = createFromImage(engine);
  await observeContainers(engine, { fromImage, owner });
  await observeContainers(engine, { fromImage, owner });
  assert.equal(engine.requests.filter((request) => request.startsWith('image')).length, 1);
});
