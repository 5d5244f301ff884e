/** The legacy handshake (basic/lifecycle, Initialization): it begins a session. */
import type { Reply } from '../../model/calls.ts';
import { LATEST_LEGACY, LEGACY_VERSIONS } from '../../model/era.ts';
import { RPC } from '../../wire/codes.ts';
import { member } from '../../wire/envelope.ts';
import { type ClientRequest, paramsOf, refusal, result } from '../http/message.ts';
import { capabilitiesProblem } from '../shared/askable.ts';
import { clientName } from '../shared/client-names.ts';
import { capabilitiesOf, SERVER_INFO } from '../shared/server-info.ts';
import type { Views } from '../shared/views.ts';
import type { Client, Session } from './session.ts';
import type { Sessions } from './sessions.ts';

/** The requested version if it is known, else the latest: the client then decides whether to continue. */
const negotiateVersion = (requested: unknown): string =>
  LEGACY_VERSIONS.find((version) => version === requested) ?? LATEST_LEGACY;

/** The session that an `initialize` request begins, or the error that answers the request. */
export function beginSession(
  sessions: Sessions,
  request: ClientRequest,
  scope: string,
  { principal, access }: Client,
): Session | NotBegun {
  const declared = member(request.text, request.params, 'capabilities');
  const problem = declared && capabilitiesProblem(declared);
  if (problem) return { status: 400, reply: refusal(RPC.INVALID_PARAMS, problem) };
  const { protocolVersion, capabilities, clientInfo } = paramsOf(request);
  const version = negotiateVersion(protocolVersion);
  const name = clientName(clientInfo);
  return sessions.open(scope, version, principal, declaredText(capabilities), name, access) ?? TOO_MANY;
}

/** Why `initialize` began no session. */
export interface NotBegun {
  /** HTTP status, where the reply has a response of its own. */
  readonly status: number;
  readonly reply: Reply;
}

const TOO_MANY: NotBegun = {
  status: 503,
  reply: refusal(RPC.SERVER_ERROR, 'too many sessions are open'),
};

/** JSON text of the declared capabilities; undefined for none. */
function declaredText(capabilities: unknown): string | undefined {
  const isSome =
    typeof capabilities === 'object' && capabilities !== null && Object.keys(capabilities).length > 0;
  return isSome ? JSON.stringify(capabilities) : undefined;
}

/** The answer to the `initialize` request that began the session. */
export function initializeResult(views: Views, { scope, protocolVersion, caller }: Session): Reply {
  const view = views.of(scope, caller.access);
  return result({
    protocolVersion,
    capabilities: capabilitiesOf(view, views.awaited(scope, caller.access), 'legacy'),
    serverInfo: SERVER_INFO,
    ...(view.instructions === undefined ? {} : { instructions: view.instructions }),
  });
}
