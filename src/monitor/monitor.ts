/** Samples what servers use and what they do, while somebody wants to know. */
import type { ServerStatus } from '../model/status.ts';
import type { SeriesQuery, ServerSeries } from '../model/watch/series.ts';
import type { Usage } from '../model/watch/usage.ts';
import { CallDeltas } from './call-counts.ts';
import type { MonitorDeps } from './monitor-deps.ts';
import { seriesOf } from './query.ts';
import { ServerRings } from './server-rings.ts';
import { figuresBetween } from './usage-rates.ts';
import { UsageSource } from './usage-source.ts';

const TICK_MS = 1_000;
/** How long sampling goes on after somebody has asked, where nothing else wants it. */
const ASKED_MS = 5 * 60_000;
/** Servers whose figures are kept; the first ones by name. */
const MAX_SERVERS = 200;
/** A gateway that was suspended does not know what happened meanwhile. */
const MAX_GAP_TICKS = 30;

/** The caller must close it. */
export class Monitor {
  readonly #deps: MonitorDeps;
  readonly #source: UsageSource;
  readonly #rings = new Map<string, ServerRings>();
  readonly #before = new Map<string, Usage>();
  /** The container or process of each server. */
  readonly #runs = new Map<string, string>();
  readonly #calls = new CallDeltas();
  readonly #listeners = new Set<(servers: readonly ServerStatus[]) => void>();
  #isAlways = false;
  #askedAt = Number.NEGATIVE_INFINITY;
  #tickedAt = Number.NEGATIVE_INFINITY;
  #timer: { cancel(): void } | undefined;

  constructor(deps: MonitorDeps) {
    this.#deps = deps;
    this.#source = new UsageSource(deps, (serverName, usage) => this.#take(serverName, usage));
  }

  /** Whether the file wants figures, whoever asks. */
  set always(isWanted: boolean) {
    this.#isAlways = isWanted;
    this.#wake();
  }

  /** Bytes of all figures that are kept. */
  get bytes(): number {
    return [...this.#rings.values()].reduce((sum, { bytes }) => sum + bytes, 0);
  }

  get isSampling(): boolean {
    return this.#timer !== undefined;
  }

  rings(serverName: string): ServerRings | undefined {
    return this.#rings.get(serverName);
  }

  /** Called once a second while sampling, with the servers of that moment. @returns unsubscribes */
  onTick(listener: (servers: readonly ServerStatus[]) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Points of one server; sampling begins with the first question. */
  series(query: SeriesQuery): ServerSeries {
    this.#askedAt = this.#deps.clock.now();
    this.#wake();
    return seriesOf(this.#rings.get(query.serverName), query, this.#deps.clock.now());
  }

  close(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#isAlways = false;
    this.#askedAt = Number.NEGATIVE_INFINITY;
    this.#source.close();
  }

  get #isWanted(): boolean {
    return this.#isAlways || this.#deps.clock.now() - this.#askedAt < ASKED_MS;
  }

  #wake(): void {
    if (!this.#timer && this.#isWanted) this.#tick();
  }

  #tick(): void {
    const { board, clock } = this.#deps;
    if (!this.#isWanted) {
      this.#rest();
      return;
    }
    const servers = board.all().slice(0, MAX_SERVERS);
    this.#forgetOthers(new Set(servers.map(({ serverName }) => serverName)));
    this.#noteRuns(servers);
    this.#source.follow(servers);
    this.#countCalls(servers);
    for (const listener of this.#listeners) listener(servers);
    this.#timer = clock.setTimeout(() => this.#tick(), TICK_MS);
  }

  /** Figures stay for whoever asks again. */
  #rest(): void {
    this.#timer = undefined;
    this.#source.close();
    this.#before.clear();
  }

  #forgetOthers(serverNames: ReadonlySet<string>): void {
    for (const name of this.#rings.keys()) if (!serverNames.has(name)) this.#rings.delete(name);
    for (const known of [this.#before, this.#runs])
      for (const name of known.keys()) if (!serverNames.has(name)) known.delete(name);
    this.#calls.keep(serverNames);
  }

  /** A new container or process begins to count anew. */
  #noteRuns(servers: readonly ServerStatus[]): void {
    for (const { serverName, containerId, pid } of servers) {
      const run = `${containerId} ${pid}`;
      if (this.#runs.get(serverName) !== run) this.#before.delete(serverName);
      this.#runs.set(serverName, run);
    }
  }

  #take(serverName: string, usage: Usage): void {
    const at = this.#deps.clock.now();
    const rings = this.#ringsOf(serverName);
    for (const [figure, value] of figuresBetween(this.#before.get(serverName), usage))
      rings.add(figure, at, value);
    this.#before.set(serverName, usage);
  }

  /** A late tick fills the seconds that it has missed, so that sums over time stay right. */
  #countCalls(servers: readonly ServerStatus[]): void {
    const now = this.#deps.clock.now();
    const ticks = Math.round((now - this.#tickedAt) / TICK_MS);
    const times = ticks >= 1 && ticks <= MAX_GAP_TICKS ? ticks : 1;
    this.#tickedAt = now;
    for (const { serverName } of servers) {
      const tally = this.#deps.tallies.get(serverName);
      const counts = tally && this.#calls.next(serverName, tally);
      if (!counts) continue;
      const rings = this.#ringsOf(serverName);
      for (let back = times - 1; back >= 0; back--) {
        const at = now - back * TICK_MS;
        rings.add('calls', at, counts.calls / times);
        rings.add('errors', at, counts.errors / times);
        rings.add('inFlight', at, counts.inFlight);
        rings.addCalls(
          at,
          counts.buckets.map((count) => count / times),
        );
      }
    }
  }

  #ringsOf(serverName: string): ServerRings {
    const rings = this.#rings.get(serverName) ?? new ServerRings();
    this.#rings.set(serverName, rings);
    return rings;
  }
}
