import assert from 'node:assert/strict';
import { test } from 'node:test';
import type Docker from 'dockerode';
import { containerSummary } from '../../../src/engines/docker/facts.ts';

test('a container that Podman lists without its host configuration must be read from its networks', () => {
  const info = {
    Id: 'c1',
    Names: ['/a'],
    Labels: null,
    Image: 'localhost/x:1',
    ImageID: 'sha256:x',
    State: 'running',
    Status: 'Up 2 seconds',
    Created: 1,
    Mounts: null,
    Ports: null,
    NetworkSettings: { Networks: { mine: { NetworkID: 'n1', IPAddress: '10.0.0.2' } } },
  } as unknown as Docker.ContainerInfo;
  const { networkMode, networks, labels, mounts, ports, addresses } = containerSummary(info);
  assert.deepEqual([networkMode, labels, mounts, ports, addresses], ['mine', {}, [], [], ['10.0.0.2']]);
  assert.deepEqual(networks, [{ networkId: 'n1', networkName: 'mine' }]);
  const none = containerSummary({ ...info, NetworkSettings: { Networks: {} } } as Docker.ContainerInfo);
  assert.equal(none.networkMode, '');
});
