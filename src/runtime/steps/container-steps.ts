/** What is done to containers of the stack: steps of a plan, and another container in the place of one that cannot be linked. */
import type Docker from 'dockerode';
import { removeNetworks, removeOwnImage, stopContainer } from '../../engines/docker/containers.ts';
import { GatewayError, toGatewayError } from '../../errors.ts';
import type { Unit } from '../../model/compiled.ts';
import type { ContainerServer, Server } from '../../model/desired.ts';
import type { EngineTrouble } from '../../model/observed.ts';
import type { Values } from '../../model/references.ts';
import { makeBindFolders } from '../containers/bind-folders.ts';
import { ensureImage, type ImageDeps } from '../containers/images.ts';
import { containerMaker, type MakeDeps } from '../containers/make-container.ts';
import type { Pipes } from '../containers/pipes.ts';
import type { Instances } from '../instances/instances.ts';
import type { Statuses } from '../instances/statuses.ts';
import { unlinkable } from '../links/container/pipe.ts';
import type { ConnectDeps } from './connect.ts';
import type { Effects } from './effects.ts';
import { removeWithPipe } from './own-containers.ts';

export interface ContainerStepsDeps extends Omit<MakeDeps, 'docker' | 'pipes'>, Omit<ImageDeps, 'docker'> {
  readonly docker: Docker | undefined;
  /** Why there is none, where there is none. */
  readonly engineMissing: EngineTrouble;
  readonly stackName: string;
  readonly values: () => Values;
  readonly statuses: Pick<Statuses, 'progress'>;
  readonly instances: Pick<Instances, 'created' | 'of'>;
  /** Where there is an engine. */
  readonly pipes: Pipes | undefined;
}

export interface ContainerSteps extends Pick<Effects, 'create' | 'remove'>, Pick<ConnectDeps, 'relink'> {
  stop(containerId: string): Promise<void>;
}

export function createContainerSteps(deps: ContainerStepsDeps): ContainerSteps {
  const { docker, pipes, statuses, instances, logs } = deps;
  const maker = docker && pipes && containerMaker({ ...deps, docker, pipes });

  const relink: ConnectDeps['relink'] = async (instance, error, signal) => {
    const server = containerOf(instance.unit);
    const { containerId = '', pipe } = instance.container ?? {};
    if (server.link === 'pipe' || !docker || !maker || !pipes) throw unlinkable(server.serverName, error);
    const { Image } = await docker.getContainer(containerId).inspect();
    pipes.refused(error, Image);
    await removeWithPipe(docker, { containerId, ...(pipe ? { pipe } : {}) });
    const made = await maker.makeUnpiped(server, error.why);
    if (!signal.aborted) return instances.created(instance, made);
    await removeWithPipe(docker, made);
    throw error;
  };

  return {
    relink,
    stop: (containerId) => stopContainer(engineOf(docker, deps), containerId),
    create: async (instance, signal) => {
      const { unit } = instance;
      const server = containerOf(unit);
      const engine = engineOf(docker, deps);
      const show = (detail: string): void => statuses.progress(instance, detail);
      const image = unit.image ?? '';
      const ensure = async (): Promise<Docker.ImageInspectInfo> => {
        const found = await ensureImage({ ...deps, docker: engine }, server, image, show, signal);
        for (const folder of hostFolders(engine, server, deps))
          logs.add(server.serverName, 'hive', `made the folder ${folder} for its volume: it was not there`);
        show('creating container');
        return found;
      };
      if (!maker) throw missingEngine(deps);
      instances.created(instance, await maker.make(server, ensure));
    },
    remove: async ({ container, serverName }) => {
      const engine = engineOf(docker, deps);
      await removeWithPipe(engine, container);
      // Nothing depends on it, and an engine that is busy building may take its time.
      removeOwnImage(engine, container.image).catch((error) =>
        logs.add(
          serverName,
          'hive',
          `its old image ${container.image} stays: ${toGatewayError(error).message}`,
        ),
      );
      if (instances.of(serverName).length > 0) return;
      await removeNetworks(engine, deps.stackName, [`isolated-${serverName}`]);
    },
  };
}

/** Only an engine that is reached by a socket of this machine sees its folders. */
function hostFolders(docker: Docker, server: ContainerServer, deps: ContainerStepsDeps): string[] {
  const { files } = deps.compose();
  const isLocal = (docker.modem as { socketPath?: string }).socketPath !== undefined;
  return isLocal && files[0] !== undefined ? makeBindFolders(server, files[0], deps.values()) : [];
}

function containerOf(unit: Unit): ContainerServer {
  const server = unit.server as Server;
  if (server.type !== 'container') throw new GatewayError('INTERNAL', `${server.serverName} is no container`);
  return server;
}

function engineOf(docker: Docker | undefined, deps: ContainerStepsDeps): Docker {
  if (docker) return docker;
  throw missingEngine(deps);
}

function missingEngine({ engineMissing: { code, reason, hint } }: ContainerStepsDeps): GatewayError {
  return new GatewayError(code, reason, { hint });
}
