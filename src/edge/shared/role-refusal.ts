/** The error for a request that the caller's role does not allow. */
import type { Access, ToolRole } from '../../model/access/access.ts';
import type { Reply } from '../../model/calls.ts';
import { whyTooLow } from '../../policy/decide.ts';
import { inWords, ROLE_TOO_LOW } from '../../policy/words.ts';
import { RPC } from '../../wire/codes.ts';
import { refusal } from '../http/message.ts';

/**
 * Undefined if the caller may make the request.
 * @param role of a tool of a built-in server; undefined for whatever else clients ask servers for
 */
export function roleRefusal(
  access: Access | undefined,
  role: ToolRole | undefined,
  what: string,
  serverName: string,
): Reply | undefined {
  const tooLow = whyTooLow(access, role);
  if (!tooLow) return undefined;
  const { message, hint } = inWords(tooLow, what, serverName);
  const data = { code: ROLE_TOO_LOW, needs: tooLow.needs, has: tooLow.has };
  return refusal(RPC.ROLE_TOO_LOW, `${message} (${ROLE_TOO_LOW}). Fix: ${hint}`, data);
}
