/** Opens the link of a server in a container, and starts the container. */
import { GatewayError } from '../../errors.ts';
import type { ContainerServer, DiscoveredServer } from '../../model/desired.ts';
import type { ContainerFacts, Engine } from '../../model/engine.ts';
import type { ObservedContainer } from '../../model/observed.ts';
import type { Values } from '../../model/references.ts';
import { openAttach } from '../links/container/attach.ts';
import { openExec } from '../links/container/exec.ts';
import type { ServerPlace } from '../links/container/http-container.ts';
import { openPipe } from '../links/container/pipe.ts';
import { PipeError } from '../links/container/pipe-error.ts';
import type { Link, LinkEvents } from '../links/link.ts';
import { listServers } from './observed-containers.ts';
import { serverCommand } from './server-command.ts';

type ContainerLike = ContainerServer | DiscoveredServer;

export interface ContainerTarget {
  readonly engine: Engine;
  readonly containerId: string;
  /** Recent facts, if the caller has any. */
  readonly container: ContainerFacts | undefined;
  /** Folder of its FIFOs, if it was created with any. */
  readonly pipe: string | undefined;
  /** The container runs, but the process in it has failed: begin with a fresh process. */
  readonly restart: boolean;
  readonly start: (containerId: string) => Promise<void>;
  readonly values: Values;
}

/**
 * Opens the link that the container was created for, which may differ from what the config says now. Over
 * stdio the streams are open before the process starts, so that nothing it prints is lost, even if it ends at
 * once.
 * @throws GatewayError SERVER_UNREACHABLE, START_FAILED, SERVER_EXITED; PipeError if the container cannot be
 * linked by pipe
 */
export async function openContainer(
  server: ContainerLike,
  target: ContainerTarget,
  events: LinkEvents,
): Promise<Link> {
  const { engine, containerId, pipe } = target;
  if (target.restart) await engine.stop(containerId);
  if (server.transport === 'http') return openHttp(server, target, events);
  if (server.type === 'container' && server.link === 'exec') {
    await target.start(containerId);
    return openProcess(server, engine, containerId, target.values, events);
  }
  if (pipe !== undefined) return openPiped(target, pipe, events);
  const link = await openAttach(engine, containerId, events);
  await target.start(containerId).catch(async (error) => {
    await link.close(0);
    throw error;
  });
  return link;
}

/** The HTTP client is loaded only now: it is a fifth of what a start would load. */
async function openHttp(
  server: ContainerLike,
  { engine, containerId, start }: ContainerTarget,
  events: LinkEvents,
): Promise<Link> {
  const { openHttpContainer } = await import('../links/container/http-container.ts');
  const place = (): Promise<ServerPlace> => placeOf(engine, containerId, server);
  return openHttpContainer({ engine, containerId, start: () => start(containerId), place }, events);
}

/** A POSIX shell passes on only variables with names of its own syntax. */
const SHELL_VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*=/;

async function openPiped(
  { engine, containerId, container, restart, start }: ContainerTarget,
  folder: string,
  events: LinkEvents,
): Promise<Link> {
  const facts = container ?? (await engine.inspect(containerId));
  const lost = facts?.env.find((variable) => !SHELL_VARIABLE.test(variable));
  if (lost) throw new PipeError('image', `no shell would pass on its variable ${lost.split('=', 1)}`);
  const isRunning = facts?.isRunning === true && !facts.isRestarting && !restart;
  return openPipe({ engine, containerId, folder, isRunning, start: () => start(containerId) }, events);
}

/**
 * Starts the server once more, as a process of its own in its running container.
 * @throws GatewayError SERVER_EXITED if the container has been removed; SERVER_UNREACHABLE, START_FAILED
 */
export async function openProcess(
  server: ContainerServer,
  engine: Engine,
  containerId: string,
  values: Values,
  events: LinkEvents,
): Promise<Link> {
  const command = await serverCommand(engine, containerId, server, values);
  if (!command) throw removedError(server);
  return openExec(engine, containerId, command, events);
}

/** Somebody removed the container after it was last observed. */
const removedError = ({ serverName }: ContainerServer): GatewayError =>
  new GatewayError('SERVER_EXITED', `the container of ${serverName} was removed`, {
    hint: 'call again in a moment: Hive creates it again',
  });

async function placeOf(engine: Engine, containerId: string, server: ContainerLike): Promise<ServerPlace> {
  const { containers } = await listServers(engine);
  const { address, labels } = containers.find((it) => it.containerId === containerId) ?? {};
  if (address) {
    const port = labels?.port ?? address.port;
    return { url: serverUrl(address, server.path), host: `localhost:${port}` };
  }
  const facts = await engine.inspect(containerId);
  const isCutOff = facts && facts.networkMode !== 'host' && facts.networks.length === 0;
  throw isCutOff ? cutOffError(server, containerId) : portError(server);
}

/**
 * The URL of a server at its own address. The path may come from a label: whatever it holds, it cannot lead
 * to another host or port.
 */
export function serverUrl({ host, port }: NonNullable<ObservedContainer['address']>, path: string): string {
  const url = new URL(`http://${host}:${port}`);
  const query = path.indexOf('?');
  url.pathname = query < 0 ? path : path.slice(0, query);
  url.search = query < 0 ? '' : path.slice(query);
  return url.href;
}

function portError({ serverName, type }: ContainerLike): GatewayError {
  return new GatewayError('SERVER_UNREACHABLE', `${serverName} has no port that can be reached from here`, {
    hint:
      type === 'discovered'
        ? 'set the label mcp.port and publish that port on 127.0.0.1'
        : 'set `port` to the port that it listens on',
  });
}

function cutOffError({ serverName, type }: ContainerLike, containerId: string): GatewayError {
  const id = containerId.slice(0, 12);
  return new GatewayError('SERVER_UNREACHABLE', `the container of ${serverName} is on no network any more`, {
    hint:
      type === 'discovered'
        ? `docker network connect NETWORK ${id}, then: npx hive restart ${serverName}`
        : `docker rm -f ${id}: Hive creates it again`,
  });
}

/** Starts a container through the engine. @throws GatewayError START_FAILED with the engine's reason */
export async function startByEngine(
  engine: Pick<Engine, 'start'>,
  containerId: string,
  serverName: string,
): Promise<void> {
  try {
    await engine.start(containerId);
  } catch (cause) {
    if (!(cause instanceof GatewayError) || cause.code !== 'ENGINE_REFUSED') throw cause;
    const message = `the engine could not start ${serverName}: ${cause.message}`;
    throw new GatewayError('START_FAILED', message, {
      hint: 'check its command, user, mounts and ports',
      cause,
    });
  }
}
