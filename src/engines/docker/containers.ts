import type Docker from 'dockerode';
import { GatewayError } from '../../errors.ts';
import { decodeLabels, LABEL, type ServerLabels } from '../../model/labels.ts';
import type { ContainerState, IgnoredContainer, Observed, ObservedContainer } from '../../model/observed.ts';
import { INSIDE } from '../../runtime/links/container/fifos.ts';

export type ContainerListing = Pick<Observed, 'containers' | 'mislabelled'>;

/** Every container with MCP labels, running or not, in one call. */
export async function listContainers(docker: Docker): Promise<ContainerListing> {
  const abortSignal = AbortSignal.timeout(LOOK_MS);
  const infos = await docker
    .listContainers({ all: true, filters: { label: [LABEL.server] }, abortSignal })
    .catch(late('list its containers', LOOK_MS));
  const containers: ObservedContainer[] = [];
  const mislabelled: IgnoredContainer[] = [];
  for (const info of infos) {
    const decoded = decodeLabels(info.Labels);
    if (decoded === undefined) continue;
    if ('problem' in decoded) mislabelled.push({ containerName: nameOf(info), reason: decoded.problem });
    else containers.push(toObserved(info, decoded.labels));
  }
  return { containers, mislabelled };
}

function toObserved(info: Docker.ContainerInfo, labels: ServerLabels): ObservedContainer {
  const project = info.Labels['com.docker.compose.project'];
  const service = info.Labels['com.docker.compose.service'];
  const address = addressOf(info, labels);
  return {
    containerId: info.Id,
    containerName: nameOf(info),
    labels,
    ...(project === undefined ? {} : { project }),
    ...(service === undefined ? {} : { service }),
    image: info.Image,
    state: info.State as ContainerState,
    statusText: info.Status,
    createdAt: info.Created * 1000,
    ...pipeOf(info, labels),
    ...(address ? { address } : {}),
  };
}

function pipeOf(info: Docker.ContainerInfo, labels: ServerLabels): { pipe?: string } {
  const mount = info.Mounts.find(({ Destination }) => Destination === INSIDE);
  // Only a container that a gateway of ours made has FIFOs of ours there.
  const isOurs = labels.link === 'pipe' && labels.stack !== undefined;
  return isOurs && mount ? { pipe: mount.Source } : {};
}

