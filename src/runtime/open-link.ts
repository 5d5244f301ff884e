import type Docker from 'dockerode';
import { GatewayError } from '../errors.ts';
import type {
  ContainerServer,
  DiscoveredServer,
  NativeCommand,
  NativeServer,
  RemoteServer,
} from '../model/desired.ts';
import { resolveReferences, type Values } from '../model/references.ts';
import { listContainers, startContainer, stopContainer } from './engine/containers.ts';
import { openAttach } from './links/attach.ts';
import { openChild } from './links/child.ts';
import { openExec } from './links/exec.ts';
import { openHttp } from './links/http.ts';
import { openServed } from './links/http-container.ts';
import type { Link, LinkEvents } from './links/link.ts';
import type { Authorizer } from './oauth/authorizer.ts';
import { resolveEnv } from './values.ts';

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

export function openRemote(
  server: RemoteServer,
  values: Values,
  authorizer: Authorizer | undefined,
  events: LinkEvents,
): Promise<Link> {
  const headers = Object.entries(server.headers).map(([name, text]) => [
    name,
    resolveReferences(text, values),
  ]);
  return openHttp(
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
  /** It runs, but what answered there has failed: begin with a fresh process. */
  readonly restart: boolean;
  readonly start: (containerId: string) => Promise<void>;
}

/**
 * Reaches a container's server. Over stdio the attach stream is open before the process starts: not one byte of what it
 * prints, not even on its way to an early death, is lost.
 */
export async function openContainer(
  server: ContainerLike,
  target: ContainerTarget,
  events: LinkEvents,
): Promise<Link> {
  const { docker, containerId } = target;
  if (target.restart) await stopContainer(docker, containerId);
  if (server.transport === 'http') {
    const start = (): Promise<void> => target.start(containerId);
    return openServed({ docker, containerId, start, url: () => urlOf(docker, containerId, server) }, events);
  }
  if (server.type === 'container' && server.link === 'exec') {
    await target.start(containerId);
    return openProcess(server, docker, containerId, events);
  }
  const link = await openAttach(docker, containerId, events);
  await target.start(containerId).catch(async (error) => {
    await link.close(0);
    throw error;
  });
  return link;
}

/** Starts the server once more, as a process of its own in its running container. */
export async function openProcess(
  server: ContainerServer,
  docker: Docker,
  containerId: string,
  events: LinkEvents,
): Promise<Link> {
  return openExec(docker, containerId, await execCommand(docker, containerId, server), events);
}

async function urlOf(docker: Docker, containerId: string, server: ContainerLike): Promise<string> {
  const { containers } = await listContainers(docker);
  const address = containers.find((it) => it.containerId === containerId)?.address;
  if (address) return `http://${address.host}:${address.port}${server.path}`;
  throw new GatewayError(
    'SERVER_UNREACHABLE',
    `${server.serverName} has no port that can be reached from here`,
    {
      hint:
        server.type === 'discovered'
          ? 'set the label mcp.port and publish that port on 127.0.0.1'
          : 'set `port` to the port that it listens on',
    },
  );
}

/** Config first; what it leaves open is the image's own. */
async function execCommand(
  docker: Docker,
  containerId: string,
  server: ContainerServer,
): Promise<readonly string[]> {
  if (server.entrypoint && server.command) return [...server.entrypoint, ...server.command];
  const { Image } = await docker.getContainer(containerId).inspect();
  const { Config } = await docker.getImage(Image).inspect();
  const entrypoint = server.entrypoint ?? toList(Config.Entrypoint);
  const command = server.command ?? (server.entrypoint ? [] : toList(Config.Cmd));
  return [...entrypoint, ...command];
}

function toList(value: string | string[] | null | undefined): string[] {
  return typeof value === 'string' ? [value] : (value ?? []);
}

/** Starts by the engine, and says what it refused in words. @throws GatewayError START_FAILED */
export async function startByEngine(docker: Docker, containerId: string, serverName: string): Promise<void> {
  try {
    await startContainer(docker, containerId);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new GatewayError('START_FAILED', `the engine could not start ${serverName}: ${why}`, {
      hint: 'check its command, user, mounts and ports',
      cause,
    });
  }
}
