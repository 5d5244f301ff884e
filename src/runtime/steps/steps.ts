/** Puts together the steps of plans, and what else begins or ends instances. */
import type { Servers } from '../instances/servers.ts';
import type { Logs } from '../memory/logs.ts';
import type { StateDir } from '../memory/state-dir.ts';
import { type Chains, createChains } from './chains.ts';
import { type ConnectDeps, createConnect } from './connect.ts';
import { missingContainerSteps } from './container-steps.ts';
import { createDisconnect } from './disconnect.ts';
import { createEffects, type Effects } from './effects.ts';
import { createEngineSteps, type EngineStepsDeps } from './engine-steps.ts';
import { createReconnect } from './reconnect.ts';
import { createRestart, type Restart, type RestartDeps } from './restart.ts';
import { createSkip } from './skip.ts';

type FromConnect = Omit<
  ConnectDeps,
  'board' | 'statuses' | 'instances' | 'listings' | 'relink' | 'reconnect' | 'logs'
>;
type FromEngine = Omit<EngineStepsDeps, 'engine' | 'instances' | 'statuses' | 'logs'>;

/** Everything that steps need from outside. The types of the single steps say which step needs what. */
export interface StepsDeps extends FromConnect, FromEngine {
  readonly servers: Servers;
  readonly engineMissing: Parameters<typeof missingContainerSteps>[0];
  readonly logs: Logs;
  readonly state: Pick<StateDir, 'pipes' | 'pipeRecord'>;
  readonly requestReload: (cause: string) => void;
}

export interface Steps {
  readonly chains: Chains;
  readonly effects: Effects;
  readonly restart: Restart;
  /** Ends all chains, then all instances. */
  close(): Promise<void>;
  /** Stops the stack's containers. */
  stopContainers(): Promise<void>;
}

/** The caller must close the result. */
export function createSteps(deps: StepsDeps): Steps {
  const { clock, logs, requestReload } = deps;
  const { board, instances, statuses, listings } = deps.servers;
  const engine = deps.engine && createEngineSteps({ ...deps, engine: deps.engine, instances, statuses });
  const containers = engine ?? missingContainerSteps(deps.engineMissing);
  const { relink } = containers;
  const halt: RestartDeps['halt'] = async (instance) => engine?.halt(instance);
  const chains = createChains(clock);
  const disconnect = createDisconnect(instances);
  const restart = createRestart({ chains, instances, board, logs, disconnect, halt, requestReload });
  const reconnect = createReconnect({ clock, logs, board, instances, disconnect, restart, requestReload });
  const connect = createConnect({ ...deps, board, instances, statuses, listings, relink, reconnect });
  const skip = createSkip(statuses, listings);
  return {
    chains,
    effects: createEffects({ instances, containers, connect, disconnect, skip }),
    restart,
    async close() {
      await chains.close();
      const left = instances.all().filter(({ state }) => state.phase !== 'draining');
      await Promise.all(left.map((instance) => disconnect(instance)));
    },
    stopContainers: async () => engine?.stopAll(),
  };
}
