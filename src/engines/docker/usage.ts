/** What a container uses of its machine. */
import type { Readable } from 'node:stream';
import type Docker from 'dockerode';
import type { UsageFeed } from '../../model/engine.ts';
import type { Usage } from '../../model/watch/usage.ts';
import { jsonLines } from './json-lines.ts';
import { answered, answeredWithin, shortId } from './refusals.ts';

/** An engine answers in milliseconds; people watch these figures, and would rather miss them than wait. */
const USAGE_MS = 3_000;

/** What engines answer, as far as it is used. Podman and other versions of cgroups leave members out. */
interface Stats {
  readonly read?: unknown;
  readonly cpu_stats?: { readonly cpu_usage?: { readonly total_usage?: unknown } };
  readonly memory_stats?: {
    readonly usage?: unknown;
    readonly limit?: unknown;
    readonly stats?: { readonly inactive_file?: unknown; readonly total_inactive_file?: unknown };
  };
  readonly blkio_stats?: { readonly io_service_bytes_recursive?: unknown };
  readonly pids_stats?: { readonly current?: unknown };
  readonly networks?: Readonly<Record<string, { readonly rx_bytes?: unknown; readonly tx_bytes?: unknown }>>;
}

/**
 * Undefined if the container does not run, or is missing.
 * @throws GatewayError ENGINE_UNREACHABLE after three seconds
 */
export async function containerUsage(docker: Docker, containerId: string): Promise<Usage | undefined> {
  const what = `report the usage of container ${shortId(containerId)}`;
  const answer = await answeredWithin(
    { what, limitMs: USAGE_MS },
    (abortSignal) => {
      // Without `one-shot` the engine takes a second to measure twice.
      const options = { stream: false as const, 'one-shot': true, abortSignal };
      return docker.getContainer(containerId).stats(options);
    },
    404,
    409,
  );
  return answer && usageOf(answer as Stats);
}

/** One sample a second, for which the engine keeps one request open. Undefined for a missing container. */
export async function followContainerUsage(
  docker: Docker,
  containerId: string,
  onUsage: (usage: Usage) => void,
): Promise<UsageFeed | undefined> {
  const request = docker.getContainer(containerId).stats({ stream: true });
  const stream = (await answered(request, 404)) as Readable | undefined;
  if (!stream) return undefined;
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  const read = jsonLines((value) => {
    const usage = usageOf(Object(value) as Stats);
    if (usage) onUsage(usage);
  });
  stream
    .on('data', read)
    .once('end', () => stream.destroy())
    .on('error', () => stream.destroy())
    .once('close', resolve);
  return { ended, close: () => void stream.destroy() };
}

/** Undefined for the answer about a container that does not run: the engine leaves its figures out. */
export function usageOf(stats: Stats): Usage | undefined {
  const { read, cpu_stats, memory_stats, networks, pids_stats, blkio_stats } = stats;
  const at = Date.parse(String(read));
  const used = numberOf(memory_stats?.usage);
  const cpu = numberOf(cpu_stats?.cpu_usage?.total_usage);
  if (!(at > 0) || used === undefined || cpu === undefined) return undefined;
  const limit = numberOf(memory_stats?.limit);
  const pids = numberOf(pids_stats?.current);
  return {
    at,
    cpuSeconds: cpu / 1e9,
    memoryBytes: Math.max(0, used - cacheOf(memory_stats)),
    ...(limit === undefined || limit === 0 ? {} : { memoryLimitBytes: limit }),
    ...(networks && trafficOf(Object.values(networks))),
    ...blockOf(blkio_stats?.io_service_bytes_recursive),
    ...(pids === undefined ? {} : { pids }),
  };
}

/** Pages of files that the kernel drops when memory is needed, as `docker stats` leaves them out. */
const cacheOf = (memory: Stats['memory_stats']): number =>
  numberOf(memory?.stats?.inactive_file) ?? numberOf(memory?.stats?.total_inactive_file) ?? 0;

function trafficOf(networks: readonly { readonly rx_bytes?: unknown; readonly tx_bytes?: unknown }[]) {
  const sum = (key: 'rx_bytes' | 'tx_bytes'): number =>
    networks.reduce((total, network) => total + (numberOf(network[key]) ?? 0), 0);
  return { receivedBytes: sum('rx_bytes'), sentBytes: sum('tx_bytes') };
}

/** Absent where the kernel does not count. Version 1 of cgroups begins the words with a capital. */
function blockOf(entries: unknown): Pick<Usage, 'readBytes' | 'writtenBytes'> {
  if (!Array.isArray(entries) || entries.length === 0) return {};
  const sum = (op: string): number =>
    entries
      .map((entry) => Object(entry) as { readonly op?: unknown; readonly value?: unknown })
      .filter((entry) => String(entry.op).toLowerCase() === op)
      .reduce((total, { value }) => total + (numberOf(value) ?? 0), 0);
  return { readBytes: sum('read'), writtenBytes: sum('write') };
}

const numberOf = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;
