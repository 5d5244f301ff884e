import type { GatewayError } from '../../errors.ts';
import type { AskClient, ServerNotification } from '../../model/calls.ts';
import type { Clock } from '../../model/clock.ts';
import type { LogLevels } from '../calls/log-levels.ts';
import type { Subscriptions } from '../calls/subscriptions.ts';
import { connectionsOf, type Instance, type InstanceIn } from '../instances/instance.ts';
import type { Instances } from '../instances/instances.ts';
import type { Offers } from '../instances/listings.ts';
import type { StatusBoard } from '../instances/status-board.ts';
import type { Statuses } from '../instances/statuses.ts';
import { createIsolated } from '../isolation/isolated.ts';
import type { OpenOwn } from '../isolation/standby.ts';
import { type EraMemory, eraKey } from '../memory/eras.ts';
import type { Logs } from '../memory/logs.ts';
import { connectUpstream, type Upstream, type UpstreamOptions } from '../upstream/upstream.ts';
import { adoptOrRestart } from './adopt.ts';
import { type LinkDeps, openLink, openOwnLink } from './instance-link.ts';
import { lookAfter } from './watch-health.ts';

export interface ConnectDeps extends LinkDeps {
  readonly clock: Clock;
  readonly logs: Logs;
  readonly board: StatusBoard;
  readonly statuses: Pick<Statuses, 'progress'>;
  readonly instances: Instances;
  readonly onNotification: (notification: ServerNotification) => void;
  readonly askClient: AskClient;
  readonly logLevels: LogLevels;
  readonly subscriptions: Subscriptions;
  readonly eras: EraMemory;
  readonly offers: Offers;
  /** Its server refuses what was agreed on: a new connection takes the place of this one. */
  readonly renew: (instance: InstanceIn<'ready'>, why: GatewayError) => void;
}

/** What the shared connection may take to show whether it is over as well. */
const OUTDATED_MS = 10_000;

/** Opens the link, initialises, reads the lists; from then on the instance serves. @throws GatewayError when it does not come up */
export async function connectInstance(
  deps: ConnectDeps,
  instance: Instance,
  signal: AbortSignal,
): Promise<void> {
  const { board, logs, instances, statuses } = deps;
  const { serverName } = instance;
  const show = (facts: { link?: string; pid?: number | undefined } = {}): void =>
    statuses.progress(instance, 'waiting for initialize', {
      containerId: instance.container?.containerId,
      ...facts,
    });
  show();
  const { containerId } = instance.container ?? {};
  const container = deps.engine && containerId ? await deps.engine.inspect(containerId) : undefined;
  /** Good for one link: whoever opens the next finds it in another state. */
  let seen = container;
  const key = eraKey(instance.unit, container?.imageId);
  const isRemote = instance.unit.server.type === 'remote';
  const hasFailedBefore = instance.state.phase === 'starting' && instance.state.restart.failures > 0;
  const options: Omit<UpstreamOptions, 'open'> = {
    ...commonOptions(deps, instance),
    onNotification: deps.onNotification,
    onInventory: (inventory) =>
      instances.serving(serverName) === instance && deps.offers.put(instance, inventory),
    onClosed: (error) => {
      if (!isReady(instance)) return;
      const { isolated } = instance.state.connections;
      // Who runs it may just be putting another version in its place.
      if (isRemote) deps.eras.doubt(key);
      logs.add(serverName, 'hive', error.message);
      board.restarted(serverName);
      instances.failed(instance, error);
      void isolated.close(0);
    },
    onOutdated: (error) => {
      if (!isReady(instance)) return;
      deps.eras.doubt(key);
      deps.renew(instance, error);
    },
    signal,
  };
  // What ends at once may do so because of the question.
  const unknown = hasFailedBefore && !isRemote ? 'legacy' : undefined;
  const upstream = await adoptOrRestart(
    deps,
    instance,
    container,
    signal,
    async (restart, startMs, isWarm) => {
      const connected = await connectUpstream({
        ...options,
        timeouts: { ...options.timeouts, start: startMs },
        remembered: deps.eras.recall(key) ?? unknown,
        open: async (events) => {
          // What answered there before a failure may be what has failed.
          const anew = restart || hasFailedBefore;
          const found = { anew, container: seen };
          seen = undefined;
          const link = await openLink(deps, instance, events, found, signal);
          instances.linked(instance, link.kind);
          show({ link: link.kind, pid: link.pid });
          return link;
        },
      });
      // A process that was up already may be held to what an earlier gateway began with.
      const { learned } = connected;
      if (learned === 'modern' || (learned && !isWarm)) deps.eras.learn(key, learned);
      return connected;
    },
  );
  if (signal.aborted) return void (await upstream.close(0));
  const openOwn: OpenOwn = (client, abort, onLost) => connectOwn(deps, instance, client, abort, onLost);
  const connections = { upstream, isolated: createIsolated(serverName, openOwn, deps.clock) };
  deps.logLevels.apply(upstream);
  deps.subscriptions.apply(serverName, upstream);
  instances.connected(instance, connections, lookAfter(deps, instance, connections));
}

function isReady(instance: Instance): instance is InstanceIn<'ready'> {
  return instance.state.phase === 'ready';
}

/** A connection of one session's own. */
async function connectOwn(
  deps: ConnectDeps,
  instance: Instance,
  { owner, capabilities }: Parameters<OpenOwn>[0],
  signal: AbortSignal,
  onLost: Parameters<OpenOwn>[2],
): Promise<Upstream> {
  const { serverName } = instance;
  const upstream = await connectUpstream({
    ...commonOptions(deps, instance),
    open: (events) => openOwnLink(deps, instance, events, signal),
    onNotification: (notification) =>
      owner.told((sessionId) => deps.onNotification({ ...notification, sessionId })),
    remembered: connectionsOf(instance)?.upstream.inventory.era,
    callsOnly: true,
    onInventory: () => {},
    onClosed: (error) => {
      deps.logs.add(serverName, 'hive', `the process of one session: ${error.message}`);
      onLost();
    },
    onOutdated: () => {
      onLost(instance.unit.server.view.timeouts.drain);
      // What is over for one session may be over for all: then that shows in the answer.
      void connectionsOf(instance)?.upstream.ping(OUTDATED_MS);
    },
    ...(capabilities === undefined ? {} : { capabilities }),
    onRequest: (method, params, asked) =>
      new Promise((resolve) =>
        owner.told((sessionId) =>
          resolve(
            deps.askClient({ serverName, sessionId, method, ...(params ? { params } : {}), signal: asked }),
          ),
        ),
      ),
    signal,
  });
  owner.told((sessionId) => deps.logLevels.apply(upstream, sessionId));
  return upstream;
}

function commonOptions(deps: ConnectDeps, instance: Instance) {
  const { board, logs, clock } = deps;
  const { serverName } = instance;
  return {
    serverName,
    ...instance.unit.server.view,
    clock,
    onNoise: (text: string, bytes: number) => {
      if (bytes > 0) board.noise(serverName, bytes);
      if (text !== '') logs.add(serverName, bytes > 0 ? 'noise' : 'hive', text);
    },
    onStderr: (text: string) => logs.add(serverName, 'stderr', text),
  };
}
