/** The `connect` step: opens the link to a server, initializes, and reads its lists. */
import { defined } from '../../model/collections/defined.ts';
import type { ContainerFacts } from '../../model/engine.ts';
import type { Instance, InstanceIn } from '../instances/instance.ts';
import type { Instances } from '../instances/instances.ts';
import type { Listings } from '../instances/listings.ts';
import type { StatusBoard } from '../instances/status-board.ts';
import type { Statuses } from '../instances/statuses.ts';
import { createIsolated } from '../isolation/isolated.ts';
import type { LegacySessions } from '../isolation/legacy-sessions.ts';
import type { Link, LinkEvents } from '../links/link.ts';
import type { EraMemory } from '../memory/eras.ts';
import { connectUpstream } from '../upstream/connect-upstream.ts';
import type { Upstream, UpstreamOptions } from '../upstream/upstream.ts';
import { type Adoption, adoptOrRestart } from './adopt.ts';
import type { InstanceLinks } from './instance-links.ts';
import { createLegacySide, type LegacyConnectionsDeps } from './legacy-connections.ts';
import type { Reconnect } from './reconnect.ts';
import { type ServerEra, serverEra } from './server-era.ts';
import { sessionConnector } from './session-connection.ts';
import { commonOptions } from './upstream-options.ts';
import { watchInstance } from './watch-health.ts';

export interface ConnectDeps extends LegacyConnectionsDeps {
  readonly links: InstanceLinks;
  readonly board: Pick<StatusBoard, 'noise' | 'restarted'>;
  readonly statuses: Pick<Statuses, 'progress'>;
  readonly instances: Instances;
  readonly listings: Pick<Listings, 'update' | 'updateLegacy'>;
  readonly eras: EraMemory;
  readonly legacySessions: Pick<LegacySessions, 'see'>;
  /** Replaces a connection whose server is another version by now. */
  readonly reconnect: Reconnect;
}

/** @throws GatewayError if the instance does not come up; nothing of the attempt is left open then */
export type Connect = (instance: Instance, signal: AbortSignal) => Promise<void>;

export function createConnect(deps: ConnectDeps): Connect {
  return async (instance, signal) => {
    showProgress(deps, instance);
    const container = await deps.links.inspect(instance);
    const era = serverEra(deps.eras, instance, container?.imageId);
    const open = linkOpener(deps, instance, container, signal);
    const upstream = await adoptOrRestart(deps, instance, container, signal, async (adoption) => {
      const connected = await connectUpstream({
        ...sharedOptions(deps, instance, era),
        timeouts: { ...instance.unit.server.view.timeouts, start: adoption.startMs },
        remembered: era.remembered,
        open: (events) => open(events, adoption),
        onSlowStart: (what) => deps.statuses.progress(instance, what ?? WAITING),
        signal,
      });
      era.learn(connected, adoption.isWarm);
      return connected;
    });
    if (signal.aborted) await upstream.close(0);
    else serve(deps, instance, upstream, era);
  };
}

function serve(deps: ConnectDeps, instance: Instance, upstream: Upstream, era: ServerEra): void {
  const { serverName } = instance;
  const isolated = createIsolated(serverName, sessionConnector(deps, instance), deps.clock);
  const legacy = createLegacySide(deps, instance, era, upstream);
  const connections = { upstream, isolated, ...defined({ legacy }) };
  deps.logLevels.apply(upstream);
  deps.subscriptions.restore(serverName, upstream);
  deps.instances.connected(instance, connections, watchInstance(deps, instance, connections));
  if (deps.legacySessions.see(serverName)) legacy?.want();
}

const WAITING = 'waiting for initialize';

function showProgress({ statuses }: ConnectDeps, instance: Instance, link?: Link): void {
  const { container } = instance;
  statuses.progress(instance, WAITING, {
    containerId: container?.containerId,
    ...(link ? { link: link.kind, pid: link.pid } : {}),
  });
}

/** @param container as it was before the first link was opened */
function linkOpener(
  deps: ConnectDeps,
  instance: Instance,
  container: ContainerFacts | undefined,
  signal: AbortSignal,
): (events: LinkEvents, adoption: Adoption) => Promise<Link> {
  // A process that already ran before a failure may be what has failed.
  const hasFailed = instance.state.phase === 'starting' && instance.state.restart.failures > 0;
  let facts = container;
  return async (events, { isRestart }) => {
    const opening = { needsFreshProcess: isRestart || hasFailed, container: facts };
    // Opening a link changes the container: the next link must inspect it again.
    facts = undefined;
    const link = await deps.links.open(instance, events, opening, signal);
    // The attempt may be over by now. Then the connection closes the link.
    if (instance.state.phase === 'starting') deps.instances.linked(instance, link.kind);
    showProgress(deps, instance, link);
    return link;
  };
}

type SharedOptions = Omit<UpstreamOptions, 'open' | 'signal' | 'remembered'>;

/** Options of the connection that sessions share. */
function sharedOptions(deps: ConnectDeps, instance: Instance, era: ServerEra): SharedOptions {
  const { instances, listings, logs, reconnect, sharedUsers } = deps;
  const { serverName } = instance;
  return {
    ...commonOptions(deps, instance),
    onNotification: (notification) => deps.onNotification(sharedUsers.withUsers(instance, notification)),
    onInventory(inventory) {
      if (instances.serving(serverName) === instance) listings.update(instance, inventory);
    },
    onClosed(error) {
      if (!isReady(instance)) return;
      const { isolated, legacy } = instance.state.connections;
      // A remote server may end because its operator replaces it with another version.
      if (instance.unit.server.type === 'remote') era.suspectStale();
      logs.add(serverName, 'hive', error.message);
      instances.failed(instance, error);
      void Promise.all([isolated.close(0), legacy?.close(0)]);
    },
    onStale(error) {
      if (!isReady(instance)) return;
      era.suspectStale();
      reconnect(instance, error);
    },
  };
}

function isReady(instance: Instance): instance is InstanceIn<'ready'> {
  return instance.state.phase === 'ready';
}
