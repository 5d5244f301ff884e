/** `hive down` touches only what gateways of its own file have made. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { removeFrom } from '../src/remove.ts';
import { makeVolumes } from '../src/runtime/containers/volumes.ts';
import { createMadeStacks } from '../src/runtime/memory/made-stacks.ts';
import { createOwner } from '../src/runtime/memory/owner.ts';
import { FakeEngine } from './helpers/fake-engine.ts';

const CLAIM = { 'mcp.server': 'web', 'mcp.type': 'stdio', 'mcp.stack': 's', 'mcp.hash': 'h' };

/** Two clones of one folder, with one stack name and one engine. */
function clones(t: TestContext) {
  const engine = new FakeEngine();
  const folder = mkdtempSync(join(tmpdir(), 'hive-remove-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return { engine, a: clone(engine, folder, 'a'), b: clone(engine, folder, 'b') };
}

function clone(engine: FakeEngine, folder: string, name: string) {
  const path = (what: string): string => join(folder, `${name}.${what}`);
  const state = {
    pipes: path('pipes'),
    made: path('made.json'),
    containers: path('containers.json'),
    compose: path('compose'),
    valuesKey: Buffer.from(name),
  };
  const [file, composeFile] = [path('yaml'), path('compose.yml')];
  writeFileSync(file, '');
  const owner = createOwner({ stackName: 's', file, composeFile: () => composeFile, state });
  const lines: string[] = [];
  return {
    file,
    lines,
    /** As `up` does for a server with a volume. */
    async make(stackName = 's') {
      await makeVolumes(engine, stackName, ['data'], file);
      createMadeStacks(state.made).note(stackName);
      engine.projectNetworks.push({ project: stackName, name: 'n' });
      const labels = { ...CLAIM, ...owner.labels('web', 'h'), 'mcp.stack': stackName };
      owner.made([engine.create({ name: `${name}-web`, labels }).summary()]);
    },
    down: (volumes = true, images = false) =>
      removeFrom(engine, {
        stackNames: ['s'],
        volumes,
        images,
        state,
        file,
        composeFile,
        say: (line) => lines.push(line),
      }),
  };
}

const counts = (engine: FakeEngine) => [
  engine.all().length,
  engine.projectNetworks.length,
  engine.volumeLabels.size,
];

test('down must remove what this file made, and delete volumes only on request, naming them first', async (t) => {
  const { engine, a } = clones(t);
  await a.make();
  assert.equal(await a.down(false), 1);
  assert.deepEqual(counts(engine), [0, 0, 1]);
  assert.equal(await a.down(), 1, 'also of a stack that is down');
  assert.deepEqual(counts(engine), [0, 0, 0]);
  assert.deepEqual(a.lines, [
    'removed a-web',
    'deleting volumes and the data in them: s_data',
    'removed volume s_data',
  ]);
});

test('down of a clone must leave the other one alone, and name it', async (t) => {
  const { engine, a, b } = clones(t);
  await a.make();
  assert.equal(await b.down(), 0);
  assert.deepEqual(counts(engine), [1, 1, 1]);
  assert.deepEqual(b.lines, [
    `left alone: the stack s is that of ${a.file} (containers a-web)\n` +
      `  fix: give ${b.file} another \`name:\`, or end the other one: npx hive down -c ${a.file}`,
    `kept volume s_data: it has the data of ${a.file}`,
  ]);
});

test('the data of a clone that is down must stay, whatever this file made under the name', async (t) => {
  const { engine, a, b } = clones(t);
  await a.make();
  await a.down(false);
  await assert.rejects(b.make(), {
    code: 'STACK_TAKEN',
    message: `the volume s_data has the data of ${a.file}`,
  });
  assert.equal(await b.down(), 0);
  assert.deepEqual([...engine.volumeLabels.keys()], ['s_data']);
});

test('after a move of the file its data must move with it', async (t) => {
  const { engine, a, b } = clones(t);
  await a.make();
  await a.down(false);
  rmSync(a.file);
  assert.equal(await b.down(), 0);
  assert.match(
    b.lines.join(),
    /kept volume s_data: its file .* is gone; to delete it: docker volume rm s_data/,
  );
  await b.make();
  await b.down();
  assert.deepEqual(counts(engine), [0, 0, 0]);
});

test('volumes without the name of a file must be deleted only if this file has made the stack', async (t) => {
  const { engine, a, b } = clones(t);
  engine.volumeLabels.set('s_old', { 'com.docker.compose.project': 's' });
  assert.equal(await b.down(), 0);
  assert.match(b.lines.join(), /kept volume s_old: nothing shows that it has the data of /);
  await a.make();
  assert.equal(await b.down(), 0);
  await a.down();
  assert.deepEqual(counts(engine), [0, 0, 0]);
});

test('what was made under an earlier name of the stack must be removed too', async (t) => {
  const { engine, a } = clones(t);
  await a.make();
  await a.make('earlier');
  await a.down();
  assert.deepEqual(engine.volumeLabels.size, 0);
});

test('a volume in use must be kept, with the reason', async (t) => {
  const { engine, a } = clones(t);
  await a.make();
  engine.create({ volumes: ['s_data'] });
  await a.down();
  assert.equal(a.lines.at(-1), 'kept volume s_data: a container uses it');
});

test('a container that only claims the stack must not be removed', async (t) => {
  const { engine, a } = clones(t);
  engine.create({ labels: CLAIM });
  engine.create({ labels: { ...CLAIM, 'mcp.config': a.file } });
  assert.equal(await a.down(), 0);
  assert.equal(engine.all().length, 2);
});

test('down --rmi local must remove the images that Hive built for the stack, and no others', async (t) => {
  const { engine, a } = clones(t);
  await a.make();
  const image = (name: string, project: string, labels = {}): void => {
    const own = { 'com.docker.compose.project': project, ...labels };
    const tags = name.startsWith('sha256:') ? [] : [name];
    engine.images.set(name, { imageId: `id ${name}`, tags, labels: own, entrypoint: [], command: [] });
  };
  image('hive/s-web:1', 's');
  image('localhost/hive/s-web:2', 's');
  image('sha256:replaced', 's', { 'io.hive.built-on': 'node:24=sha256:x' });
  image('sha256:theirs', 's');
  image('mine:1', 's');
  image('hive/other-web:1', 'other');
  await a.down(false, true);
  assert.deepEqual([...engine.images.keys()], ['sha256:theirs', 'mine:1', 'hive/other-web:1']);
  assert.deepEqual(a.lines.slice(1), [
    'removed image hive/s-web:1',
    'removed image localhost/hive/s-web:2',
    'removed image id sha256:replaced',
  ]);
});

for (const withVolumes of [false, true])
  test(`down --rmi local must remove them after a down with${withVolumes ? '' : 'out'} --volumes too, once`, async (t) => {
    const { engine, a } = clones(t);
    await a.make();
    const labels = { 'com.docker.compose.project': 's' };
    const built = { imageId: 'id', tags: ['hive/s-web:1'], labels, entrypoint: [], command: [] };
    engine.images.set('hive/s-web:1', built);
    await a.down(withVolumes);
    assert.equal(engine.images.size, 1);
    assert.equal(await a.down(withVolumes, true), 1);
    assert.equal(engine.images.size, 0);
    engine.images.set('hive/s-web:1', built);
    // What another file builds later is that file's, once this one has nothing left under the name.
    assert.equal(await a.down(withVolumes, true), withVolumes ? 0 : 1);
  });

test('a file that never made anything must remove no images of its stack name', async (t) => {
  const { engine, a } = clones(t);
  const labels = { 'com.docker.compose.project': 's' };
  const tags = ['hive/s-theirs:1'];
  engine.images.set('theirs', { imageId: 'id theirs', tags, labels, entrypoint: [], command: [] });
  assert.equal(await a.down(false, true), 0);
  assert.deepEqual([...engine.images.keys()], ['theirs']);
});
