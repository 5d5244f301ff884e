import type Docker from 'dockerode';
import { GatewayError } from '../errors.ts';
import type { Clock, ServerNotification } from '../model/ports.ts';
import type { Values } from '../model/references.ts';
import { type ComposeSettings, startByCompose } from './engine/compose.ts';
import type { Instance, Instances } from './instances.ts';
import type { Link, LinkEvents } from './links/link.ts';
import type { Logs } from './logs.ts';
import { openContainer, openNative, openRemote, startByEngine } from './open-link.ts';
import type { StatusBoard } from './status-board.ts';
import { connectUpstream } from './upstream/upstream.ts';

export interface ConnectDeps {
  readonly docker: Docker | undefined;
  readonly compose: () => ComposeSettings;
  readonly values: () => Values;
  readonly clock: Clock;
  readonly logs: Logs;
  readonly board: StatusBoard;
  readonly instances: Instances;
  readonly onNotification: (notification: ServerNotification) => void;
}

/** Opens the link, initialises, reads the lists; from then on the instance serves. @throws GatewayError when it does not come up */
export async function connectInstance(
  deps: ConnectDeps,
  instance: Instance,
  signal: AbortSignal,
): Promise<void> {
  const { board, logs, instances } = deps;
  const { serverName } = instance;
  board.show(serverName, 'starting', { detail: 'waiting for initialize', containerId: instance.containerId });
  const upstream = await connectUpstream({
    serverName,
    open: async (events) => {
      const link = await openLink(deps, instance, events);
      instance.link = link.kind;
      board.show(serverName, 'starting', {
        detail: 'waiting for initialize',
        link: link.kind,
        pid: link.pid,
      });
      return link;
    },
    timeouts: instance.unit.server.view.timeouts,
    clock: deps.clock,
    onNoise: (text, bytes) => {
      if (bytes > 0) board.noise(serverName, bytes);
      if (text !== '') logs.add(serverName, bytes > 0 ? 'noise' : 'hive', text);
    },
    onStderr: (text) => logs.add(serverName, 'stderr', text),
    onNotification: deps.onNotification,
    onInventory: (inventory) =>
      instance.phase === 'ready' &&
      instances.serving(serverName) === instance &&
      instances.offer(instance, inventory),
    onClosed: (error) => {
      if (instance.phase !== 'ready') return;
      logs.add(serverName, 'hive', error.message);
      board.restarted(serverName);
      instances.fail(instance, error);
    },
    signal,
  });
  if (signal.aborted) return void (await upstream.close(0));
  instances.ready(instance, upstream);
  board.show(serverName, 'ready');
}

function openLink(deps: ConnectDeps, instance: Instance, events: LinkEvents): Promise<Link> {
  const { server } = instance.unit;
  if (server.type === 'native') return openNative(server, server, deps.values(), events);
  if (server.type === 'remote') return openRemote(server, deps.values(), events);
  if (instance.kind === 'native' && server.type === 'container' && server.native)
    return openNative(server, server.native, deps.values(), events);
  const { docker } = deps;
  const { containerId, serverName } = instance;
  if (!docker || !containerId)
    throw new GatewayError('INTERNAL', `${serverName} has no container to link to`);
  const byCompose =
    server.type === 'container' && Object.values(server.secrets).some((secret) => 'environment' in secret);
  const start = byCompose
    ? () => startByCompose(deps.compose(), serverName)
    : (id: string) => startByEngine(docker, id, serverName);
  const restart = server.type === 'container' && instance.restart.failures > 0;
  return openContainer(server, { docker, containerId, restart, start }, events);
}