function nameOf(info: Docker.ContainerInfo): string {
  return (info.Names[0] ?? info.Id).replace(/^\//, '');
}

/** A published port if there is one (the only way in from outside a VM), else the host's or the container's own address. */
function addressOf(
  info: Docker.ContainerInfo,
  labels: ServerLabels,
): { host: string; port: number } | undefined {
  if (labels.port === undefined) return undefined;
  const published = info.Ports.find((port) => port.PrivatePort === labels.port && port.PublicPort);
  if (published) return { host: reachable(published.IP), port: published.PublicPort };
  if (info.HostConfig.NetworkMode === 'host') return { host: '127.0.0.1', port: labels.port };
  const networks = Object.values(info.NetworkSettings?.Networks ?? {});
  const host = networks.find((network) => network.IPAddress)?.IPAddress;
  return host ? { host, port: labels.port } : undefined;
}

function reachable(ip: string | undefined): string {
  if (!ip || ip === '0.0.0.0' || ip === '::') return '127.0.0.1';
  return ip.includes(':') ? `[${ip}]` : ip;
}

/** Starts a container; one that runs already is left as it is (the engine answers 304). */
export async function startContainer(docker: Docker, containerId: string): Promise<void> {
  const abortSignal = AbortSignal.timeout(START_MS);
  await docker
    .getContainer(containerId)
    .start({ abortSignal })
    .catch(ignoring(304))
    .catch(late(`start container ${short(containerId)}`, START_MS, containerId));
}

/**
 * SIGTERM, the container's own grace period, SIGKILL. Gone or stopped already is fine.
 * @throws GatewayError ENGINE_UNREACHABLE when the engine is stuck on it
 */
export async function stopContainer(docker: Docker, containerId: string): Promise<void> {
  const container = docker.getContainer(containerId);
  const grace = await graceOf(container);
  if (grace === undefined) return;
  const ms = grace + STOP_MS;
  await container
    .stop({ abortSignal: AbortSignal.timeout(ms) })
    .catch(ignoring(304, 404))
    .catch(late(`stop container ${short(containerId)}`, ms, containerId));
}

/**
 * Limits where more than an answer is waited for; all other requests have that of `boundRequests`. Engines have been seen to hang
 * on one container, paused at the wrong moment, for ever. Milliseconds; those for a stop come on top of its grace period.
 */
const LOOK_MS = 10_000;
const STOP_MS = 15_000;
const START_MS = 60_000;
const REMOVE_MS = 60_000;

/** Milliseconds that it has between SIGTERM and SIGKILL; undefined when it is gone. */
async function graceOf(container: Docker.Container): Promise<number | undefined> {
  const found = await container.inspect().catch(ignoring(404));
  if (!found) return undefined;
  const { StopTimeout = 10 } = found.Config as { StopTimeout?: number };
  return StopTimeout * 1000;
}

const short = (containerId: string): string => containerId.slice(0, 12);

function late(what: string, ms: number, containerId?: string): (error: Error) => never {
  return (error) => {
    if (error.name !== 'AbortError' && error.name !== 'TimeoutError') throw error;
    const hint = containerId
      ? `docker rm -f ${short(containerId)}, and if that hangs too restart the engine (systemctl restart docker)`
      : 'see whether `docker ps` answers; if it does not, restart the engine (systemctl restart docker)';
    throw new GatewayError('ENGINE_UNREACHABLE', `the engine did not ${what} within ${ms / 1000} s`, {
      hint,
      cause: error,
    });
  };
}

/** Ends and starts it as its owner would. @throws GatewayError ENGINE_UNREACHABLE when the engine is stuck on it */
export async function restartContainer(docker: Docker, containerId: string): Promise<void> {
  const container = docker.getContainer(containerId);
  const grace = await graceOf(container);
  if (grace === undefined) return;
  const ms = grace + STOP_MS + START_MS;
  await container
    .restart({ abortSignal: AbortSignal.timeout(ms) })
    .catch(ignoring(404))
    .catch(late(`restart container ${short(containerId)}`, ms, containerId));
}

/** Stops and removes it together with its anonymous volumes; named volumes stay. @throws GatewayError ENGINE_UNREACHABLE */
export async function removeContainer(docker: Docker, containerId: string): Promise<void> {
  await stopContainer(docker, containerId);
  await docker
    .getContainer(containerId)
    .remove({ v: true, force: true, abortSignal: AbortSignal.timeout(REMOVE_MS) })
    .catch(ignoring(404, 409))
    .catch(late(`remove container ${short(containerId)}`, REMOVE_MS, containerId));
}

/** Removes each whatever becomes of the others. @returns why some are still there */
export async function removeContainers(
  docker: Docker,
  containerIds: readonly string[],
): Promise<ReadonlyMap<string, Error>> {
  const failures = new Map<string, Error>();
  await Promise.all(
    containerIds.map((id) =>
      removeContainer(docker, id).catch((error: Error) => void failures.set(id, error)),
    ),
  );
  return failures;
}

/** Drops an image that Hive built for a version of a server that is no more; in use or gone is fine. */
export async function removeOwnImage(docker: Docker, image: string): Promise<void> {
  if (!image.startsWith('hive/')) return;
  await docker
    .getImage(image)
    .remove({ abortSignal: AbortSignal.timeout(REMOVE_MS) })
    .catch(ignoring(404, 409))
    .catch(late(`remove image ${image}`, REMOVE_MS));
}

/** Removes the networks that compose made for these services, or all of the project's when none are named. */
export async function removeNetworks(
  docker: Docker,
  project: string,
  names?: readonly string[],
): Promise<void> {
  const networks = await docker.listNetworks({
    filters: { label: [`com.docker.compose.project=${project}`] },
  });
  const doomed = networks.filter(
    (it) => !names || names.includes(it.Labels?.['com.docker.compose.network'] ?? ''),
  );
  for (const network of doomed)
    await docker
      .getNetwork(network.Id)
      .remove()
      .catch(ignoring(403, 404, 409));
}

/** Removes the project's named volumes: the data of its servers. */
export async function removeVolumes(docker: Docker, project: string): Promise<void> {
  const { Volumes } = await docker.listVolumes({
    filters: { label: [`com.docker.compose.project=${project}`] },
  });
  for (const volume of Volumes ?? []) await docker.getVolume(volume.Name).remove().catch(ignoring(404, 409));
}

function ignoring(...statusCodes: number[]): (error: { statusCode?: number }) => void {
  return (error) => {
    if (error.statusCode === undefined || !statusCodes.includes(error.statusCode)) throw error;
  };
}
