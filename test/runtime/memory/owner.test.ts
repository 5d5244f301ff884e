/** Whose a container is: proven by a key, or by what Compose says of it, never by labels that anybody can write. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { createFromImage } from '../../../src/runtime/containers/image-labels.ts';
import { observeContainers } from '../../../src/runtime/containers/observed-containers.ts';
import { createOwner } from '../../../src/runtime/memory/owner.ts';
import { FakeEngine } from '../../helpers/fake-engine.ts';

const folder = mkdtempSync(join(tmpdir(), 'hive-owner-'));
after(() => rmSync(folder, { recursive: true }));

const ownerOf = (place: string, key = place) =>
  createOwner({
    stackName: 's',
    file: `${place}/hive.yaml`,
    composeFile: () => `${place}/docker-compose.mcp.yml`,
    state: {
      compose: `${place}/state/compose`,
      containers: join(folder, `${randomUUID()}.json`),
      valuesKey: Buffer.from(key),
    },
  });
const owner = ownerOf('/a');
const CLAIM = { 'mcp.server': 'web', 'mcp.type': 'stdio', 'mcp.stack': 's', 'mcp.hash': 'h' };
const composed = (files: string) => ({
  'com.docker.compose.project': 's',
  'com.docker.compose.project.config_files': files,
});

const CASES: readonly [what: string, labels: Record<string, string>, maker: string | undefined][] = [
  ['made by this gateway', { ...CLAIM, ...owner.labels('web', 'h') }, 'this-gateway'],
  ['with the proof of another server', { ...CLAIM, ...owner.labels('other', 'h') }, 'unknown'],
  ['with the proof of another hash', { ...CLAIM, ...owner.labels('web', 'h2') }, 'unknown'],
  ['with public labels alone', CLAIM, 'unknown'],
  ['with an empty proof', { ...CLAIM, 'mcp.owner': '' }, 'unknown'],
  ['with the name of this file alone', { ...CLAIM, 'mcp.config': '/a/hive.yaml' }, 'unknown'],
  [
    'made by plain Compose from this file',
    { ...CLAIM, ...composed('/a/docker-compose.mcp.yml') },
    'this-file',
  ],
  [
    'made by plain Compose from a clone',
    { ...CLAIM, ...composed('/b/docker-compose.mcp.yml') },
    'other-file',
  ],
  [
    'made by an earlier version from this file',
    { ...CLAIM, ...composed('/a/docker-compose.mcp.yml,/x/override.yml') },
    'this-file',
  ],
  [
    'made by an earlier version from files in this state folder',
    { ...CLAIM, ...composed('/a/state/compose/one-web.yml,/a/state/compose/one-web.override.yml') },
    'this-file',
  ],
  [
    'made by an earlier version from files in another state folder',
    { ...CLAIM, ...composed('/b/state/compose/one-web.yml') },
    'other-file',
  ],
  [
    'whose Compose file only ends like this one',
    { ...CLAIM, ...composed('/b/a/docker-compose.mcp.yml') },
    'other-file',
  ],
  [
    'made by the gateway of a clone',
    { ...CLAIM, ...ownerOf('/b').labels('web', 'h'), ...composed('/b/state/compose/one-web.yml') },
    'other-file',
  ],
  [
    'of this file whose state was lost',
    { ...CLAIM, ...ownerOf('/a', 'old').labels('web', 'h'), ...composed('/old/compose/one-web.yml') },
    'this-file',
  ],
  ['of another stack', { ...CLAIM, 'mcp.stack': 'x' }, undefined],
];

const listed = (containerId: string, labels: Record<string, string>, createdAt = 0) => ({
  containerId,
  labels,
  createdAt,
});

for (const [what, labels, maker] of CASES)
  test(`a container ${what} must be seen as ${maker}`, () =>
    assert.equal(owner.makersOf([listed('1', labels)]).get('1'), maker));

test('a container with the labels of one that was made must be unknown, also when the other is gone', () => {
  const labels = { ...CLAIM, ...owner.labels('web', 'h') };
  const [made, copy] = [listed('made', labels, 1), listed('copy', labels, 2)];
  owner.made([made]);
  assert.deepEqual(
    [...owner.makersOf([copy, made])],
    [
      ['copy', 'unknown'],
      ['made', 'this-gateway'],
    ],
  );
  assert.equal(owner.makersOf([copy]).get('copy'), 'unknown');
});

test('if the gateway was killed before it noted what it made, the oldest container must be its own', () => {
  const labels = { ...CLAIM, ...owner.labels('web', 'h') };
  const makers = owner.makersOf([listed('copy', labels, 2), listed('made', labels, 1)]);
  assert.deepEqual(
    [...makers],
    [
      ['copy', 'unknown'],
      ['made', 'this-gateway'],
    ],
  );
});

test('of made containers 512 are remembered: of an older one any copy would count', () => {
  const { made, makersOf, labels } = ownerOf('/many');
  const all = Array.from({ length: 513 }, (_, index) =>
    listed(`made-${index}`, { ...CLAIM, ...labels('web', 'h') }),
  );
  made(all);
  const makers = all.slice(0, 2).map((it) => makersOf([{ ...it, containerId: 'copy' }]).get('copy'));
  assert.deepEqual(makers, ['this-gateway', 'unknown']);
});

test('what was made must be known to the next gateway of the file', () => {
  const state = {
    compose: '/a/compose',
    containers: join(folder, 'containers.json'),
    valuesKey: Buffer.from('key'),
  };
  const open = () =>
    createOwner({ stackName: 's', file: '/a/hive.yaml', composeFile: () => '/a/compose.yml', state });
  const first = open();
  const labels = { ...CLAIM, ...first.labels('web', 'h') };
  first.made([listed('made', labels)]);
  assert.equal(
    open()
      .makersOf([listed('made', labels)])
      .get('made'),
    'this-gateway',
  );
  assert.equal(
    open()
      .makersOf([listed('copy', labels)])
      .get('copy'),
    'unknown',
  );
});

test('another file can be ended by hive down while it or the record of its start exists', async () => {
  const config = join(folder, 'other.yaml');
  assert.deepEqual(await owner.otherFile({ 'mcp.config': config }), { path: config, canBeDowned: false });
  writeFileSync(config, '');
  assert.deepEqual(await owner.otherFile({ 'mcp.config': config }), { path: config, canBeDowned: true });
  const old = await owner.otherFile({ 'com.docker.compose.project.config_files': '/b/c.yml,/b/o.yml' });
  assert.deepEqual(old, { path: '/b/c.yml', canBeDowned: false });
});

test('labels that an image carries must not make a container one of this stack, nor take the stack', async () => {
  for (const place of ['/a', '/b']) {
    const engine = new FakeEngine();
    const labels = { ...CLAIM, ...composed(`${place}/docker-compose.mcp.yml`) };
    engine.images.set('evil', { imageId: 'sha256:evil', labels, entrypoint: [], command: [] });
    engine.create({ image: 'evil', labels });
    const { containers } = await observeContainers(engine, { fromImage: createFromImage(engine), owner });
    assert.equal(containers[0]?.maker, 'unknown');
  }
});
