/**
 * When lazy servers are idle. Calls in flight, followed resources, running tasks and, under `isolation: session`, open
 * sessions all keep a server in use.
 */
import type { CallLayer } from '../../model/calls.ts';
import type { Clock } from '../../model/clock.ts';
import type { ServerView } from '../../model/desired.ts';
import type { InstanceIn } from '../instances/instance.ts';
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

export function createUsage({ clock, instances, isFollowed, onIdle }: UsageDeps): Usage {
  const servers = new Map<string, Use>();

  function useOf(serverName: string): Use {
    const known = servers.get(serverName);
    if (known) return known;
    const use = { calls: 0, lastUsedAt: clock.now() };
    servers.set(serverName, use);
    return use;
  }

  /** Unix milliseconds. The result of a task is fetched after its end, so its last notification counts as use. */
  function lastUsedAt(serverName: string): number {
    const tasks = tasksOf(instances.serving(serverName));
    return Math.max(useOf(serverName).lastUsedAt, ...tasks.map(({ lastNews }) => lastNews));
  }

  function isIdle(serverName: string, { timeouts, isolation }: ServerView): boolean {
    const serving = instances.serving(serverName);
    if (useOf(serverName).calls > 0 || isFollowed(serverName)) return false;
    const ownConnections = serving?.state.connections.isolated.count ?? 0;
    if (isolation === 'session' && ownConnections > 0) return false;
    if (tasksOf(serving).some(({ running }) => running > 0)) return false;
    return clock.now() - lastUsedAt(serverName) >= timeouts.idle;
  }

  function check(serverName: string): void {
    const use = useOf(serverName);
    const view = instances.serving(serverName)?.unit.server.view;
    if (view?.start !== 'lazy') {
      if (use.calls === 0) servers.delete(serverName);
      return;
    }
    if (isIdle(serverName, view)) onIdle(serverName);
    const left = lastUsedAt(serverName) + view.timeouts.idle - clock.now();
    use.timer = clock.setTimeout(() => check(serverName), left > 0 ? left : view.timeouts.idle);
  }

  return {
    layer: (next) => (serverName, request, caller) => {
      const isLazy = instances.serving(serverName)?.unit.server.view.start === 'lazy';
      const call = next(serverName, request, caller);
      if (!isLazy) return call;
      const use = useOf(serverName);
      use.calls += 1;
      void call.reply.then(() => {
        use.calls -= 1;
        use.lastUsedAt = clock.now();
      });
      return call;
    },
    watch(serverName) {
      const use = useOf(serverName);
      use.timer?.cancel();
      use.lastUsedAt = clock.now();
      check(serverName);
    },
    isIdle,
    close() {
      for (const { timer } of servers.values()) timer?.cancel();
    },
  };
}

function tasksOf(instance: InstanceIn<'ready'> | undefined): readonly TaskUse[] {
  if (!instance) return [];
  const { upstream, isolated } = instance.state.connections;
  return [upstream.tasks, ...isolated.tasks];
}
