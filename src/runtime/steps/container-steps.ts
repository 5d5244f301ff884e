/** Steps on containers of the stack: create, relink, stop, remove. */
import { GatewayError, toGatewayError } from '../../errors.ts';
import type { Unit } from '../../model/compiled.ts';
import type { ContainerServer } from '../../model/desired.ts';
import type { Engine } from '../../model/engine.ts';
import type { EngineTrouble } from '../../model/observed.ts';
import type { StepOf } from '../../model/plan.ts';
import type { Images } from '../containers/images.ts';
import type { ContainerMaker } from '../containers/make-container.ts';
import type { Pipes } from '../containers/pipes.ts';
import { removeOwnImage } from '../containers/removal.ts';
import type { Instance } from '../instances/instance.ts';
import type { Instances } from '../instances/instances.ts';
import type { Statuses } from '../instances/statuses.ts';
import { type PipeError, unlinkable } from '../links/container/pipe-error.ts';
import type { Logs } from '../memory/logs.ts';
import type { Relink } from './container-links.ts';
import { removeWithPipe } from './own-containers.ts';

export interface ContainerStepsDeps {
  readonly engine: Engine;
  readonly stackName: string;
  readonly images: Images;
  readonly maker: ContainerMaker;
  readonly pipes: Pick<Pipes, 'refused'>;
  /** Makes the missing host folders of a server's volumes, and returns their paths. */
  readonly makeFolders: (server: ContainerServer) => Promise<readonly string[]>;
  readonly statuses: Pick<Statuses, 'progress'>;
  readonly instances: Pick<Instances, 'created' | 'of'>;
  readonly logs: Pick<Logs, 'add'>;
}

export interface ContainerSteps {
  readonly relink: Relink;
  /** Makes the container that the instance is to run in. */
  create(instance: Instance, signal: AbortSignal): Promise<void>;
  stop(containerId: string): Promise<void>;
  remove(step: StepOf<'remove'>): Promise<void>;
}

export function createContainerSteps(deps: ContainerStepsDeps): ContainerSteps {
  return {
    create: (instance, signal) => create(deps, instance, signal),
    relink: (instance, error, signal) => relink(deps, instance, error, signal),
    stop: (containerId) => deps.engine.stop(containerId),
    remove: (step) => remove(deps, step),
  };
}

/** Steps on containers without an engine: all of them fail. */
export function missingContainerSteps({ code, reason, hint }: EngineTrouble): ContainerSteps {
  const fail = (): Promise<never> => Promise.reject(new GatewayError(code, reason, { hint }));
  return { create: fail, relink: fail, stop: fail, remove: fail };
}

async function create(deps: ContainerStepsDeps, instance: Instance, signal: AbortSignal): Promise<void> {
  const { images, maker, makeFolders, statuses, instances, logs } = deps;
  const { unit, serverName } = instance;
  const server = containerOf(unit);
  const show = (detail: string): void => statuses.progress(instance, detail);
  const made = await maker.make(server, async () => {
    const image = await images.ensure(server, unit.image ?? '', show, signal);
    for (const folder of await makeFolders(server))
      logs.add(serverName, 'hive', `made the folder ${folder} for its volume: it was not there`);
    show('creating container');
    return image;
  });
  instances.created(instance, made);
}

async function relink(
  deps: ContainerStepsDeps,
  instance: Instance,
  error: PipeError,
  signal: AbortSignal,
): Promise<void> {
  const { engine, pipes, maker, instances } = deps;
  const server = containerOf(instance.unit);
  const { container } = instance;
  if (server.link === 'pipe' || !container) throw unlinkable(server.serverName, error);
  const facts = await engine.inspect(container.containerId);
  pipes.refused(error, facts?.imageId ?? '');
  await removeWithPipe(engine, container);
  const made = await maker.makeUnpiped(server, error.why);
  if (!signal.aborted) return instances.created(instance, made);
  await removeWithPipe(engine, made);
  throw error;
}

async function remove(
  { engine, stackName, instances, logs }: ContainerStepsDeps,
  { container, serverName }: StepOf<'remove'>,
): Promise<void> {
  await removeWithPipe(engine, container);
  // Not awaited: nothing depends on it, and an engine that is busy building answers late.
  removeOwnImage(engine, container).catch((error) => {
    const why = toGatewayError(error).message;
    logs.add(serverName, 'hive', `its old image ${container.image} stays: ${why}`);
  });
  if (instances.of(serverName).length === 0)
    await engine.removeNetworks(stackName, [`isolated-${serverName}`]);
}

function containerOf({ server }: Unit): ContainerServer {
  if (server.type === 'container') return server;
  throw new GatewayError('INTERNAL', `${server.serverName} is no container`);
}
