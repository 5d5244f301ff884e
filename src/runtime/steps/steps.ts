/** Puts together the steps of plans, and what else begins or ends instances. */

import type { Clock } from '../../model/clock.ts';
import type { Engine } from '../../model/engine.ts';
import type { ServeBuiltin } from '../../model/in-process.ts';
import type { EngineTrouble } from '../../model/observed.ts';
import type { Values } from '../../model/references.ts';
import type { Servers } from '../instances/servers.ts';
import { createEngineRuns } from '../links/commands/engine-runs.ts';
import { createEraMemory } from '../memory/eras.ts';
import type { Logs } from '../memory/logs.ts';
import type { StateDir } from '../memory/state-dir.ts';
import type { Authorizers } from '../oauth/authorizer.ts';
import { type Chains, createChains } from './chains.ts';
import { type ConnectDeps, createConnect } from './connect.ts';
import { createContainerLinks, type Relink } from './container-links.ts';
import { missingContainerSteps } from './container-steps.ts';
import { createDisconnect } from './disconnect.ts';
import { createEffects, type Effects } from './effects.ts';
import { createEngineSteps, type EngineSteps, type EngineStepsDeps } from './engine-steps.ts';
import { createInstanceLinks, type InstanceLinks, type LinkDeps } from './instance-links.ts';
import { createReconnect } from './reconnect.ts';
import { createRestart, type Restart, type RestartDeps } from './restart.ts';
import { createSkip } from './skip.ts';

/** Everything that steps need from outside. The types of the single steps say which step needs what. */
export interface StepsDeps {
  readonly stackName: string;
  readonly engine: Engine | undefined;
  /** Why there is no engine. */
  readonly engineMissing: EngineTrouble;
  readonly compose: EngineStepsDeps['compose'];
  readonly override: EngineStepsDeps['override'];
  readonly owner: EngineStepsDeps['owner'];
  readonly ensureBases: EngineStepsDeps['ensureBases'];
  /** Undefined without an engine. */
  readonly known: EngineStepsDeps['known'] | undefined;
  readonly state: EngineStepsDeps['state'] & Pick<StateDir, 'eras' | 'runs' | 'valuesKey'>;
  readonly values: () => Values;
  readonly clock: Clock;
  readonly logs: Logs;
  readonly authorizers: Authorizers;
  /** As `LinkDeps` has it. */
  readonly hops?: LinkDeps['hops'];
  readonly serveBuiltin: ServeBuiltin;
  readonly requestReload: (cause: string) => void;
}

/** Log levels and subscriptions of clients, which a new connection takes over. */
export type Clients = Pick<
  ConnectDeps,
  'logLevels' | 'sharedUsers' | 'subscriptions' | 'legacySessions' | 'onNotification' | 'askClient'
>;

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
export function createSteps(deps: StepsDeps, servers: Servers, clients: Clients): Steps {
  const { clock, logs, requestReload } = deps;
  const { board, instances, statuses, listings } = servers;
  const engine = engineSteps(deps, servers);
  const containers = engine ?? missingContainerSteps(deps.engineMissing);
  const halt: RestartDeps['halt'] = async (instance) => engine?.halt(instance);
  const chains = createChains(clock);
  const disconnect = createDisconnect(instances);
  const restart = createRestart({ chains, instances, board, logs, disconnect, halt, requestReload });
  const reconnect = createReconnect({ clock, logs, board, instances, disconnect, restart, requestReload });
  const eras = createEraMemory(deps.state.eras, clock);
  const links = linksOf(deps, containers.relink);
  const shown = { board, statuses, listings, instances };
  const connect = createConnect({ clock, logs, ...shown, links, eras, ...clients, reconnect });
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

function engineSteps(deps: StepsDeps, { instances, statuses }: Servers): EngineSteps | undefined {
  const { engine, stackName, compose, override, owner, ensureBases, known, values, state } = deps;
  const { clock, logs } = deps;
  if (!engine || !known) return undefined;
  const compiled = { stackName, compose, override, owner, ensureBases, known, values };
  return createEngineSteps({ engine, ...compiled, state, clock, logs, instances, statuses });
}

function linksOf(deps: StepsDeps, relink: Relink): InstanceLinks {
  const { engine, compose, values, authorizers, serveBuiltin, hops } = deps;
  const containers = createContainerLinks({ engine, compose, values, relink });
  const runs = createEngineRuns(deps.state);
  runs.sweep();
  return createInstanceLinks({ containers, values, authorizers, serveBuiltin, runs, hops });
}
