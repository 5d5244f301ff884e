/** Reads a listing of containers: which server each one runs, and where that server can be reached. */
import type { ContainerSummary, Engine } from '../../model/engine.ts';
import { decodeLabels, LABEL, type ServerLabels } from '../../model/labels.ts';
import type { IgnoredContainer, Observed, ObservedContainer } from '../../model/observed.ts';
import { FIFO_MOUNT } from '../links/container/fifos.ts';

export type ContainerListing = Pick<Observed, 'containers' | 'mislabelled'>;

/**
 * Every container with MCP labels, running or not, in one request.
 * @throws GatewayError ENGINE_UNREACHABLE
 */
export async function observeContainers(engine: Pick<Engine, 'containers'>): Promise<ContainerListing> {
  return readListing(await engine.containers(LABEL.server));
}

function readListing(summaries: readonly ContainerSummary[]): ContainerListing {
  const containers: ObservedContainer[] = [];
  const mislabelled: IgnoredContainer[] = [];
  for (const summary of summaries) {
    const decoded = decodeLabels(summary.labels);
    if (decoded === undefined) continue;
    if ('problem' in decoded)
      mislabelled.push({ containerName: summary.containerName, reason: decoded.problem });
    else containers.push(observed(summary, decoded.labels));
  }
  return { containers, mislabelled };
}

function observed(summary: ContainerSummary, labels: ServerLabels): ObservedContainer {
  const { containerId, containerName, image, state, statusText, createdAt } = summary;
  const project = summary.labels['com.docker.compose.project'];
  const service = summary.labels['com.docker.compose.service'];
  const pipe = fifoFolder(summary, labels);
  const address = serverAddress(summary, labels);
  return {
    containerId,
    containerName,
    labels,
    ...(project === undefined ? {} : { project }),
    ...(service === undefined ? {} : { service }),
    image,
    state,
    statusText,
    createdAt,
    ...(pipe === undefined ? {} : { pipe }),
    ...(address === undefined ? {} : { address }),
  };
}

/** Only a container that Hive made has Hive's FIFOs at that place. */
function fifoFolder({ mounts }: ContainerSummary, labels: ServerLabels): string | undefined {
  if (labels.link !== 'pipe' || labels.stack === undefined) return undefined;
  return mounts.find(({ target }) => target === FIFO_MOUNT)?.source;
}

/**
 * A published port if there is one (the only way into a virtual machine), else the host's or the container's
 * address.
 */
function serverAddress(
  { ports, networkMode, addresses }: ContainerSummary,
  { port }: ServerLabels,
): ObservedContainer['address'] {
  if (port === undefined) return undefined;
  const published = ports.find(({ containerPort }) => containerPort === port);
  if (published) return { host: reachableIp(published.hostIp), port: published.hostPort };
  if (networkMode === 'host') return { host: '127.0.0.1', port };
  const [host] = addresses;
  return host === undefined ? undefined : { host, port };
}

function reachableIp(ip: string): string {
  if (ip === '' || ip === '0.0.0.0' || ip === '::') return '127.0.0.1';
  return ip.includes(':') ? `[${ip}]` : ip;
}
