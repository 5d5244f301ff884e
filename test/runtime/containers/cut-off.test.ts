/** Containers whose networks were removed are found, and no others. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cutOffContainers } from '../../../src/runtime/containers/cut-off.ts';
import type { FakeContainerSpec } from '../../helpers/fake-container.ts';
import { FakeEngine } from '../../helpers/fake-engine.ts';

/** The engine has the network `own`, of the id `id of own`. */
const CASES: readonly [what: string, spec: FakeContainerSpec, isRunning: boolean, isCutOff: boolean][] = [
  ['that runs on its network', { network: 'own' }, true, false],
  ['that runs, disconnected from a network that is there', { network: 'own', networkId: '' }, true, false],
  ['that runs, disconnected from a network that is gone', { network: 'gone', networkId: '' }, true, true],
  ['that runs without a network of its own', { network: 'none', networkId: '' }, true, false],
  ['that is stopped, on its network', { network: 'own' }, false, false],
  ['that is stopped, on a network that is gone', { network: 'gone' }, false, true],
  ['that is stopped, on a network that was made anew', { network: 'own', networkId: 'old' }, false, true],
  ['that is stopped, on a network of the engine', { network: 'bridge', networkId: 'old' }, false, false],
];

for (const [what, spec, isRunning, isCutOff] of CASES)
  test(`a container ${what} must ${isCutOff ? '' : 'not '}be made again`, async () => {
    const engine = new FakeEngine();
    engine.projectNetworks.push({ project: 's', name: 'own' });
    const container = engine.create(spec);
    if (isRunning) container.start();
    const { size } = await cutOffContainers(engine, [container.summary()]);
    assert.equal(size === 1, isCutOff);
  });

test('an engine that does not list its networks must not cost any container', async () => {
  const engine = new FakeEngine();
  engine.failNext('networks');
  const container = engine.create({ network: 'gone' });
  assert.equal((await cutOffContainers(engine, [container.summary()])).size, 0);
});
