import type { Compiled, Unit } from '../model/compiled.ts';
import type { DiscoveredServer } from '../model/desired.ts';
import type { IgnoredContainer, Observed, ObservedContainer } from '../model/observed.ts';

/** What the reconciler compares with what it sees: fixed for one run. */
export interface Wanted {
  readonly stackName: string;
  readonly file: string;
  readonly compiled: Compiled;
  /** Pick up labelled containers of other people. */
  readonly discover: boolean;
}

const DISCOVERED_TIMEOUTS = {
  start: 60_000,
  call: 60_000,
  callMax: 3_600_000,
  idle: 300_000,
  drain: 30_000,
  health: 30_000,
};

/** True for a container that this stack's compose file made, by whoever's hand. */
export function isOwn(container: ObservedContainer, stackName: string): boolean {
  return container.labels.stack === stackName;
}

/**
 * One unit for each foreign running container whose labels make it a server. Containers of another Hive stack belong to
 * that stack's gateway: two gateways on one stdin would read each other's answers.
 */
export function discoveredUnits(
  wanted: Wanted,
  observed: Observed,
): Map<string, { unit: Unit; container: ObservedContainer }> {
  const found = new Map<string, { unit: Unit; container: ObservedContainer }>();
  const declared = declaredNames(wanted);
  for (const container of foreign(wanted, observed)) {
    const { serverName } = container.labels;
    if (!declared.has(serverName) && !found.has(serverName))
      found.set(serverName, { unit: unitOf(container), container });
  }
  return found;
}

/** Labelled containers that are not served because their name is taken or their labels are wrong. */
export function ignoredContainers(wanted: Wanted, observed: Observed): IgnoredContainer[] {
  if (!wanted.discover) return [];
  const declared = declaredNames(wanted);
  const found = discoveredUnits(wanted, observed);
  const taken = foreign(wanted, observed).flatMap((container): IgnoredContainer[] => {
    const { containerName, labels } = container;
    const { serverName } = labels;
    if (found.get(serverName)?.container === container) return [];
    const owner = declared.has(serverName)
      ? `${wanted.file} has a server of that name`
      : `${found.get(serverName)?.container.containerName} has that name and is newer`;
    return [{ containerName, reason: `its label mcp.server=${serverName} is taken: ${owner}` }];
  });
  return [...taken, ...observed.mislabelled];
}

function declaredNames(wanted: Wanted): Set<string> {
  return new Set(wanted.compiled.units.map((unit) => unit.server.serverName));
}

function foreign(wanted: Wanted, observed: Observed): ObservedContainer[] {
  if (!wanted.discover) return [];
  return observed.containers
    .filter(({ labels, state }) => labels.stack === undefined && state === 'running')
    .sort(newestFirst);
}

export function newestFirst(a: ObservedContainer, b: ObservedContainer): number {
  return b.createdAt - a.createdAt || a.containerId.localeCompare(b.containerId);
}

function unitOf(container: ObservedContainer): Unit {
  const { serverName, type, prefix, path } = container.labels;
  const server: DiscoveredServer = {
    type: 'discovered',
    serverName,
    transport: type,
    path: path ?? '/mcp',
    view: {
      prefix: prefix ?? serverName,
      tools: { rename: {} },
      timeouts: DISCOVERED_TIMEOUTS,
      maxInFlight: 1000,
      isolation: 'shared',
      start: 'eager',
    },
  };
  return { server, hash: container.containerId, fieldHashes: {}, viewHash: prefix ?? serverName };
}
