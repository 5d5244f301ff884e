import type { Unit } from '../../model/compiled.ts';
import type { Step } from '../../model/plan.ts';
import type { Instance } from '../instances/instance.ts';

/** The effects that steps stand for. The executor decides nothing: all decisions are in the plan. */
export interface Effects {
  /** Makes the container that the instance is to run in. */
  create(instance: Instance, signal: AbortSignal): Promise<void>;
  connect(instance: Instance, signal: AbortSignal): Promise<void>;
  update(instance: Instance, unit: Unit): void;
  disconnect(instance: Instance): Promise<void>;
  stop(step: Extract<Step, { op: 'stop' }>): Promise<void>;
  remove(step: Extract<Step, { op: 'remove' }>): Promise<void>;
  skip(step: Extract<Step, { op: 'skip' }>): void;
}
