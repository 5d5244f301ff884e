/** The effects of the steps of a plan. */
import type { StepOf } from '../../model/plan.ts';
import { connectionsOf, type Instance, pairsOf } from '../instances/instance.ts';
import type { Instances } from '../instances/instances.ts';
import type { Connect } from './connect.ts';
import type { ContainerSteps } from './container-steps.ts';
import type { Disconnect } from './disconnect.ts';

export interface Effects {
  /** Makes the container that the instance is to run in. */
  create(instance: Instance, signal: AbortSignal): Promise<void>;
  /** Brings the instance up. */
  connect(instance: Instance, signal: AbortSignal): Promise<void>;
  /** Gives the new view to the instances that run this entry. */
  update(step: StepOf<'update'>): void;
  disconnect(step: StepOf<'disconnect'>): Promise<void>;
  stop(step: StepOf<'stop'>): Promise<void>;
  remove(step: StepOf<'remove'>): Promise<void>;
  skip(step: StepOf<'skip'>): void;
}

export interface EffectsDeps {
  readonly instances: Pick<Instances, 'get' | 'of' | 'updated'>;
  readonly containers: Pick<ContainerSteps, 'create' | 'remove' | 'stop'>;
  readonly connect: Connect;
  readonly disconnect: Disconnect;
  readonly skip: Effects['skip'];
}

export function createEffects({ instances, containers, connect, disconnect, skip }: EffectsDeps): Effects {
  /** An instance that already drains is ended by whatever made it drain. */
  const end = async (instanceId: string | undefined, keepsTasks: boolean): Promise<void> => {
    const instance = instances.get(instanceId ?? '');
    if (instance && instance.state.phase !== 'draining') await disconnect(instance, keepsTasks);
  };
  return {
    create: containers.create,
    connect,
    update({ serverName, unit }) {
      for (const instance of instances.of(serverName)) {
        if (instance.state.phase !== 'ready' || instance.unit.hash !== unit.hash) continue;
        instances.updated(instance, unit);
        for (const { upstream } of pairsOf(connectionsOf(instance))) upstream.setLimits(unit.server.view);
      }
    },
    disconnect: ({ instanceId }) => end(instanceId, true),
    async stop({ instanceId, container }) {
      await end(instanceId, false);
      if (container) await containers.stop(container.containerId);
    },
    remove: containers.remove,
    skip,
  };
}
