/** Puts together what is done to containers of the stack while there is an engine. */
import type { Clock } from '../../model/clock.ts';
import type { ComposeProject } from '../../model/composer.ts';
import type { Engine } from '../../model/engine.ts';
import type { Values } from '../../model/references.ts';
import { makeBindFolders } from '../containers/bind-folders.ts';
import { createImages, type ImageDeps } from '../containers/images.ts';
import type { KnownImages } from '../containers/known-images.ts';
import { createContainerMaker } from '../containers/make-container.ts';
import type { Override } from '../containers/override.ts';
import { createPipes } from '../containers/pipes.ts';
import { connectionsOf, type Instance } from '../instances/instance.ts';
import type { Instances } from '../instances/instances.ts';
import type { Statuses } from '../instances/statuses.ts';
import type { Logs } from '../memory/logs.ts';
import { createMadeStacks } from '../memory/made-stacks.ts';
import type { Owner } from '../memory/owner.ts';
import type { StateDir } from '../memory/state-dir.ts';
import { type ContainerSteps, createContainerSteps } from './container-steps.ts';
import { halt, stopOwn } from './own-containers.ts';

export interface EngineStepsDeps {
  readonly engine: Engine;
  readonly stackName: string;
  /** What Compose needs for these services. @throws GatewayError STATE_FAILED */
  readonly compose: (services: readonly string[]) => ComposeProject;
  readonly override: Override;
  readonly owner: Owner;
  readonly ensureBases: ImageDeps['ensureBases'];
  readonly known: KnownImages;
  readonly values: () => Values;
  readonly state: Pick<StateDir, 'pipes' | 'pipeRecord' | 'made'>;
  readonly clock: Clock;
  readonly logs: Logs;
  readonly instances: Instances;
  readonly statuses: Pick<Statuses, 'progress'>;
}

export interface EngineSteps extends ContainerSteps {
  /** Ends the instance's container; the next reload starts it again. */
  halt(instance: Instance): Promise<void>;
  /** Stops all containers of the stack. Never rejects. */
  stopAll(): Promise<void>;
}

export function createEngineSteps(deps: EngineStepsDeps): EngineSteps {
  const { engine, stackName, compose, override, owner, ensureBases, known, values } = deps;
  const { clock, logs, instances } = deps;
  const pipes = createPipes(deps.state, engine, clock, () => instances.hasLink('pipe'));
  instances.onEvent(({ kind, instance }) => {
    if (kind === 'connected' && connectionsOf(instance)?.upstream.kind === 'pipe') pipes.worked();
  });
  const made = createMadeStacks(deps.state.made);
  const steps = createContainerSteps({
    engine,
    stackName,
    images: createImages({ engine, compose, override, ensureBases, known, values }),
    maker: createContainerMaker({ engine, stackName, compose, override, owner, pipes, logs, made }),
    pipes,
    // A remote engine does not see the folders of this machine.
    makeFolders: async (server) =>
      engine.locality === 'remote'
        ? []
        : makeBindFolders(server, compose([server.serverName]).compiled, values()),
    statuses: deps.statuses,
    instances,
    logs,
  });
  return {
    ...steps,
    async halt({ unit, container }) {
      if (container) await halt(engine, unit, container.containerId);
    },
    stopAll: () => stopOwn(engine, owner),
  };
}
