import type Docker from 'dockerode';
import { listContainers, startContainer, stopContainer } from '../../engines/docker/containers.ts';
import { GatewayError } from '../../errors.ts';
import type {
  ContainerServer,
  DiscoveredServer,
  NativeCommand,
  NativeServer,
  RemoteServer,
} from '../../model/desired.ts';
import { resolveReferences, type Values } from '../../model/references.ts';
import { openChild } from '../links/child.ts';
import { openAttach } from '../links/container/attach.ts';
import { openExec } from '../links/container/exec.ts';
import { openPipe, PipeError } from '../links/container/pipe.ts';
import type { Link, LinkEvents } from '../links/link.ts';
import { resolveEnv } from '../memory/values.ts';
import type { Authorizer } from '../oauth/authorizer.ts';
import { commandOf } from './image-command.ts';

// Links over HTTP are loaded when there is a server for one: their client is a fifth of what a start loads.

type ContainerLike = ContainerServer | DiscoveredServer;

/** Runs a native server, or a container's `native` alternative, as a child process. */
export function openNative(
  server: NativeServer | ContainerServer,
  command: NativeCommand,
  values: Values,
  events: LinkEvents,
): Promise<Link> {
  const env = resolveEnv(command.env, server.envFile, values);
  const args = command.args.map((arg) => resolveReferences(arg, values));
  const cwd = server.type === 'native' ? server.workdir : process.cwd();
  return openChild(
    { serverName: server.serverName, command: resolveReferences(command.command, values), args, env, cwd },
    events,
  );
}

export async function openRemote(
  server: RemoteServer,
  values: Values,
  authorizer: Authorizer | undefined,
  events: LinkEvents,
): Promise<Link> {
  const { openHttpOrSse } = await import('../links/http/http-or-sse.ts');
  const headers = Object.entries(server.headers).map(([name, text]) => [
    name,
    resolveReferences(text, values),
  ]);
  return openHttpOrSse(
    {
      url: resolveReferences(server.url, values),
      headers: Object.fromEntries(headers),
      impatient: true,
      ...(authorizer ? { authorizer } : {}),
    },
    events,
  );
}

export interface ContainerTarget {
  readonly docker: Docker;
  readonly containerId: string;
  /** As it was a moment ago, where somebody has looked. */
  readonly container: Docker.ContainerInspectInfo | undefined;
  /** Folder of its FIFOs, when it was made for them. */
  readonly pipe: string | undefined;
  /** It runs, but what answered there has failed: begin with a fresh process. */
  readonly restart: boolean;
  readonly start: (containerId: string) => Promise<void>;
  readonly values: Values;
}

/**
 * Reaches a container's server. Over stdio the streams are open before the process starts: not one byte of what it prints, not
 * even on its way to an early death, is lost. How it was made decides about the link, not what the config says by now.
 */
export async function openContainer(
  server: ContainerLike,
  target: ContainerTarget,
  events: LinkEvents,
): Promise<Link> {
  const { docker, containerId } = target;
  if (target.restart) await stopContainer(docker, containerId);
  if (server.transport === 'http') {
    const { openServed } = await import('../links/container/http-container.ts');
    const start = (): Promise<void> => target.start(containerId);
    return openServed({ docker, containerId, start, url: () => urlOf(docker, containerId, server) }, events);
  }
  if (server.type === 'container' && server.link === 'exec') {
    await target.start(containerId);
    return openProcess(server, docker, containerId, target.values, events);
  }
  if (target.pipe !== undefined) return openPiped(target, target.pipe, events);
  const link = await openAttach(docker, containerId, events);
  await target.start(containerId).catch(async (error) => {
    await link.close(0);
    throw error;
  });
  return link;
}

/** A POSIX shell hands on only what could be a variable of its own. */
const SHELL_VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*=/;

async function openPiped(
  { docker, containerId, container, restart, start }: ContainerTarget,
  folder: string,
  events: LinkEvents,
): Promise<Link> {
  const { State, Config } = container ?? (await docker.getContainer(containerId).inspect());
  const lost = Config.Env.find((variable) => !SHELL_VARIABLE.test(variable));
  if (lost) throw new PipeError('image', `no shell would hand on its variable ${lost.split('=', 1)}`);
  const isRunning = State.Running && !State.Restarting && !restart;
  return openPipe({ docker, containerId, folder, isRunning, start: () => start(containerId) }, events);
}

/** Starts the server once more, as a process of its own in its running container. */
export async function openProcess(
  server: ContainerServer,
  docker: Docker,
  containerId: string,
  values: Values,
  events: LinkEvents,
): Promise<Link> {
  const command = await commandOf(docker, containerId, server, values).catch((cause) => {
    throw goneError(server, cause);
  });
  return openExec(docker, containerId, command, events);
}

/** Somebody removed the container between the look and the call. */
function goneError({ serverName }: ContainerServer, cause: unknown): unknown {
  if ((cause as { statusCode?: number }).statusCode !== 404) return cause;
  return new GatewayError('SERVER_EXITED', `the container of ${serverName} was removed`, {
    hint: 'call again in a moment: Hive makes it anew',
    cause,
  });
}

async function urlOf(docker: Docker, containerId: string, server: ContainerLike): Promise<string> {
  const { containers } = await listContainers(docker);
  const address = containers.find((it) => it.containerId === containerId)?.address;
  if (address) return `http://${address.host}:${address.port}${server.path}`;
  const { NetworkSettings, HostConfig } = await docker.getContainer(containerId).inspect();
  const isCutOff = HostConfig.NetworkMode !== 'host' && Object.keys(NetworkSettings.Networks).length === 0;
  throw isCutOff ? cutOffError(server, containerId) : portError(server);
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
        : `docker rm -f ${id}: Hive makes it anew`,
  });
}

/** Starts by the engine, and says what it refused in words. @throws GatewayError START_FAILED */
export async function startByEngine(docker: Docker, containerId: string, serverName: string): Promise<void> {
  try {
    await startContainer(docker, containerId);
  } catch (cause) {
    if (cause instanceof GatewayError) throw cause;
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new GatewayError('START_FAILED', `the engine could not start ${serverName}: ${why}`, {
      hint: 'check its command, user, mounts and ports',
      cause,
    });
  }
}
