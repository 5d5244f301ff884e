/** The error in place of a large answer whose client does not read the ones before. */
import { RPC } from '../../wire/codes.ts';
import { errorResponse } from './message.ts';

const MESSAGE =
  'this client has more answers unread than it may: read those, and call again for fewer at a time';

/** @param id JSON text of the request's id; undefined for a batch */
export const tooMuchUnread = (id: Buffer | undefined): Buffer[] =>
  errorResponse(RPC.SERVER_BUSY, MESSAGE, undefined, id);
