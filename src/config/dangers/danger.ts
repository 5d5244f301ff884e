/** One thing in an entry that takes a wall of its container down. */
import type { KeyPath } from '../source/source.ts';

export interface Danger {
  /** Below the entry. */
  readonly path: KeyPath;
  /** A sentence without its subject, the server. Quotes texts as they were written, without values. */
  readonly text: string;
}

/** Replaces the `${VAR}` references of a text by their values. */
export type Resolve = (text: string) => string;
