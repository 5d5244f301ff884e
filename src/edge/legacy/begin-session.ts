/** How a session begins. */
import type { Principal } from '../../model/caller.ts';
import { type ClientRequest, paramsOf } from '../http/message.ts';
import { negotiateVersion } from '../shared/initialize.ts';
import type { Session, Sessions } from './sessions.ts';

/** The session that an `initialize` asks for; undefined when there are too many. */
export function beginSession(
  sessions: Sessions,
  scope: string,
  request: ClientRequest,
  principal: Principal,
): Session | undefined {
  const { protocolVersion, capabilities } = paramsOf(request);
  return sessions.open(scope, negotiateVersion(protocolVersion), principal, capabilitiesText(capabilities));
}

/** Undefined for a client that can be asked nothing. */
function capabilitiesText(capabilities: unknown): string | undefined {
  const isSome =
    typeof capabilities === 'object' && capabilities !== null && Object.keys(capabilities).length > 0;
  return isSome ? JSON.stringify(capabilities) : undefined;
}
