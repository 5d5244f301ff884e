import type { Call, CallServer, Reply } from '../model/ports.ts';
import { RPC } from '../rpc/codes.ts';
import type { Instances } from './instances.ts';
import type { StatusBoard } from './status-board.ts';

/** Calls go to whatever instance serves the name at that moment; a call under way stays where it is. */
export function callServer({ instances, board }: { instances: Instances; board: StatusBoard }): CallServer {
  return (serverName, request, sessionId) => {
    const { upstream, isolated, unit } = instances.serving(serverName) ?? {};
    if (!upstream || !isolated || !unit) return refuse(serverName, board);
    const { isolation } = unit.server.view;
    if (isolation === 'session') return isolated.callInSession(sessionId, request);
    return isolation === 'call' ? isolated.callAlone(sessionId, request) : upstream.call(request);
  };
}

function refuse(serverName: string, board: StatusBoard): Call {
  const status = board.get(serverName);
  const why = status?.reason ?? status?.detail ?? 'it is not running';
  const message = `${serverName} is ${status?.state ?? 'unknown'}: ${why}${status?.hint ? `. Fix: ${status.hint}` : ''}`;
  const error = {
    code: RPC.NOT_SERVING,
    message,
    data: { server: serverName, state: status?.state, code: status?.code },
  };
  const reply: Reply = { kind: 'error', json: Buffer.from(JSON.stringify(error)) };
  return { reply: Promise.resolve(reply), cancel: () => {} };
}
