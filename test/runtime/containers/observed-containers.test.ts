import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listServers } from '../../../src/runtime/containers/observed-containers.ts';
import { FIFO_MOUNT } from '../../../src/runtime/links/container/fifos.ts';
import type { FakeContainerSpec } from '../../helpers/fake-container.ts';
import { FakeEngine } from '../../helpers/fake-engine.ts';
import { labelsOf } from './harness.ts';

async function observe(spec: FakeContainerSpec) {
  const engine = new FakeEngine();
  engine.create(spec).start();
  return listServers(engine);
}

const HTTP = { type: 'http', port: 80 } as const;
const port = (hostIp: string) => [{ containerPort: 80, hostPort: 32768, hostIp }];

const ADDRESSES: readonly [what: string, spec: FakeContainerSpec, host: string | undefined, port?: number][] =
  [
    [
      'a port published on all addresses',
      { ports: port('0.0.0.0'), addresses: ['172.17.0.2'] },
      '127.0.0.1',
      32768,
    ],
    ['a port published on one address', { ports: port('10.0.0.7') }, '10.0.0.7', 32768],
    ['a port published on IPv6', { ports: port('fd00::1') }, '[fd00::1]', 32768],
    ['another port published', { ports: [{ containerPort: 9, hostPort: 9, hostIp: '' }] }, undefined],
    ["the host's network", { network: 'host' }, '127.0.0.1', 80],
    ['a network of its own', { network: 'isolated', addresses: ['172.18.0.3'] }, '172.18.0.3', 80],
    ['no network', { network: 'none' }, undefined],
  ];

for (const [what, spec, host, hostPort] of ADDRESSES)
  test(`an HTTP server must be reached by its address: ${what}`, async () => {
    const { containers } = await observe({ ...spec, labels: labelsOf('web', HTTP) });
    const address = host === undefined ? undefined : { host, port: hostPort };
    assert.deepEqual(
      containers.map((it) => it.address),
      [address],
    );
  });

test('a container must be observed with its server, state and Compose names', async () => {
  const compose = { 'com.docker.compose.project': 'p', 'com.docker.compose.service': 's' };
  const labels = { ...labelsOf('files'), ...compose };
  const { containers, mislabelled } = await observe({ name: 'box', image: 'i:1', labels });
  const [container] = containers;
  assert.ok(container);
  const { containerName, project, service, image, state } = container;
  assert.deepEqual([containerName, project, service, image, state], ['box', 'p', 's', 'i:1', 'running']);
  assert.deepEqual([container.labels.serverName, container.address, mislabelled], ['files', undefined, []]);
});

test('FIFOs must be looked for only in containers that Hive made for a pipe', async () => {
  const mounts = [{ source: '/state/pipes/files-1', target: FIFO_MOUNT }];
  const folders = async (labels: Record<string, string>): Promise<unknown[]> =>
    (await observe({ labels, mounts })).containers.map(({ pipe }) => pipe);
  assert.deepEqual(await folders(labelsOf('files', { link: 'pipe' })), ['/state/pipes/files-1']);
  assert.deepEqual(await folders(labelsOf('files', { link: 'attach' })), [undefined]);
  const { 'mcp.stack': _, ...foreign } = labelsOf('files', { link: 'pipe' });
  assert.deepEqual(await folders(foreign), [undefined]);
});

test('wrong labels must cost their own container alone, with the reason', async () => {
  const engine = new FakeEngine();
  engine.create({ name: 'wrong', labels: { 'mcp.server': 'a', 'mcp.type': 'studio' } });
  engine.create({ labels: labelsOf('b') });
  engine.create({ labels: { other: 'label' } });
  const { containers, mislabelled } = await listServers(engine);
  assert.deepEqual(
    containers.map(({ labels }) => labels.serverName),
    ['b'],
  );
  assert.deepEqual(mislabelled, [
    { containerName: 'wrong', reason: 'label mcp.type must be stdio or http, not studio' },
  ]);
});
