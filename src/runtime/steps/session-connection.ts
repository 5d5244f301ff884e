/** Connections that belong to one session, or one call, of a server (`isolation`). */
import type { AskClient, Reply, ServerNotification } from '../../model/calls.ts';
import type { Json } from '../../model/text/json.ts';
import type { LogLevels } from '../calls/log-levels.ts';
import { connectionsOf, type Instance } from '../instances/instance.ts';
import type { OpenOwned } from '../isolation/owned-connection.ts';
import { connectUpstream } from '../upstream/connect-upstream.ts';
import type { Upstream } from '../upstream/upstream.ts';
import type { InstanceLinks } from './instance-links.ts';
import { commonOptions, furtherOptions, type OutputDeps } from './upstream-options.ts';

export interface SessionConnectionDeps extends OutputDeps {
  readonly links: Pick<InstanceLinks, 'openOwn'>;
  readonly logLevels: Pick<LogLevels, 'apply'>;
  readonly onNotification: (notification: ServerNotification) => void;
  readonly askClient: AskClient;
}

/** Time in which the shared connection shows whether it is stale too. */
const STALE_CHECK_MS = 10_000;

/**
 * The result opens connections to the instance's server, each for one owner.
 * @param isLegacyOnly the server is modern, and these connections are for legacy clients
 */
export function sessionConnector(
  deps: SessionConnectionDeps,
  instance: Instance,
  isLegacyOnly = false,
): OpenOwned {
  const shared = (): Upstream | undefined => {
    const connections = connectionsOf(instance);
    return (isLegacyOnly ? connections?.legacy?.pair : connections)?.upstream;
  };
  return async ({ owner, capabilities }, signal, onLost) => {
    const { serverName } = instance;
    const ask = askOwner(deps, serverName, owner);
    // An HTTP server is one process, however many sessions it has.
    const options = shared()?.kind === 'http' ? furtherOptions : commonOptions;
    const upstream = await connectUpstream({
      ...options(deps, instance),
      open: (events) => deps.links.openOwn(instance, events, signal),
      onNotification: (notification) =>
        owner.whenKnown((sessionId) => deps.onNotification({ ...notification, sessionId })),
      remembered: shared()?.inventory.era,
      isLegacyOnly,
      callsOnly: true,
      onInventory: () => {},
      onClosed(error) {
        deps.logs.add(serverName, 'hive', `the process of one session: ${error.message}`);
        onLost();
      },
      onStale() {
        onLost(instance.unit.server.view.timeouts.drain);
        // The server may be another version for all sessions. Then the answer to this ping shows it.
        void shared()?.ping(STALE_CHECK_MS);
      },
      ...(capabilities === undefined ? {} : { capabilities }),
      onRequest: ask,
      signal,
    });
    owner.whenKnown((sessionId) => deps.logLevels.apply(upstream, sessionId));
    return upstream;
  };
}

type Owner = Parameters<OpenOwned>[0]['owner'];
type OnRequest = (method: string, params: Json | undefined, signal: AbortSignal) => Promise<Reply>;

/**
 * Passes requests of the server on to the owning session's client, once a standby connection has an owner.
 */
function askOwner({ askClient }: SessionConnectionDeps, serverName: string, owner: Owner): OnRequest {
  return (method, params, signal) =>
    new Promise((resolve) =>
      owner.whenKnown((sessionId) => {
        resolve(askClient({ serverName, sessionId, method, ...(params ? { params } : {}), signal }));
      }),
    );
}
