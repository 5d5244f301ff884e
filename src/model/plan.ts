/**
 * Plans: desired minus observed, as steps with their causes in words. A plan is printed, logged, tested and
 * executed.
 */
import type { Unit } from './compiled.ts';
import type { EngineCode, InstanceKind, ObservedContainer } from './observed.ts';

export type Step =
  /** Builds or pulls the image, and creates the container without starting it. */
  | {
      readonly op: 'create';
      readonly serverName: string;
      readonly unit: Unit;
      readonly kind: 'container';
      readonly cause: string;
    }
  /** Opens a link, which starts the container or process if it does not run; initializes; publishes. */
  | {
      readonly op: 'connect';
      readonly serverName: string;
      readonly unit: Unit;
      /** How the new instance runs. */
      readonly kind: InstanceKind;
      /**
       * Absent for a server without a container, and for a container that an earlier step of this plan
       * creates.
       */
      readonly container?: ObservedContainer;
      readonly cause: string;
    }
  /** Gives a running instance a new view: prefix, tool filter, timeouts. */
  | { readonly op: 'update'; readonly serverName: string; readonly unit: Unit; readonly cause: string }
  /** Withdraws the instance from the catalog, drains its calls and closes it. */
  | {
      readonly op: 'disconnect';
      readonly serverName: string;
      readonly instanceId: string;
      readonly cause: string;
    }
  /**
   * Ends an idle server's instance and stops its container, which is kept for the next call. One step, so
   * that no other runs in between.
   */
  | {
      readonly op: 'stop';
      readonly serverName: string;
      readonly instanceId?: string;
      readonly container?: ObservedContainer;
      readonly cause: string;
    }
  /** Stops and removes a container that this stack made. */
  | {
      readonly op: 'remove';
      readonly serverName: string;
      readonly container: ObservedContainer;
      readonly cause: string;
    }
  /**
   * Does nothing: the server cannot run here now. Shown with the reason, and tried again at the next reload.
   */
  | {
      readonly op: 'skip';
      readonly serverName: string;
      readonly unit: Unit;
      readonly code: 'VARIABLE_UNSET' | 'SECRETS_FAILED' | 'STACK_TAKEN' | EngineCode;
      readonly cause: string;
      readonly hint: string;
    };

export type StepOf<Op extends Step['op']> = Extract<Step, { readonly op: Op }>;

export interface Plan {
  /** Steps of one server are in order; steps of different servers are independent. */
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

/** One aligned line for each step, with the fix below a skipped one; empty if there is nothing to do. */
export function renderPlan(plan: Plan): string {
  const width = Math.max(0, ...plan.steps.map((step) => step.serverName.length));
  return plan.steps
    .map((step) => {
      const line = `${VERB[step.op].padEnd(12)}  ${step.serverName.padEnd(width)}  ${step.cause}`;
      return step.op === 'skip' && step.hint ? `${line}\n    fix: ${step.hint}` : line;
    })
    .join('\n');
}
