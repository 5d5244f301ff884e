/** Removes what gateways of a file have made on an engine. Needs no running gateway. */
import { systemClock } from './clock.ts';
import { createDockerEngine, type EngineAddress } from './engines/docker/docker-engine.ts';
import type { Engine } from './model/engine.ts';
import type { ObservedContainer } from './model/observed.ts';
import { stackTaken } from './reconcile/make-steps.ts';
import { isOwn, takenBy } from './reconcile/match.ts';
import { createFromImage } from './runtime/containers/image-labels.ts';
import { type ContainerListing, observeContainers } from './runtime/containers/observed-containers.ts';
import { sweepFifos } from './runtime/containers/pipes.ts';
import { removeBuiltImages, removeContainers } from './runtime/containers/removal.ts';
import { fateOf, type VolumeFate } from './runtime/containers/volumes.ts';
import { createEngineRuns } from './runtime/links/commands/engine-runs.ts';
import { createMadeStacks } from './runtime/memory/made-stacks.ts';
import { createOwner } from './runtime/memory/owner.ts';
import type { StateDir } from './runtime/memory/state-dir.ts';

export interface Removal {
  /** Names that the stack has or had. Those under which it made containers are added. */
  readonly stackNames: readonly string[];
  /** Named volumes too: the data of the servers. */
  readonly volumes: boolean;
  /** The images that Hive built, too. */
  readonly images?: boolean;
  readonly state: Pick<StateDir, 'pipes' | 'made' | 'containers' | 'compose' | 'valuesKey'>;
  /** Absolute paths of the config file and of its compiled file. */
  readonly file: string;
  readonly composeFile: string;
  /** Prints a line: first which volumes will be deleted, then what has been removed. */
  readonly say: (line: string) => void;
}

/** What there is on the engine of one stack name. */
interface Found {
  readonly stackName: string;
  readonly listing: ContainerListing;
  readonly own: readonly ObservedContainer[];
  readonly volumes: readonly VolumeFate[];
  /** True if networks and volumes of this name can only be those of this file. */
  readonly isKnown: boolean;
  /** True if images that were built under this name can only be those of this file. */
  readonly hasImages: boolean;
}

/**
 * Removes the containers that commands such as `docker run` have left behind.
 * @returns how many there were
 */
export const removeRuns = (state: Pick<StateDir, 'runs' | 'valuesKey'>): Promise<number> =>
  createEngineRuns(state).removeAll();

/** As below, on the engine at this address. */
export async function removeStacks(address: EngineAddress, removal: Removal): Promise<number> {
  return removeFrom(createDockerEngine(address, systemClock), removal);
}

/**
 * Removes what gateways of this file have made: containers and networks, the FIFOs that no container uses any
 * more, and on request the volumes. What another file has under the same stack name stays, and is named.
 *
 * @returns how many containers, volumes and images have been removed
 * @throws GatewayError ENGINE_UNREACHABLE, or the first failure to remove a container, after all else has
 * been removed
 */
export async function removeFrom(engine: Engine, removal: Removal): Promise<number> {
  const { stackNames, state, say } = removal;
  const names = new Set([...stackNames, ...createMadeStacks(state.made).names()]);
  const found: Found[] = [];
  for (const stackName of names) found.push(await findStack(engine, stackName, removal));
  const doomed = found.flatMap(({ volumes }) => volumes.filter((it) => it.keptBecause === undefined));
  if (doomed.length > 0)
    say(`deleting volumes and the data in them: ${doomed.map(({ volumeName }) => volumeName).join(', ')}`);
  const failures: Error[] = [];
  let count = 0;
  for (const stack of found) count += await removeStack(engine, stack, removal, failures);
  for (const failure of failures) throw failure;
  return count;
}

async function findStack(engine: Engine, stackName: string, removal: Removal): Promise<Found> {
  const { state, file, composeFile, volumes, say } = removal;
  const owner = createOwner({ stackName, file, composeFile: () => composeFile, state });
  const listing = await observeContainers(engine, { fromImage: createFromImage(engine), owner });
  const own = listing.containers.filter((it) => isOwn(it, { stackName }));
  const taken = takenBy({ stackName }, listing);
  if (taken) {
    const { cause, hint } = stackTaken({ stackName, file }, taken);
    say(`left alone: ${cause}\n  fix: ${hint}`);
  }
  const made = createMadeStacks(state.made);
  const isKnown = !taken && (own.length > 0 || made.has(stackName));
  const hasImages = !taken && (isKnown || made.hasImages(stackName));
  const all = volumes ? await engine.volumes(stackName) : [];
  const fates = await Promise.all(all.map((volume) => fateOf(volume, file, isKnown)));
  return { stackName, listing, own, volumes: fates, isKnown, hasImages };
}

async function removeStack(
  engine: Engine,
  { stackName, listing, own, volumes, isKnown, hasImages }: Found,
  { state, say, volumes: withVolumes, images = false }: Removal,
  failures: Error[],
): Promise<number> {
  const ids = own.map(({ containerId }) => containerId);
  const failed = await removeContainers(engine, ids);
  failures.push(...failed.values());
  const removed = new Set(own.filter(({ containerId }) => !failed.has(containerId)));
  const rest = listing.containers.filter((it) => !removed.has(it));
  await sweepFifos(state.pipes, new Set(rest.map(({ pipe }) => pipe)));
  for (const { containerName } of removed) say(`removed ${containerName}`);
  if (isKnown) await engine.removeNetworks(stackName);
  const deleted = await deleteVolumes(engine, volumes, say);
  const untagged = images && hasImages ? await removeBuiltImages(engine, stackName) : [];
  for (const image of untagged) say(`removed image ${image}`);
  const made = createMadeStacks(state.made);
  if (withVolumes && isKnown) made.forgetVolumes(stackName);
  if (images && hasImages) made.forgetImages(stackName);
  return removed.size + deleted + untagged.length;
}

/** @returns how many have been deleted */
async function deleteVolumes(
  engine: Pick<Engine, 'removeVolume'>,
  volumes: readonly VolumeFate[],
  say: Removal['say'],
): Promise<number> {
  let count = 0;
  for (const { volumeName, keptBecause } of volumes) {
    const isDeleted = keptBecause === undefined && (await engine.removeVolume(volumeName));
    if (isDeleted) count++;
    say(
      isDeleted
        ? `removed volume ${volumeName}`
        : `kept volume ${volumeName}: ${keptBecause ?? 'a container uses it'}`,
    );
  }
  return count;
}
