/** Discovery: running containers with `mcp.*` labels that no Hive stack made become servers of this stack. */
import type { Unit } from '../model/compiled.ts';
import { DEFAULT_MAX_IN_FLIGHT, DEFAULT_TIMEOUTS_MS, type DiscoveredServer } from '../model/desired.ts';
import type { IgnoredContainer, Observed, ObservedContainer } from '../model/observed.ts';
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
}

/**
 * Splits foreign containers into servers and ignored ones. Containers of another Hive stack belong to that
 * stack's gateway: two gateways on one stdin would read each other's answers.
 */
export function discoverServers(wanted: Wanted, observed: Observed): Discovery {
  if (!wanted.discover) return { discovered: [], ignored: [] };
  const declared = new Set(wanted.compiled.units.map(({ server }) => server.serverName));
  const winners = new Map<string, ObservedContainer>();
  const taken: IgnoredContainer[] = [];
  for (const container of foreignContainers(observed)) {
    const { serverName } = container.labels;
    const owner = declared.has(serverName)
      ? `${wanted.file} has a server of that name`
      : newerOwner(winners.get(serverName));
    if (owner === undefined) winners.set(serverName, container);
    else taken.push(ignoredAs(container, owner));
  }
  const discovered = [...winners.values()].map((container) => ({ unit: unitOf(container), container }));
  return { discovered, ignored: [...taken, ...observed.mislabelled] };
}

function newerOwner(winner: ObservedContainer | undefined): string | undefined {
  return winner && `${winner.containerName} has that name and is newer`;
}

function ignoredAs({ containerName, labels }: ObservedContainer, owner: string): IgnoredContainer {
  return { containerName, reason: `its label mcp.server=${labels.serverName} is taken: ${owner}` };
}

function foreignContainers({ containers }: Observed): ObservedContainer[] {
  return containers
    .filter(({ labels, state }) => labels.stack === undefined && state === 'running')
    .sort(newestFirst);
}

function unitOf(container: ObservedContainer): Unit {
  const { serverName, type, prefix = serverName, path = '/mcp' } = container.labels;
  const server: DiscoveredServer = {
    type: 'discovered',
    serverName,
    transport: type,
    path,
    view: {
      prefix,
      tools: { rename: {} },
      timeouts: DEFAULT_TIMEOUTS_MS,
      maxInFlight: DEFAULT_MAX_IN_FLIGHT,
      isolation: 'shared',
      start: 'eager',
    },
  };
  return { server, hash: container.containerId, fieldHashes: {}, viewHash: prefix };
}
