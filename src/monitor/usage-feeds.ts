/** Keeps a stream of figures open for each running container, which costs an engine less than questions. */
import type { Clock } from '../model/clock.ts';
import type { Engine, UsageFeed } from '../model/engine.ts';
import type { Usage } from '../model/watch/usage.ts';

/** An engine that was gone, or a container that was not there yet, is asked again after this time. */
const RETRY_MS = 5_000;

interface Open {
  readonly containerId: string;
  /** Undefined while it is being opened. */
  feed?: UsageFeed;
  isClosed: boolean;
}

export interface FeedsDeps {
  readonly engine: Pick<Engine, 'followUsage'>;
  readonly clock: Clock;
  readonly onUsage: (serverName: string, usage: Usage) => void;
}

/** The caller must close it. */
export class UsageFeeds {
  readonly #deps: FeedsDeps;
  readonly #open = new Map<string, Open>();
  /** When a server's container may be asked for again. */
  readonly #retryAt = new Map<string, number>();

  constructor(deps: FeedsDeps) {
    this.#deps = deps;
  }

  get size(): number {
    return this.#open.size;
  }

  /** Follows exactly these containers. @param containers ids by server */
  follow(containers: ReadonlyMap<string, string>): void {
    for (const [serverName, open] of this.#open)
      if (containers.get(serverName) !== open.containerId) this.#close(serverName, open);
    for (const serverName of this.#retryAt.keys())
      if (!containers.has(serverName)) this.#retryAt.delete(serverName);
    const now = this.#deps.clock.now();
    for (const [serverName, containerId] of containers)
      if (!this.#open.has(serverName) && now >= (this.#retryAt.get(serverName) ?? 0))
        void this.#begin(serverName, containerId);
  }

  close(): void {
    this.follow(new Map());
  }

  async #begin(serverName: string, containerId: string): Promise<void> {
    const { engine, onUsage, clock } = this.#deps;
    const open: Open = { containerId, isClosed: false };
    this.#open.set(serverName, open);
    const take = (usage: Usage): void => {
      if (!open.isClosed) onUsage(serverName, usage);
    };
    const feed = await engine.followUsage(containerId, take).catch(() => undefined);
    if (feed) {
      open.feed = feed;
      if (open.isClosed) feed.close();
      await feed.ended;
    }
    if (this.#open.get(serverName) !== open) return;
    this.#open.delete(serverName);
    this.#retryAt.set(serverName, clock.now() + RETRY_MS);
  }

  #close(serverName: string, open: Open): void {
    open.isClosed = true;
    open.feed?.close();
    this.#open.delete(serverName);
    this.#retryAt.delete(serverName);
  }
}
