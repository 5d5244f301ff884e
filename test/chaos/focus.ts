/** What a short run concentrates on, so that it finds one problem soon. */
export interface Focus {
  /** Names of acts that clients prefer; none for all alike. */
  readonly acts: readonly string[];
  /** Names of faults, beside which there are no others; none for all. */
  readonly faults: readonly string[];
  /** The first problem that matches ends the run. */
  readonly until: RegExp | undefined;
}

export const ALL: Focus = { acts: [], faults: [], until: undefined };
