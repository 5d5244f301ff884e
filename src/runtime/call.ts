import type { Call, CallServer, Reply } from '../model/ports.ts';
import { RPC } from '../rpc/codes.ts';
import type { Instances } from './instances.ts';
import type { StatusBoard } from './status-board.ts';

/** Calls go to whatever instance serves the name at that moment; a call under way stays where it is. */
export function callServer({ instances, board }: { instances: Instances; board: StatusBoard }): CallServer {
  return (serverName, request, sessionId, capabilities) => {
    const { upstream, isolated, unit } = instances.serving(serverName) ?? {};
    if (!upstream || !isolated || !unit) return refuse(serverName, board);
    const { isolation } = unit.server.view;
    if (isolation === 'shared') {
      // Another MCP session costs an HTTP server little, and its requests then reach the client they are meant for.
      const ownSession =
        capabilities !== undefined && upstream.kind === 'http' && isolated.hasRoom(sessionId);
      if (!ownSession) return upstream.call(request);
      return isolated.callInSession({ sessionId, capabilities }, request);
    }
    const client = { sessionId, capabilities };
    return isolation === 'session'
      ? isolated.callInSession(client, request)
      : isolated.callAlone(client, request);
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
