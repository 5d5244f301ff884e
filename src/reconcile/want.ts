import type { Compiled, Unit } from '../model/compiled.ts';
import type { DiscoveredServer } from '../model/desired.ts';
import type { Observed, ObservedContainer } from '../model/observed.ts';

/** What the reconciler compares with what it sees: fixed for one run. */
export interface Wanted {
  readonly stackName: string;
  readonly file: string;
  readonly compiled: Compiled;
  /** Pick up labelled containers of other people. */
  readonly discover: boolean;
  /** By server name: keyed digest of the values behind its `${VAR}` references and env files. */
  readonly values: ReadonlyMap<string, string>;
}

const DISCOVERED_TIMEOUTS = { start: 60_000, call: 60_000 };

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
  if (!wanted.discover) return found;
  const declared = new Set(wanted.compiled.units.map((unit) => unit.server.serverName));
  for (const container of [...observed.containers].sort(newestFirst)) {
    const { serverName, stack } = container.labels;
    if (
      stack !== undefined ||
      container.state !== 'running' ||
      declared.has(serverName) ||
      found.has(serverName)
    )
      continue;
    found.set(serverName, { unit: unitOf(container), container });
  }
  return found;
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
      isolation: 'shared',
    },
  };
  return { server, hash: container.containerId, fieldHashes: {}, viewHash: prefix ?? serverName };
}
