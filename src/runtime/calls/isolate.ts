/**
 * A layer that gives a call the connections of the caller's era, and one of the caller's own, where the
 * server's `isolation` or protocol wants one.
 */
import type { Caller } from '../../model/caller.ts';
import type { CallLayer, CallServer } from '../../model/calls.ts';
import type { Connections } from '../instances/instance.ts';
import type { Instances } from '../instances/instances.ts';
import { callWhenOpen } from '../isolation/call-when-open.ts';
import type { ConnectionPair } from '../isolation/connection-pair.ts';
import type { UpstreamCalls } from '../upstream/upstream.ts';

export const isolate =
  (instances: Pick<Instances, 'serving'>): CallLayer =>
  (next) => {
    const self: CallServer = (serverName, request, caller) => {
      const instance = instances.serving(serverName);
      if (!instance) return next(serverName, request, caller);
      const { isolation } = instance.unit.server.view;
      const { connections } = instance.state;
      const opening = openingFor(connections, caller);
      // How the call is to be made is known once the server has shown its eras.
      if (opening)
        return callWhenOpen(
          opening.then(() => again(serverName, caller)),
          request,
          caller,
        );
      const pair = pairFor(connections, caller);
      if (isolation === 'call') return pair.isolated.callAlone(caller, request);
      if (isolation === 'session' || wantsOwnSession(pair, caller))
        return pair.isolated.callInSession(caller, request);
      return next(serverName, request, caller);
    };
    const again = (serverName: string, caller: Caller): UpstreamCalls => ({
      call: (request) => self(serverName, request, caller),
    });
    return self;
  };

/** Settles when the connections of the caller's era are open, or cannot be; undefined if that is known. */
const openingFor = ({ legacy }: Connections, { era }: Caller): Promise<void> | undefined =>
  era === 'legacy' ? legacy?.opening : undefined;

/** The connections by which the instance serves the caller. */
export function pairFor(connections: Connections, { era }: Caller): ConnectionPair {
  return (era === 'legacy' ? connections.legacy?.pair : undefined) ?? connections;
}

/**
 * A further MCP session costs an HTTP server little, and then the server's requests reach the client that
 * they are meant for. A modern server has no sessions: it asks within the answer to the very call.
 */
function wantsOwnSession({ upstream, isolated }: ConnectionPair, caller: Caller): boolean {
  if (caller.capabilities === undefined || upstream.kind !== 'http') return false;
  return upstream.inventory.era !== 'modern' && isolated.hasRoom(caller);
}
