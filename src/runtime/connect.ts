import type Docker from 'dockerode';
import { GatewayError } from '../errors.ts';
import type { ContainerServer, DiscoveredServer, RemoteServer } from '../model/desired.ts';
import type { AskClient, Clock, ServerNotification } from '../model/ports.ts';
import type { Values } from '../model/references.ts';
import { adoptOrRestart } from './adopt.ts';
import { type ComposeSettings, startByCompose } from './engine/compose.ts';
import { type EraMemory, eraKey } from './eras.ts';
import { type Instance, type Instances, showServing } from './instances.ts';
import { createIsolated } from './isolated.ts';
import type { Link, LinkEvents } from './links/link.ts';
import { PipeError } from './links/pipe.ts';
import type { LogLevels } from './log-levels.ts';
import type { Logs } from './logs.ts';
import { lookAfter } from './look-after.ts';
import type { Authorizer, Authorizers } from './oauth/authorizer.ts';
import type { Offers } from './offers.ts';
import { openContainer, openNative, openProcess, openRemote, startByEngine } from './open-link.ts';
import type { OpenOwn } from './spare.ts';
import type { StatusBoard } from './status-board.ts';
import type { Subscriptions } from './subscriptions.ts';
import { connectUpstream, type Upstream, type UpstreamOptions } from './upstream/upstream.ts';

export interface ConnectDeps {
  readonly docker: Docker | undefined;
  readonly compose: () => ComposeSettings;
  readonly values: () => Values;
  readonly clock: Clock;
  readonly logs: Logs;
  readonly board: StatusBoard;
  readonly instances: Instances;
  readonly onNotification: (notification: ServerNotification) => void;
  readonly askClient: AskClient;
  readonly logLevels: LogLevels;
  readonly subscriptions: Subscriptions;
  readonly eras: EraMemory;
  readonly offers: Offers;
  readonly authorizers: Authorizers;
  /** Gives the instance another container, since its own cannot be linked by pipe. @throws GatewayError where the pipe is asked for */
  readonly relink: (instance: Instance, why: PipeError, signal: AbortSignal) => Promise<void>;
  /** Its server refuses what was agreed on: a new connection takes the place of this one. */
  readonly renew: (instance: Instance, why: GatewayError) => void;
}

/** What the shared connection may take to show whether it is over as well. */
const OUTDATED_MS = 10_000;

/** Opens the link, initialises, reads the lists; from then on the instance serves. @throws GatewayError when it does not come up */
export async function connectInstance(
  deps: ConnectDeps,
  instance: Instance,
  signal: AbortSignal,
): Promise<void> {
  const { board, logs, instances } = deps;
  const { serverName } = instance;
  const show = (facts: { link?: string; pid?: number | undefined } = {}): void => {
    if (instances.serving(serverName))
      board.show(serverName, 'ready', { detail: 'its replacement is starting' });
    else
      board.show(serverName, 'starting', {
        detail: 'waiting for initialize',
        containerId: instance.containerId,
        ...facts,
      });
  };
  show();
  const { containerId } = instance;
  const container =
    deps.docker && containerId ? await deps.docker.getContainer(containerId).inspect() : undefined;
  const key = eraKey(instance.unit, container?.Image);
  const isRemote = instance.unit.server.type === 'remote';
  const options: Omit<UpstreamOptions, 'open'> = {
    ...commonOptions(deps, instance),
    onNotification: deps.onNotification,
    onInventory: (inventory) =>
      instances.serving(serverName) === instance && deps.offers.put(instance, inventory),
    onClosed: (error) => {
      if (instance.phase !== 'ready') return;
      // Who runs it may just be putting another version in its place.
      if (isRemote) deps.eras.doubt(key);
      logs.add(serverName, 'hive', error.message);
      board.restarted(serverName);
      instances.fail(instance, error);
      void instance.isolated?.close(0);
    },
    onOutdated: (error) => {
      if (instance.phase !== 'ready') return;
      deps.eras.doubt(key);
      deps.renew(instance, error);
    },
    signal,
  };
  // What ends at once may do so because of the question.
  const unknown = instance.restart.failures > 0 && !isRemote ? 'legacy' : undefined;
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
          const link = await openLink(deps, instance, events, restart, signal);
          instance.link = link.kind;
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
  instance.isolated = createIsolated(serverName, openOwn, deps.clock);
  deps.logLevels.apply(upstream);
  deps.subscriptions.apply(serverName, upstream);
  instances.ready(instance, upstream);
  showServing(board, instance);
  instance.health = lookAfter(deps, instance, upstream);
}

