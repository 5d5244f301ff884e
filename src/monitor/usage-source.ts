/** Where figures come from: streams of an engine, or questions where there are many containers, and /proc. */
import type { ServerStatus } from '../model/status.ts';
import type { Usage } from '../model/watch/usage.ts';
import { containerUsages } from '../runtime/usage/container-usages.ts';
import { processUsages } from '../runtime/usage/process-usages.ts';
import type { MonitorDeps } from './monitor-deps.ts';
import { UsageFeeds } from './usage-feeds.ts';

/** With more containers the engine is asked for each of them now and then. */
const MAX_FEEDS = 50;
const POLL_MS = 5_000;
/** Reading /proc takes longer with each process of the machine: it may take so much of the time. */
const PROC_SHARE = 0.02;
const PROC_MS = { least: 500, most: 5_000 };

export class UsageSource {
  readonly #deps: MonitorDeps;
  readonly #onUsage: (serverName: string, usage: Usage) => void;
  readonly #feeds: UsageFeeds | undefined;
  #polledAt = Number.NEGATIVE_INFINITY;
  #isPolling = false;
  #nextProcAt = Number.NEGATIVE_INFINITY;
  #isReading = false;
  #isClosed = false;

  constructor(deps: MonitorDeps, onUsage: (serverName: string, usage: Usage) => void) {
    this.#deps = deps;
    this.#onUsage = onUsage;
    const { engine, clock } = deps;
    this.#feeds = engine && new UsageFeeds({ engine, clock, onUsage });
  }

  /** Called once a second with the servers of that moment. */
  follow(servers: readonly ServerStatus[]): void {
    this.#isClosed = false;
    const containers = containersOf(servers);
    const isMany = containers.size > MAX_FEEDS;
    this.#feeds?.follow(isMany ? new Map() : containers);
    if (isMany) void this.#poll(containers);
    if (servers.some(({ pid, type }) => pid !== undefined || type === 'native')) void this.#readProcesses();
  }

  close(): void {
    this.#isClosed = true;
    this.#feeds?.close();
  }

  async #poll(containers: ReadonlyMap<string, string>): Promise<void> {
    const { engine, clock } = this.#deps;
    if (this.#isPolling || clock.now() - this.#polledAt < POLL_MS) return;
    this.#polledAt = clock.now();
    this.#isPolling = true;
    const { usages } = await containerUsages(engine, containers);
    this.#isPolling = false;
    this.#give(usages);
  }

  async #readProcesses(): Promise<void> {
    const { clock, processes = processUsages } = this.#deps;
    const ticks = clock.ticks?.bind(clock) ?? clock.now.bind(clock);
    const begunAt = ticks();
    if (this.#isReading || begunAt < this.#nextProcAt) return;
    this.#isReading = true;
    const usages = await processes(() => clock.now());
    this.#isReading = false;
    const tookMs = ticks() - begunAt;
    const pauseMs = Math.min(PROC_MS.most, Math.max(PROC_MS.least, tookMs / PROC_SHARE));
    this.#nextProcAt = begunAt + pauseMs;
    this.#give(usages);
  }

  #give(usages: ReadonlyMap<string, Usage>): void {
    if (this.#isClosed) return;
    for (const [serverName, usage] of usages) this.#onUsage(serverName, usage);
  }
}

function containersOf(servers: readonly ServerStatus[]): ReadonlyMap<string, string> {
  const found = servers.flatMap(({ serverName, containerId }) =>
    containerId === undefined ? [] : [[serverName, containerId] as const],
  );
  return new Map(found);
}
