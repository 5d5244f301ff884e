/** The lists that the gateway answers itself. */
import { LIST_KINDS, type ListKind } from '../../model/catalog.ts';
import { isNull, member } from '../../wire/envelope.ts';
import { LISTS } from '../../wire/lists.ts';
import type { ClientRequest } from '../http/message.ts';

export interface AnsweredList {
  readonly kind: ListKind;
  /** The result up to its array. */
  readonly head: Buffer;
}

/** By method. */
export const ANSWERED_LISTS: ReadonlyMap<string, AnsweredList> = new Map(
  LIST_KINDS.map((kind) => [
    LISTS[kind].method,
    { kind, head: Buffer.from(`{${JSON.stringify(LISTS[kind].member)}:`) },
  ]),
);

export const CURSOR_PROBLEM = 'Invalid cursor: lists are answered whole, in one page';

/** Lists come whole in one page, so the gateway never issued a cursor. */
export function hasCursor({ text, params }: ClientRequest): boolean {
  const cursor = member(text, params, 'cursor');
  return cursor !== undefined && !isNull(text, cursor);
}
