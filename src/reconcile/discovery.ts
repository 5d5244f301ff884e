/** Discovery: running containers with `mcp.*` labels that no Hive stack made become servers of this stack. */
import type { Unit } from '../model/compiled.ts';
import { DEFAULT_MAX_IN_FLIGHT, DEFAULT_TIMEOUTS_MS, type DiscoveredServer } from '../model/desired.ts';
import { COMPOSE_PROJECT, LABEL } from '../model/labels.ts';
import type { IgnoredContainer, Observed, ObservedContainer } from '../model/observed.ts';
import { alike, covers } from '../model/text/prefixes.ts';
import { newestFirst } from './match.ts';
import type { Wanted } from './want.ts';

export interface DiscoveredUnit {
  readonly unit: Unit;
  readonly container: ObservedContainer;
}

export interface Discovery {
  /** A unit for each server name; the newest container wins. */
  readonly discovered: readonly DiscoveredUnit[];
  /** Labelled containers that are not served because their name is taken or their labels are wrong. */
  readonly ignored: readonly IgnoredContainer[];
  /** Names of labelled containers that `gateway.discover` does not let in. */
  readonly keptOut: readonly string[];
}

/**
 * Splits foreign containers into servers, ignored ones, and those that the file does not let in. Containers
 * of another Hive stack belong to that stack's gateway: two gateways on one stdin would read each other's
 * answers.
 */
export function discoverServers(wanted: Wanted, observed: Observed): Discovery {
  const foreign = foreignContainers(observed);
  const isLetIn = ({ project }: { readonly project?: string }): boolean =>
    wanted.discover === 'all' || (wanted.discover === 'project' && project === wanted.stackName);
  const keptOut = [...foreign, ...observed.mislabelled].filter((it) => !isLetIn(it));
  const winners = new Map<string, ObservedContainer>();
  const ignored: IgnoredContainer[] = [];
  for (const container of foreign.filter(isLetIn)) {
    const name = alike(container.labels.serverName);
    const { containerName } = container;
    const reason = unprovenReason(container) ?? takenReason(container, wanted, winners.get(name));
    if (reason === undefined) winners.set(name, container);
    else ignored.push({ containerName, reason });
  }
  const discovered = [...winners.values()].map((container) => ({
    unit: unitOf(container, wanted.readOnlyDiscovered),
    container,
  }));
  const mislabelled = observed.mislabelled.filter(isLetIn);
  return {
    discovered,
    ignored: [...unproven(wanted, observed), ...ignored, ...mislabelled],
    keptOut: keptOut.map(({ containerName }) => containerName).sort(),
  };
}

/** Containers that claim this stack, and that its gateway did not make. */
function unproven({ stackName, file }: Wanted, { containers }: Observed): IgnoredContainer[] {
  return containers
    .filter(({ labels, maker }) => labels.stack === stackName && maker === 'unknown')
    .map(({ containerName }) => ({
      containerName,
      reason: `its labels say that it is of this stack, but no gateway of ${file} made it`,
    }));
}

/** Labels that let a container in or say what it is called: an image cannot set them for a person. */
const PERSONAL: readonly string[] = [LABEL.server, LABEL.prefix, LABEL.path, COMPOSE_PROJECT];

function unprovenReason({ fromImage = [] }: ObservedContainer): string | undefined {
  if (fromImage === 'unknown') return 'its image cannot be read, so its labels may be those of the image';
  const labels = fromImage.filter((label) => PERSONAL.includes(label));
  if (labels.length === 0) return undefined;
  const [is, them] = labels.length === 1 ? ['is', 'it'] : ['are', 'them'];
  return `${labels.join(', ')} ${is} set by its image: set ${them} yourself, to another value, to let it in`;
}

/** Why a container cannot have the name or prefix that its labels ask for. */
function takenReason(
  { labels }: ObservedContainer,
  { file, compiled }: Wanted,
  winner: ObservedContainer | undefined,
): string | undefined {
  const { serverName, prefix = serverName } = labels;
  const declared = compiled.units.map(({ server }) => server);
  const taken = `its label mcp.server=${serverName} is taken`;
  if (declared.some((it) => alike(it.serverName) === alike(serverName)))
    return `${taken}: ${file} has a server of that name`;
  if (winner) return `${taken}: ${winner.containerName} has that name and is newer`;
  if (prefix === '') return 'its label mcp.prefix is empty: only servers of the file may go without a prefix';
  const owner = declared.find(({ view }) => covers(alike(view.prefix), alike(prefix)));
  return owner && `its prefix ${prefix} lies within that of ${owner.serverName} in ${file}`;
}

function foreignContainers({ containers }: Observed): ObservedContainer[] {
  return containers
    .filter(({ labels, state }) => labels.stack === undefined && state === 'running')
    .sort(newestFirst);
}

function unitOf(container: ObservedContainer, readOnly: true | undefined): Unit {
  const { serverName, type, prefix = serverName, path = '/mcp' } = container.labels;
  const server: DiscoveredServer = {
    type: 'discovered',
    serverName,
    transport: type,
    path,
    view: {
      prefix,
      tools: { rename: {}, ...(readOnly && { readOnly }) },
      timeouts: DEFAULT_TIMEOUTS_MS,
      maxInFlight: DEFAULT_MAX_IN_FLIGHT,
      isolation: 'shared',
      start: 'eager',
    },
  };
  return {
    server,
    hash: container.containerId,
    fieldHashes: {},
    viewHash: readOnly ? `${prefix} readOnly` : prefix,
  };
}
