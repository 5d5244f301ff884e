/** The engine port over Docker's Engine API, which Podman offers too. */
import type { Clock } from '../../model/clock.ts';
import type { Engine } from '../../model/engine.ts';
import type { EngineTls } from '../transport/reach.ts';
import { engineClient, localityOf } from './client.ts';
import { createComposer } from './compose.ts';
import {
  inspectContainer,
  listContainers,
  removeContainer,
  restartContainer,
  startContainer,
  stopContainer,
  untilStopped,
} from './containers.ts';
import { PODMAN_LOGGING } from './podman.ts';
import {
  type EngineFlavour,
  imagesWith,
  inspectImage,
  listNetworks,
  listVolumes,
  makeVolume,
  removeImage,
  removeNetworks,
  removeVolume,
  tagImage,
} from './resources.ts';
import { attachTo, execDetached, execIn } from './streams.ts';
import { containerUsage, followContainerUsage } from './usage.ts';
import { watchEngine } from './watch.ts';

/** Where an engine was found, and how to run Compose for it. */
export interface EngineAddress {
  /** In the syntax of DOCKER_HOST. */
  readonly url: string;
  readonly tls?: EngineTls | undefined;
  /** Docker if it is not known. */
  readonly flavour?: EngineFlavour;
  /** Added to the environment of Compose, so that it uses this engine: `DOCKER_HOST` and the like. */
  readonly env: Readonly<Record<string, string>>;
  /** Path of the Compose plugin, if it is known. */
  readonly composePlugin?: string | undefined;
}

/**
 * Makes the engine at this address; sends nothing yet.
 * @throws GatewayError ENGINE_UNREACHABLE if the scheme of the address is not supported
 */
export function createDockerEngine(address: EngineAddress, clock: Clock): Engine {
  const { url, tls, flavour = 'docker', env, composePlugin } = address;
  const docker = engineClient(url, tls);
  return {
    host: url,
    locality: localityOf(url),
    ...(flavour === 'podman' && { logging: PODMAN_LOGGING }),
    composer: createComposer(env, composePlugin),
    containers: (label) => listContainers(docker, label),
    inspect: (containerId) => inspectContainer(docker, containerId),
    usage: (containerId) => containerUsage(docker, containerId),
    followUsage: (containerId, onUsage) => followContainerUsage(docker, containerId, onUsage),
    start: (containerId) => startContainer(docker, containerId),
    stop: (containerId) => stopContainer(docker, containerId),
    restart: (containerId) => restartContainer(docker, containerId),
    remove: (containerId) => removeContainer(docker, containerId),
    untilStopped: (containerId, signal) => untilStopped(docker, containerId, signal),
    attach: (containerId, options, output) => attachTo(docker, containerId, options, output),
    exec: (containerId, spec, output) => execIn(docker, containerId, spec, output),
    execDetached: (containerId, spec) => execDetached(docker, containerId, spec),
    image: (reference) => inspectImage(docker, reference),
    removeImage: (reference) => removeImage(docker, reference),
    tagImage: (reference, name) => tagImage(docker, reference, name),
    imagesWith: (label, value) => imagesWith(docker, label, value),
    removeNetworks: (project, names) => removeNetworks(docker, flavour, project, names),
    networks: () => listNetworks(docker, flavour),
    volumes: (project) => listVolumes(docker, project),
    makeVolume: (volumeName, labels) => makeVolume(docker, volumeName, labels),
    removeVolume: (volumeName) => removeVolume(docker, volumeName),
    watch: (label, onChange, onEnd) => watchEngine(docker, flavour, clock, label, onChange, onEnd),
  };
}
