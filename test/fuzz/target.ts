/** A target of fuzzing: random inputs, and an oracle that says whether Hive handled one of them well. */
import type fc from 'fast-check';

export interface Target<Input = unknown> {
  readonly name: string;
  /** What the target guarantees for every input; docs/fuzzing.md has the same sentence. */
  readonly oracle: string;
  /** Inputs are JSON values, so that one that fails can be kept as a file. */
  readonly inputs: fc.Arbitrary<Input>;
  /** Prepares what the checks need, such as a running edge. The caller must close the result. */
  open(): Promise<Checker<Input>>;
}

export interface Checker<Input = unknown> {
  /** Throws if Hive mishandles the input. */
  check(input: Input): void | Promise<void>;
  /** Throws if something that must stay bounded has grown. Called between batches. */
  settle?(): void | Promise<void>;
  close?(): void | Promise<void>;
}

/** A target whose checks need no preparation. */
export function pureTarget<Input>(
  name: string,
  oracle: string,
  inputs: fc.Arbitrary<Input>,
  check: (input: Input) => void | Promise<void>,
): Target<Input> {
  return { name, oracle, inputs, open: async () => ({ check }) };
}
