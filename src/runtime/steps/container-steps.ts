/** What is done to containers of the stack: steps of a plan, and another container in the place of one that cannot be linked. */
import { GatewayError, toGatewayError } from '../../errors.ts';
import type { Unit } from '../../model/compiled.ts';
import type { ContainerServer, Server } from '../../model/desired.ts';
import type { Engine, ImageFacts } from '../../model/engine.ts';
import type { EngineTrouble } from '../../model/observed.ts';
import type { Values } from '../../model/references.ts';
import { makeBindFolders } from '../containers/bind-folders.ts';
import { createImages, type ImageDeps } from '../containers/images.ts';
import { createContainerMaker, type MakeDeps } from '../containers/make-container.ts';
import type { Pipes } from '../containers/pipes.ts';
import { removeOwnImage } from '../containers/removal.ts';
import type { Instances } from '../instances/instances.ts';
import type { Statuses } from '../instances/statuses.ts';
import { unlinkable } from '../links/container/pipe-error.ts';
import type { ConnectDeps } from './connect.ts';
import type { Effects } from './effects.ts';
import { removeWithPipe } from './own-containers.ts';

export interface ContainerStepsDeps extends Omit<MakeDeps, 'engine' | 'pipes'>, Omit<ImageDeps, 'engine'> {
  readonly engine: Engine | undefined;
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
  const { engine, pipes, statuses, instances, logs } = deps;
  const maker = engine && pipes && createContainerMaker({ ...deps, engine, pipes });
  const images = engine && createImages({ ...deps, engine });

  const relink: ConnectDeps['relink'] = async (instance, error, signal) => {
    const server = containerOf(instance.unit);
    const { containerId = '', pipe } = instance.container ?? {};
    if (server.link === 'pipe' || !engine || !maker || !pipes) throw unlinkable(server.serverName, error);
    pipes.refused(error, (await engine.inspect(containerId))?.imageId ?? '');
    await removeWithPipe(engine, { containerId, ...(pipe ? { pipe } : {}) });
    const made = await maker.makeUnpiped(server, error.why);
    if (!signal.aborted) return instances.created(instance, made);
    await removeWithPipe(engine, made);
    throw error;
  };

  return {
    relink,
    stop: (containerId) => engineOf(deps).stop(containerId),
    create: async (instance, signal) => {
      const { unit } = instance;
      const server = containerOf(unit);
      if (!engine || !images || !maker) throw missingEngine(deps);
      const show = (detail: string): void => statuses.progress(instance, detail);
      const image = unit.image ?? '';
      const ensureImage = async (): Promise<ImageFacts> => {
        const found = await images.ensure(server, image, show, signal);
        for (const folder of hostFolders(engine, server, deps))
          logs.add(server.serverName, 'hive', `made the folder ${folder} for its volume: it was not there`);
        show('creating container');
        return found;
      };
      instances.created(instance, await maker.make(server, ensureImage));
    },
    remove: async ({ container, serverName }) => {
      const engine = engineOf(deps);
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
      await engine.removeNetworks(deps.stackName, [`isolated-${serverName}`]);
    },
  };
}

/** An engine that is remote does not see the folders of this machine. */
function hostFolders(engine: Engine, server: ContainerServer, deps: ContainerStepsDeps): string[] {
  const { files } = deps.compose();
  return engine.locality === 'remote' ? [] : makeBindFolders(server, files[0], deps.values());
}

function containerOf(unit: Unit): ContainerServer {
  const server = unit.server as Server;
  if (server.type !== 'container') throw new GatewayError('INTERNAL', `${server.serverName} is no container`);
  return server;
}

function engineOf(deps: ContainerStepsDeps): Engine {
  if (deps.engine) return deps.engine;
  throw missingEngine(deps);
}

function missingEngine({ engineMissing: { code, reason, hint } }: ContainerStepsDeps): GatewayError {
  return new GatewayError(code, reason, { hint });
}
