/** Why a survivor of the mutation run may live, by source file. */

export interface Reason {
  readonly before: string;
  readonly after: string;
  readonly why: string;
}

export const REASONS: Readonly<Record<string, readonly Reason[]>> = {};
