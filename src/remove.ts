/** Removes what gateways of a stack have made on an engine. Needs no running gateway. */
import { systemClock } from './clock.ts';
import { createDockerEngine, type EngineAddress } from './engines/docker/docker-engine.ts';
import { observeContainers } from './runtime/containers/observed-containers.ts';
import { sweepFifos } from './runtime/containers/pipes.ts';
import { removeContainers } from './runtime/containers/removal.ts';
import type { StateDir } from './runtime/memory/state-dir.ts';

export interface Removal {
  readonly stackNames: readonly string[];
  /** Named volumes too: the data of the servers. */
  readonly volumes: boolean;
  readonly state: Pick<StateDir, 'pipes'>;
  /** Called for each container that has been removed. */
  readonly onRemoved: (containerName: string) => void;
}

/**
 * Removes the stacks' containers and networks, the FIFOs that no container uses any more, and on request the
 * volumes.
 *
 * @returns how many containers there were
 * @throws GatewayError ENGINE_UNREACHABLE, or the first failure to remove a container, after all else has
 * been removed
 */
export async function removeStacks(address: EngineAddress, removal: Removal): Promise<number> {
  const { stackNames, volumes, state, onRemoved } = removal;
  const engine = createDockerEngine(address, systemClock);
  const { containers } = await observeContainers(engine);
  const own = containers.filter(({ labels }) => stackNames.some((name) => name === labels.stack));
  const failures = await removeContainers(
    engine,
    own.map(({ containerId }) => containerId),
  );
  const removed = new Set(own.filter(({ containerId }) => !failures.has(containerId)));
  await sweepFifos(state.pipes, new Set(containers.filter((it) => !removed.has(it)).map(({ pipe }) => pipe)));
  for (const { containerName } of removed) onRemoved(containerName);
  for (const name of stackNames) {
    await engine.removeNetworks(name);
    if (volumes) await engine.removeVolumes(name);
  }
  for (const failure of failures.values()) throw failure;
  return own.length;
}
