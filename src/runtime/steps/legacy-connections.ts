/** Connections of legacy clients to a server that is served in the modern era, and may have both. */
import type { SharedUsers } from '../calls/shared-users.ts';
import type { Subscriptions } from '../calls/subscriptions.ts';
import type { Instance } from '../instances/instance.ts';
import type { Instances } from '../instances/instances.ts';
import type { Listings } from '../instances/listings.ts';
import type { ConnectionPair } from '../isolation/connection-pair.ts';
import { createIsolated } from '../isolation/isolated.ts';
import { LegacySide, type OpenPair } from '../isolation/legacy-side.ts';
import { connectUpstream } from '../upstream/connect-upstream.ts';
import { NoLegacyEra } from '../upstream/requests/second-era.ts';
import type { Upstream } from '../upstream/upstream.ts';
import type { ServerEra } from './server-era.ts';
import { type SessionConnectionDeps, sessionConnector } from './session-connection.ts';
import { furtherOptions } from './upstream-options.ts';

export interface LegacyConnectionsDeps extends SessionConnectionDeps {
  readonly instances: Pick<Instances, 'serving'>;
  readonly listings: Pick<Listings, 'updateLegacy'>;
  readonly sharedUsers: Pick<SharedUsers, 'withUsers'>;
  readonly subscriptions: Pick<Subscriptions, 'restore' | 'leave'>;
}

/** A server that answers in the modern era is up: calls must not wait long for one that then falls silent. */
const START_MS = 20_000;

/**
 * Undefined for a server that is known to have no era besides the one in which it serves, or to which a
 * further connection would be a further process. Nothing is opened before the first legacy client is there.
 * The caller must close the result.
 */
export function createLegacySide(
  deps: LegacyConnectionsDeps,
  instance: Instance,
  era: ServerEra,
  serving: Upstream,
): LegacySide | undefined {
  const isCandidate = serving.kind === 'http' && serving.inventory.era === 'modern' && !era.isModernOnly;
  if (!isCandidate) return undefined;
  const { serverName } = instance;
  return new LegacySide({
    clock: deps.clock,
    open: pairOpener(deps, instance, era),
    onChange: (pair) => takeOver(deps, instance, serving, pair),
    onFailed({ message }) {
      const meanwhile = 'legacy clients are served in protocol 2026-07-28 for now';
      deps.logs.add(serverName, 'hive', `${meanwhile}: ${message}`);
    },
  });
}

function pairOpener(deps: LegacyConnectionsDeps, instance: Instance, era: ServerEra): OpenPair {
  return async (signal, onLost) => {
    try {
      const upstream = await connectUpstream({
        ...legacyOptions(deps, instance, onLost),
        open: (events) => deps.links.openOwn(instance, events, signal),
        isLegacyOnly: true,
        signal,
      });
      const open = sessionConnector(deps, instance, true);
      return { upstream, isolated: createIsolated(instance.serverName, open, deps.clock) };
    } catch (error) {
      if (!(error instanceof NoLegacyEra)) throw error;
      era.learnModernOnly();
      deps.logs.add(
        instance.serverName,
        'hive',
        `legacy clients are served by translation: ${error.message}`,
      );
      return undefined;
    }
  };
}

function legacyOptions(deps: LegacyConnectionsDeps, instance: Instance, onLost: Parameters<OpenPair>[1]) {
  const { instances, listings, logs, sharedUsers } = deps;
  const { serverName } = instance;
  const common = furtherOptions(deps, instance);
  const { timeouts } = common;
  return {
    ...common,
    timeouts: { ...timeouts, start: Math.min(timeouts.start, START_MS) },
    onNotification: (notification) =>
      deps.onNotification(sharedUsers.withUsers(instance, { ...notification, era: 'legacy' })),
    onInventory(inventory) {
      if (instances.serving(serverName) === instance) listings.updateLegacy(instance, inventory);
    },
    onClosed(error) {
      logs.add(serverName, 'hive', `the connection for legacy clients: ${error.message}`);
      onLost();
    },
    onStale: () => onLost(instance.unit.server.view.timeouts.drain),
  } satisfies Partial<Parameters<typeof connectUpstream>[0]>;
}

/** Lists, log level and subscriptions of legacy clients go to the connections that serve them now. */
function takeOver(
  { instances, listings, logLevels, subscriptions }: LegacyConnectionsDeps,
  instance: Instance,
  serving: Upstream,
  pair: ConnectionPair | undefined,
): void {
  const { serverName } = instance;
  if (instances.serving(serverName) !== instance) return;
  const { upstream } = pair ?? { upstream: serving };
  if (pair) logLevels.apply(upstream);
  subscriptions.restore(serverName, upstream, 'legacy');
  // The connection of the modern era served legacy clients until now.
  if (pair) subscriptions.leave(serverName, serving, 'legacy');
  listings.updateLegacy(instance, pair?.upstream.inventory);
}
