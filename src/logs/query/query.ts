/** A query of logs, as it was understood. */

/** What the text of a line must hold, or with `isNot` must not hold. */
export type Term = { readonly isNot: boolean } & (
  | {
      /** Words in this order, whole ones; with `isPrefix` the last one may go on. */
      readonly kind: 'words';
      readonly text: string;
      readonly isPrefix: boolean;
    }
  /** Any part of the line. */
  | { readonly kind: 'part'; readonly text: string }
  | { readonly kind: 'pattern'; readonly source: string; readonly ignoresCase: boolean }
  /** A field of a line that is JSON or `key=value` pairs. */
  | { readonly kind: 'field'; readonly path: readonly string[]; readonly value: string }
);

/** Names of servers or streams, in which `*` stands for any text. */
export interface NameFilter {
  readonly names: readonly string[];
  readonly isNot: boolean;
}

export interface Query {
  readonly servers: readonly NameFilter[];
  readonly streams: readonly NameFilter[];
  /** Ranks of levels, both included; undefined: also lines that name no level. */
  readonly levels: { readonly from: number; readonly to: number } | undefined;
  /** Unix milliseconds, both included. */
  readonly since: number | undefined;
  readonly until: number | undefined;
  readonly terms: readonly Term[];
}

export const EVERYTHING: Query = {
  servers: [],
  streams: [],
  levels: undefined,
  since: undefined,
  until: undefined,
  terms: [],
};
