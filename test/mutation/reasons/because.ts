/** A reason why a survivor of the mutation run may live. */

/**
 * `before`, `after`: the change. `on`: a part of the line, where the file has the same change on others; with
 * `^`, the beginning of the line.
 */
type Excused = readonly [before: string, after: string, on?: string];

export interface Reason {
  readonly before: string;
  readonly after: string;
  readonly on: string;
  readonly why: string;
}

/** By source file. */
export type Reasons = Readonly<Record<string, readonly Reason[]>>;

/** The same reason for several changes. */
export const because = (why: string, ...changes: readonly Excused[]): Reason[] =>
  changes.map(([before, after, on = '']) => ({ before, after, on, why }));

export const FAST_PATH = 'a shortcut: the way around it gives the same result';
export const NO_VALUE = 'an absent value counts the same there';
export const AN_ID = 'any number that is not used twice will do';
/** For a condition that holds whenever the rest of it does, or that decides between equal results. */
export const TYPES_ONLY = 'only the types need the condition';
