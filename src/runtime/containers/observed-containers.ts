/** Reads a listing of containers: which server each one runs, and where that server can be reached. */
import { defined } from '../../model/collections/defined.ts';
import type { ContainerSummary, Engine } from '../../model/engine.ts';
import {
  COMPOSE_FILES,
  COMPOSE_IMAGE,
  COMPOSE_PROJECT,
  COMPOSE_SERVICE,
  CONFIG_LABEL,
  decodeLabels,
  LABEL,
  type ServerLabels,
} from '../../model/labels.ts';
import type { IgnoredContainer, Maker, Observed, ObservedContainer } from '../../model/observed.ts';
import { FIFO_MOUNT } from '../links/container/fifos.ts';
import type { Owner } from '../memory/owner.ts';
import { cutOffContainers } from './cut-off.ts';
import type { FromImage } from './image-labels.ts';

export type ContainerListing = Pick<Observed, 'containers' | 'mislabelled'>;

/** What tells whose a container is. */
export interface Proof {
  readonly fromImage: FromImage;
  readonly owner: Pick<Owner, 'makersOf' | 'otherFile'>;
}

/**
 * Every container with MCP labels, running or not, in one request, and one more for each image that is new.
 *
 * @throws GatewayError ENGINE_UNREACHABLE
 */
export async function listServers(engine: Pick<Engine, 'containers'>): Promise<ContainerListing> {
  return readListing(await engine.containers(LABEL.server));
}

/** The same, and who made each container. @throws GatewayError ENGINE_UNREACHABLE */
export async function observeContainers(
  engine: Pick<Engine, 'containers' | 'networks'>,
  proof: Proof,
): Promise<ContainerListing> {
  const summaries = await engine.containers(LABEL.server);
  const { containers, mislabelled } = readListing(summaries);
  const byId = new Map(summaries.map((summary) => [summary.containerId, summary]));
  const makers = proof.owner.makersOf(summaries);
  const cutOff = await cutOffContainers(
    engine,
    summaries.filter(({ containerId }) => makers.has(containerId)),
  );
  const proven = containers.map(async (container): Promise<ObservedContainer> => {
    const { containerId } = container;
    const summary = byId.get(containerId);
    if (!summary) return container;
    const isCutOff = cutOff.has(containerId) ? { isCutOff: true } : {};
    return {
      ...container,
      ...isCutOff,
      ...(await prove(summary, container, makers.get(containerId), proof)),
    };
  });
  return { containers: await Promise.all(proven), mislabelled };
}

/** Labels without which a container would not seem to be of this file. */
const CLAIMS: readonly string[] = [LABEL.stack, CONFIG_LABEL, COMPOSE_PROJECT, COMPOSE_FILES];

async function prove(
  summary: ContainerSummary,
  { labels, state }: ObservedContainer,
  maker: Maker | undefined,
  { fromImage, owner }: Proof,
): Promise<Pick<ObservedContainer, 'fromImage' | 'maker' | 'madeFor'>> {
  if (maker === 'this-gateway') return { maker };
  if (maker === undefined)
    return labels.stack === undefined && state === 'running' ? { fromImage: await fromImage(summary) } : {};
  const ofImage = await fromImage(summary);
  const isClaimedByImage = ofImage !== 'unknown' && ofImage.some((label) => CLAIMS.includes(label));
  if (isClaimedByImage) return { maker: 'unknown' };
  if (maker === 'other-file') return { maker, madeFor: await owner.otherFile(summary.labels) };
  return { maker: ofImage === 'unknown' ? 'unknown' : maker };
}

function readListing(summaries: readonly ContainerSummary[]): ContainerListing {
  const containers: ObservedContainer[] = [];
  const mislabelled: IgnoredContainer[] = [];
  for (const summary of summaries) {
    const decoded = decodeLabels(summary.labels);
    if (decoded === undefined) continue;
    const project = summary.labels[COMPOSE_PROJECT];
    const { containerName } = summary;
    if ('problem' in decoded) mislabelled.push(defined({ containerName, project, reason: decoded.problem }));
    else containers.push(observed(summary, decoded.labels));
  }
  return { containers, mislabelled };
}

function observed(summary: ContainerSummary, labels: ServerLabels): ObservedContainer {
  const { containerId, containerName, image, imageId, state, statusText, createdAt } = summary;
  const project = summary.labels[COMPOSE_PROJECT];
  const service = summary.labels[COMPOSE_SERVICE];
  const pipe = fifoFolder(summary, labels);
  const address = serverAddress(summary, labels);
  return {
    containerId,
    containerName,
    labels,
    ...(project === undefined ? {} : { project }),
    ...(service === undefined ? {} : { service }),
    image,
    // Compose's label is the id that an inspection of the image gives, on every engine and image store.
    imageId: summary.labels[COMPOSE_IMAGE] ?? imageId,
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
