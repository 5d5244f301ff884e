/**
 * When lazy servers are idle. Calls in flight, followed resources, running tasks and, under `isolation:
 * session`, open sessions all keep a server in use.
 */
import type { CallLayer } from '../../model/calls.ts';
import type { Clock } from '../../model/clock.ts';
import type { ServerView } from '../../model/desired.ts';
import { type InstanceIn, pairsOf } from '../instances/instance.ts';
import type { Instances } from '../instances/instances.ts';
import type { TaskUse } from '../upstream/requests/running-tasks.ts';

export interface Usage {
  /** Counts a call to a lazy server as use until its reply. */
  readonly layer: CallLayer;
  /** Watches a server that begins to serve, until it stops serving. */
  watch(serverName: string): void;
  /** True if nobody uses the server, nor has for its `timeouts.idle`. */
  isIdle(serverName: string, view: ServerView): boolean;
  close(): void;
}

export interface UsageDeps {
  readonly clock: Clock;
  readonly instances: Pick<Instances, 'serving'>;
  readonly isFollowed: (serverName: string) => boolean;
  /** Called when a server may have become idle. */
  readonly onIdle: (serverName: string) => void;
}

interface Use {
  calls: number;
  /** Unix milliseconds of the server's last start, or of the end of its last call. */
  lastUsedAt: number;
  timer?: { cancel(): void };
}

/** The caller must close the result. */
export const createUsage = (deps: UsageDeps): Usage => new LazyUsage(deps);

class LazyUsage implements Usage {
  readonly #deps: UsageDeps;
  readonly #servers = new Map<string, Use>();

  constructor(deps: UsageDeps) {
    this.#deps = deps;
  }

  readonly layer: CallLayer = (next) => (serverName, request, caller) => {
    const isLazy = this.#deps.instances.serving(serverName)?.unit.server.view.start === 'lazy';
    const call = next(serverName, request, caller);
    if (!isLazy) return call;
    const use = this.#useOf(serverName);
    use.calls += 1;
    void call.reply.then(() => {
      use.calls -= 1;
      use.lastUsedAt = this.#deps.clock.now();
    });
    return call;
  };

  watch(serverName: string): void {
    const use = this.#useOf(serverName);
    use.timer?.cancel();
    use.lastUsedAt = this.#deps.clock.now();
    this.#check(serverName);
  }

  isIdle(serverName: string, { timeouts, isolation }: ServerView): boolean {
    const { clock, instances, isFollowed } = this.#deps;
    if (this.#useOf(serverName).calls > 0 || isFollowed(serverName)) return false;
    const serving = instances.serving(serverName);
    const hasOwn = pairsOf(serving?.state.connections).some(({ isolated }) => isolated.count > 0);
    if (isolation === 'session' && hasOwn) return false;
    if (tasksOf(serving).some(({ running }) => running > 0)) return false;
    return clock.now() - this.#lastUsedAt(serverName) >= timeouts.idle;
  }

  close(): void {
    for (const { timer } of this.#servers.values()) timer?.cancel();
  }

  #useOf(serverName: string): Use {
    const known = this.#servers.get(serverName);
    if (known) return known;
    const use = { calls: 0, lastUsedAt: this.#deps.clock.now() };
    this.#servers.set(serverName, use);
    return use;
  }

  /** Unix ms. The result of a task is fetched after its end, so its last notification counts as use. */
  #lastUsedAt(serverName: string): number {
    const tasks = tasksOf(this.#deps.instances.serving(serverName));
    return Math.max(this.#useOf(serverName).lastUsedAt, ...tasks.map(({ lastUpdateAt }) => lastUpdateAt));
  }

  #check(serverName: string): void {
    const { clock, instances, onIdle } = this.#deps;
    const use = this.#useOf(serverName);
    const view = instances.serving(serverName)?.unit.server.view;
    if (view?.start !== 'lazy') {
      if (use.calls === 0) this.#servers.delete(serverName);
      return;
    }
    if (this.isIdle(serverName, view)) onIdle(serverName);
    const left = this.#lastUsedAt(serverName) + view.timeouts.idle - clock.now();
    use.timer = clock.setTimeout(() => this.#check(serverName), left > 0 ? left : view.timeouts.idle);
  }
}

function tasksOf(instance: InstanceIn<'ready'> | undefined): readonly TaskUse[] {
  return pairsOf(instance?.state.connections).flatMap(({ upstream, isolated }) => [
    upstream.tasks,
    ...isolated.tasks,
  ]);
}
