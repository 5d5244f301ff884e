/** Finds containers whose networks are gone: those that run cannot be reached, the others not be started. */
import type { ContainerSummary, Engine, NetworkSummary } from '../../model/engine.ts';

/** Networks that an engine has without being told. */
const BUILT_IN = /^(host|none|bridge|default|container:.*|slirp4netns.*|pasta.*|private)?$/;

/** Ids of the containers that miss a network. Asks for the networks only if a container may miss one. */
export async function cutOffContainers(
  engine: Pick<Engine, 'networks'>,
  containers: readonly ContainerSummary[],
): Promise<ReadonlySet<string>> {
  const needing = containers.filter((container) => neededBy(container).length > 0);
  if (needing.length === 0) return new Set();
  const networks = await engine.networks().catch(() => undefined);
  if (!networks) return new Set();
  const known = new Set(networks.flatMap(({ networkId, networkName }) => [networkId, networkName]));
  const cutOff = needing.filter((container) => neededBy(container).some((network) => !known.has(network)));
  return new Set(cutOff.map(({ containerId }) => containerId));
}

/**
 * Ids or names of the networks without which the container is of no use. A running container that is on a
 * network has all it needs. Engines find the networks of a stopped one by id, if they have been used before.
 */
function neededBy({ state, networkMode, networks }: ContainerSummary): readonly string[] {
  if (state === 'running') return networks.length > 0 || BUILT_IN.test(networkMode) ? [] : [networkMode];
  if (state !== 'exited' && state !== 'created') return [];
  return networks.filter(({ networkName }) => !BUILT_IN.test(networkName)).map(idOrName);
}

const idOrName = ({ networkId, networkName }: NetworkSummary): string => networkId || networkName;
