/**
 * A plan is desired minus observed: steps in order, each with its cause in words. It is printed, logged,
 * tested and executed.
 */
import type { Unit } from './compiled.ts';
import type { EngineCode, InstanceKind, ObservedContainer } from './observed.ts';

export type Step =
  /** Build or pull the image, and create the container without starting it. */
  | {
      readonly op: 'create';
      readonly serverName: string;
      readonly unit: Unit;
      readonly kind: 'container';
      readonly cause: string;
    }
  /**
   * Link to a container (starting it if it is not running), or start a process, or reach a URL; initialise;
   * publish.
   */
  | {
      readonly op: 'connect';
      readonly serverName: string;
      readonly unit: Unit;
      /** How the new instance runs. */
      readonly kind: InstanceKind;
      /**
       * Absent for native and remote servers, and for a container that an earlier step of this plan creates.
       */
      readonly container?: ObservedContainer;
      readonly cause: string;
    }
  /** New prefix, filter or timeouts on a running instance. */
  | { readonly op: 'update'; readonly serverName: string; readonly unit: Unit; readonly cause: string }
  /** Withdraw from the catalog, let calls in flight finish, close. */
  | {
      readonly op: 'disconnect';
      readonly serverName: string;
      readonly instanceId: string;
      readonly cause: string;
    }
  /**
   * End an idle server's instance and stop its container, which stays for the next call. One step: no other
   * may come between.
   */
  | {
      readonly op: 'stop';
      readonly serverName: string;
      readonly instanceId?: string;
      readonly container?: ObservedContainer;
      readonly cause: string;
    }
  /** Stop and remove a container that this stack made. */
  | {
      readonly op: 'remove';
      readonly serverName: string;
      readonly container: ObservedContainer;
      readonly cause: string;
    }
  /** Cannot run here and now: shown with the reason, and tried again at the next look. */
  | {
      readonly op: 'skip';
      readonly serverName: string;
      readonly unit: Unit;
      readonly code: 'VARIABLE_UNSET' | EngineCode;
      readonly cause: string;
      readonly hint: string;
    };

export type StepOf<Op extends Step['op']> = Extract<Step, { readonly op: Op }>;

export interface Plan {
  /** Steps of one server are in order; steps of different servers are independent of one another. */
  readonly steps: readonly Step[];
}

const VERB: Record<Step['op'], string> = {
  create: '+ create',
  connect: '+ connect',
  update: '~ update',
  disconnect: '- disconnect',
  stop: '- stop',
  remove: '- remove',
  skip: '! skip',
};

/**
 * One line a step, aligned, and below what is skipped its fix; the empty string when there is nothing to do.
 */
export function renderPlan(plan: Plan): string {
  const width = Math.max(0, ...plan.steps.map((step) => step.serverName.length));
  return plan.steps
    .map((step) => {
      const line = `${VERB[step.op].padEnd(12)}  ${step.serverName.padEnd(width)}  ${step.cause}`;
      return step.op === 'skip' && step.hint ? `${line}\n    fix: ${step.hint}` : line;
    })
    .join('\n');
}
