/** Runs one target for a number of inputs or for a time, and shrinks the first input that fails. */
import fc from 'fast-check';
import type { Checker, Target } from './target.ts';

/** Inputs of one seed. The next batch has the next seed. */
const BATCH = 200;

export interface Limits {
  readonly seed: number;
  /** No further batch begins after this many inputs. */
  readonly maxInputs?: number;
  /** Unix milliseconds after which no further input is tried. */
  readonly until?: number;
}

export interface Outcome {
  readonly target: string;
  readonly executions: number;
  readonly failure?: Failure;
}

export interface Failure {
  /** Seed of the batch in which the input was found. */
  readonly seed: number;
  /** The smallest failing input that was found. */
  readonly input: unknown;
  readonly reason: string;
}

/** Told before each input which one it is, so that a watcher can name an input that never ends. */
export type OnInput = (seed: number, run: number) => void;

export async function runTarget(
  target: Target,
  { seed: first, maxInputs = Number.POSITIVE_INFINITY, until = Number.POSITIVE_INFINITY }: Limits,
  onInput: OnInput = () => {},
): Promise<Outcome> {
  const checker = await target.open();
  let executions = 0;
  try {
    for (let seed = first; executions < maxInputs && Date.now() < until; seed++) {
      const size = Math.min(BATCH, maxInputs - executions);
      const { runs, failure } = await runBatch(target, checker, { seed, size, until }, onInput);
      executions += runs;
      if (failure) return { target: target.name, executions, failure };
    }
  } finally {
    await checker.close?.();
  }
  return { target: target.name, executions };
}

interface Batch {
  readonly seed: number;
  readonly size: number;
  readonly until: number;
}

async function runBatch(
  { inputs }: Target,
  checker: Checker,
  { seed, size, until }: Batch,
  onInput: OnInput,
): Promise<{ readonly runs: number; readonly failure?: Failure }> {
  let runs = 0;
  const property = fc.asyncProperty(inputs, async (input) => {
    // The rest of the batch is passed over.
    if (Date.now() >= until) return;
    onInput(seed, ++runs);
    await checker.check(input);
  });
  const details = await fc.check(property, { seed, numRuns: size });
  if (details.failed)
    return {
      runs,
      failure: { seed, input: details.counterexample?.[0], reason: reasonOf(details.errorInstance) },
    };
  try {
    await checker.settle?.();
  } catch (thrown) {
    return { runs, failure: { seed, input: null, reason: reasonOf(thrown) } };
  }
  return { runs };
}

const reasonOf = (thrown: unknown): string =>
  thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