/** A connection of one session's own, to a process of its own: in the same warm container where the server has one. */
async function connectOwn(
  deps: ConnectDeps,
  instance: Instance,
  { owner, capabilities }: Parameters<OpenOwn>[0],
  signal: AbortSignal,
  onLost: () => void,
): Promise<Upstream> {
  const { serverName } = instance;
  const upstream = await connectUpstream({
    ...commonOptions(deps, instance),
    open: (events) => openOwnLink(deps, instance, events, signal),
    onNotification: (notification) =>
      owner.told((sessionId) => deps.onNotification({ ...notification, sessionId })),
    remembered: instance.upstream?.inventory.era,
    callsOnly: true,
    onInventory: () => {},
    onClosed: (error) => {
      deps.logs.add(serverName, 'hive', `the process of one session: ${error.message}`);
      onLost();
    },
    onOutdated: () => {
      onLost();
      void upstream.close(0);
      // What is over for one session may be over for all: then that shows in the answer.
      void instance.upstream?.ping(OUTDATED_MS);
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

function openOwnLink(
  deps: ConnectDeps,
  instance: Instance,
  events: LinkEvents,
  signal: AbortSignal,
): Promise<Link> {
  const { server } = instance.unit;
  const { docker } = deps;
  const { containerId } = instance;
  const inContainer = server.type === 'container' && server.transport === 'stdio' && docker && containerId;
  return inContainer
    ? openProcess(server, docker, containerId, deps.values(), events)
    : openLink(deps, instance, events, false, signal);
}

/** Credentials of the user's own come first; whatever else a server wants, somebody has to log in for. */
function authorizerOf({ authorizers, values }: ConnectDeps, server: RemoteServer): Authorizer | undefined {
  const isGiven = Object.keys(server.headers).some((name) => name.toLowerCase() === 'authorization');
  return isGiven ? undefined : authorizers(server, values());
}

function openLink(
  deps: ConnectDeps,
  instance: Instance,
  events: LinkEvents,
  anew: boolean,
  signal: AbortSignal,
): Promise<Link> {
  const { server } = instance.unit;
  if (server.type === 'native') return openNative(server, server, deps.values(), events);
  if (server.type === 'remote') return openRemote(server, deps.values(), authorizerOf(deps, server), events);
  if (instance.kind === 'native' && server.type === 'container' && server.native)
    return openNative(server, server.native, deps.values(), events);
  return openInContainer(deps, instance, server, events, anew, signal);
}

async function openInContainer(
  deps: ConnectDeps,
  instance: Instance,
  server: ContainerServer | DiscoveredServer,
  events: LinkEvents,
  anew: boolean,
  signal: AbortSignal,
): Promise<Link> {
  const { docker } = deps;
  const { serverName } = instance;
  if (!docker) throw new GatewayError('INTERNAL', `${serverName} has no container to link to`);
  const byCompose =
    server.type === 'container' && Object.values(server.secrets).some((secret) => 'environment' in secret);
  const start = byCompose
    ? () => startByCompose(deps.compose(), serverName)
    : (id: string) => startByEngine(docker, id, serverName);
  const restart = server.type === 'container' && (anew || instance.restart.failures > 0);
  const open = (): Promise<Link> => {
    const { containerId, pipe } = instance;
    if (!containerId) throw new GatewayError('INTERNAL', `${serverName} has no container to link to`);
    return openContainer(
      server,
      { docker, containerId, pipe, restart, start, values: deps.values() },
      events,
    );
  };
  try {
    return await open();
  } catch (error) {
    if (!(error instanceof PipeError) || signal.aborted) throw error;
    await deps.relink(instance, error, signal);
    return await open();
  }
}
