/** What sets each bound of docs/faults.md. */
import { CLIENTS } from './clients.ts';
import { SERVERS } from './servers.ts';

/**
 * The name of a number, which is multiplied, in the file of the row or in one that stands before a `#`. Or a text that occurs
 * once in the file of the row, and the text in its place.
 */
export type Setter = string | readonly [from: string, to: string];

/** By what is bounded: the first column of the table. */
export type BoundTable = Readonly<Record<string, readonly Setter[]>>;

export const BOUND_TABLE: BoundTable = { ...CLIENTS, ...SERVERS };
