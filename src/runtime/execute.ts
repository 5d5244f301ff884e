import { type GatewayError, toGatewayError } from '../errors.ts';
import type { Plan, Step } from '../model/plan.ts';
import type { CreatedContainer } from './containers/make-container.ts';
import type { Instance } from './instances/instance.ts';
import type { Instances } from './instances/instances.ts';
import { within } from './links/within.ts';
import type { Effects } from './steps/effects.ts';

export interface Executor {
  /**
   * Runs the steps of each server in order, servers side by side; a failed step ends its server's chain, so what came
   * before keeps serving. A newer plan for a server ends the older one's chain first. Resolves when all chains ended;
   * never rejects: failures are in the status.
   */
  execute(plan: Plan): Promise<void>;
  /** Ends the server's chain and runs this in its place; what a later plan asks for waits for it. */
  interrupt(serverName: string, run: () => Promise<void>): Promise<void>;
  /** Ends all chains; one that does not end in time (a compose run, an engine that hangs) is left behind. */
  close(): Promise<void>;
}

interface Chain {
  readonly abort: AbortController;
  readonly done: Promise<void>;
}

export interface ExecutorEvents {
  readonly onFailure: (step: Step, error: GatewayError) => void;
  /** All steps of a server were done. What changed while they ran may ask for more. */
  readonly onDone: (serverName: string) => void;
}

/** Well below the 60 s that docs/hive.service gives the whole end. */
const CLOSE_MS = 15_000;

type RunStep = (step: Step, instance: Instance | undefined, signal: AbortSignal) => Promise<void>;

export function createExecutor(effects: Effects, instances: Instances, events: ExecutorEvents): Executor {
  const chains = new Map<string, Chain>();
  let closed = false;

  const runStep: RunStep = async (step, instance, signal) => {
    switch (step.op) {
      case 'create':
        if (instance) await effects.create(instance, signal);
        return;
      case 'connect':
        if (instance) await effects.connect(instance, signal);
        return;
      case 'update':
        return updateAll(effects, instances, step);
      case 'disconnect':
        return disconnectOne(effects, instances, step.instanceId);
      case 'stop':
        return effects.stop(step);
      case 'remove':
        return effects.remove(step);
      case 'skip':
        return effects.skip(step);
      default:
        return step satisfies never;
    }
  };

  const start = (serverName: string, run: (signal: AbortSignal) => Promise<void>): Promise<void> => {
    const before = chains.get(serverName);
    const abort = new AbortController();
    before?.abort.abort();
    const done = (before?.done ?? Promise.resolve()).then(() => run(abort.signal));
    const chain = { abort, done };
    chains.set(serverName, chain);
    return done.finally(() => chains.get(serverName) === chain && chains.delete(serverName));
  };

  return {
    async execute(plan) {
      const byServer = Map.groupBy(plan.steps, (step) => step.serverName);
      const runs = [...byServer].map(([serverName, steps]) => {
        if (closed) return undefined;
        const light = steps.every((step) => step.op === 'update' || step.op === 'skip');
        if (light) return runChain(steps, instances, runStep, new AbortController().signal, events);
        return start(serverName, async (signal) => {
          const isDone = await runChain(steps, instances, runStep, signal, events);
          if (isDone && !closed) events.onDone(serverName);
        });
      });
      await Promise.all(runs);
    },
    interrupt: (serverName, run) => (closed ? Promise.resolve() : start(serverName, run)),
    async close() {
      closed = true;
      for (const chain of chains.values()) chain.abort.abort();
      const all = Promise.allSettled([...chains.values()].map((chain) => chain.done));
      await within(
        all.then(() => {}),
        CLOSE_MS,
      );
    },
  };
}

/** True when every step was done. */
async function runChain(
  steps: readonly Step[],
  instances: Instances,
  run: RunStep,
  signal: AbortSignal,
  { onFailure }: ExecutorEvents,
): Promise<boolean> {
  const first = steps.find((step) => step.op === 'create' || step.op === 'connect');
  let instance: Instance | undefined;
  for (const step of steps) {
    if (signal.aborted) break;
    if (step === first) instance = instances.begin(first.unit, first.kind, containerOf(first));
    const error = await run(step, instance, signal).then(noError, toGatewayError);
    if (!error || signal.aborted) continue;
    if (instance?.state.phase === 'starting') instances.failed(instance, error);
    onFailure(step, error);
    return false;
  }
  if (signal.aborted && instance?.state.phase === 'starting') instances.end(instance);
  return !signal.aborted;
}

function noError(): undefined {}

function updateAll(effects: Effects, instances: Instances, step: Extract<Step, { op: 'update' }>): void {
  const fitting = instances
    .of(step.serverName)
    .filter((it) => it.unit.hash === step.unit.hash && it.state.phase === 'ready');
  for (const instance of fitting) effects.update(instance, step.unit);
}

async function disconnectOne(effects: Effects, instances: Instances, instanceId: string): Promise<void> {
  const instance = instances.get(instanceId);
  if (instance && instance.state.phase !== 'draining') await effects.disconnect(instance);
}

function containerOf(step: Step): CreatedContainer | undefined {
  if (step.op !== 'connect' || !step.container) return undefined;
  const { containerId, pipe } = step.container;
  return { containerId, ...(pipe === undefined ? {} : { pipe }) };
}
