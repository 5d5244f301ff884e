/** Executes plans. All decisions are in the plan. */
import { type GatewayError, toGatewayError } from '../errors.ts';
import type { Plan, Step } from '../model/plan.ts';
import type { CreatedContainer } from './containers/make-container.ts';
import type { Instance } from './instances/instance.ts';
import type { Instances } from './instances/instances.ts';
import type { Chains } from './steps/chains.ts';
import type { Effects } from './steps/effects.ts';

export interface ExecutorDeps {
  readonly chains: Pick<Chains, 'replace' | 'isClosed'>;
  readonly instances: Pick<Instances, 'begin' | 'failed' | 'end'>;
  readonly effects: Effects;
  readonly onFailure: (step: Step, error: GatewayError) => void;
  /** Called for each server that needs no steps, and after the last step of each other one. */
  readonly onSettled: (serverName: string) => void;
  /** Called when all steps of a server have succeeded. Changes made meanwhile may need another plan. */
  readonly onDone: (serverName: string) => void;
}

/**
 * Runs the steps of each server in order, and servers side by side. A failed step ends its server's chain, so
 * that a serving version keeps serving. A newer plan for a server first ends the chain of the older one.
 * Steps that only change what is shown do not wait for it. Resolves when all chains have ended; never
 * rejects: failures are in the status.
 *
 * @param serverNames all declared servers
 */
export type Execute = (plan: Plan, serverNames: Iterable<string>) => Promise<void>;

export function createExecutor(deps: ExecutorDeps): Execute {
  const { chains, onSettled, onDone } = deps;
  return async (plan, serverNames) => {
    const byServer = Map.groupBy(plan.steps, (step) => step.serverName);
    for (const serverName of serverNames) if (!byServer.has(serverName)) onSettled(serverName);
    const runs = [...byServer].map(async ([serverName, steps]) => {
      if (chains.isClosed) return;
      if (steps.every(({ op }) => op === 'update' || op === 'skip')) {
        await runSteps(deps, steps, new AbortController().signal);
        return;
      }
      await chains.replace(serverName, async (signal) => {
        const isDone = await runSteps(deps, steps, signal);
        if (!isDone || chains.isClosed) return;
        onSettled(serverName);
        onDone(serverName);
      });
    });
    await Promise.all(runs);
  };
}

/**
 * True if all steps have succeeded. An instance that did not come up by then has failed, or is gone if the
 * chain was aborted.
 */
async function runSteps(deps: ExecutorDeps, steps: readonly Step[], signal: AbortSignal): Promise<boolean> {
  const { effects, instances, onFailure } = deps;
  const first = steps.find((step) => step.op === 'create' || step.op === 'connect');
  let instance: Instance | undefined;
  for (const step of steps) {
    if (signal.aborted) break;
    if (step === first) instance = instances.begin(first.unit, first.kind, containerOf(first));
    const error = await runStep(effects, step, instance, signal).then(() => undefined, toGatewayError);
    if (!error || signal.aborted) continue;
    if (instance?.state.phase === 'starting') instances.failed(instance, error);
    onFailure(step, error);
    return false;
  }
  if (signal.aborted && instance?.state.phase === 'starting') instances.end(instance);
  return !signal.aborted;
}

async function runStep(
  effects: Effects,
  step: Step,
  instance: Instance | undefined,
  signal: AbortSignal,
): Promise<void> {
  switch (step.op) {
    case 'create':
      return instance && effects.create(instance, signal);
    case 'connect':
      return instance && effects.connect(instance, signal);
    case 'update':
      return effects.update(step);
    case 'disconnect':
      return effects.disconnect(step);
    case 'stop':
      return effects.stop(step);
    case 'remove':
      return effects.remove(step);
    case 'skip':
      return effects.skip(step);
    default:
      return step satisfies never;
  }
}

function containerOf(step: Step): CreatedContainer | undefined {
  if (step.op !== 'connect' || !step.container) return undefined;
  const { containerId, pipe } = step.container;
  return { containerId, ...(pipe === undefined ? {} : { pipe }) };
}
