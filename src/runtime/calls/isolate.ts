/**
 * A layer that gives a call a connection of the caller's own, where the server's `isolation` or protocol
 * wants one.
 */
import type { Caller } from '../../model/caller.ts';
import type { CallLayer } from '../../model/calls.ts';
import type { Connections } from '../instances/instance.ts';
import type { Instances } from '../instances/instances.ts';

export const isolate =
  (instances: Pick<Instances, 'serving'>): CallLayer =>
  (next) =>
  (serverName, request, caller) => {
    const instance = instances.serving(serverName);
    if (!instance) return next(serverName, request, caller);
    const { isolation } = instance.unit.server.view;
    const { connections } = instance.state;
    if (isolation === 'call') return connections.isolated.callAlone(caller, request);
    if (isolation === 'session' || wantsOwnSession(connections, caller))
      return connections.isolated.callInSession(caller, request);
    return next(serverName, request, caller);
  };

/**
 * A further MCP session costs an HTTP server little, and then the server's requests reach the client that
 * they are meant for. A modern server has no sessions: it asks within the answer to the very call.
 */
function wantsOwnSession({ upstream, isolated }: Connections, caller: Caller): boolean {
  if (caller.capabilities === undefined || upstream.kind !== 'http') return false;
  return upstream.inventory.era !== 'modern' && isolated.hasRoom(caller);
}
