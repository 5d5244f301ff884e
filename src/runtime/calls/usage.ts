import type { Call, CallRequest } from '../../model/calls.ts';
import type { Clock } from '../../model/clock.ts';
import type { ServerView } from '../../model/desired.ts';
import { member, stringAt, whole } from '../../wire/envelope.ts';
import { METHOD } from '../../wire/methods.ts';
import type { InstanceIn } from '../instances/instance.ts';
import type { Instances } from '../instances/instances.ts';
import type { TaskUse } from '../upstream/requests/running-tasks.ts';

/** Who uses the lazy servers. Subscriptions and tasks hold a server up as calls do, and under `isolation: session` open sessions. */
export interface Usage {
  /** The call counts until its reply. */
  during(serverName: string, request: CallRequest, call: Call): Call;
  /** It serves from now on: watched until it does not. */
  watch(serverName: string): void;
  /** A subscription ended while its server was not there. */
  unsubscribed(serverName: string, request: CallRequest): void;
  /** Nobody uses it, nor has for its `timeouts.idle`. */
  isIdle(serverName: string, view: ServerView): boolean;
  close(): void;
}

export interface UsageDeps {
  readonly clock: Clock;
  readonly instances: Pick<Instances, 'serving'>;
  /** Called when a server may have become idle. */
  readonly onIdle: (serverName: string) => void;
}

interface Used {
  inUse: number;
  /** Unix milliseconds of its last start, or end of a call. */
  at: number;
  readonly subscribed: Set<string>;
  timer?: { cancel(): void };
}

export function createUsage({ clock, instances, onIdle }: UsageDeps): Usage {
  const servers = new Map<string, Used>();
  const of = (serverName: string): Used => {
    const used = servers.get(serverName) ?? { inUse: 0, at: clock.now(), subscribed: new Set() };
    servers.set(serverName, used);
    return used;
  };
  /** Unix milliseconds of its last use. What a task came to is asked for after its end. */
  const lastUse = (serverName: string): number =>
    Math.max(of(serverName).at, ...tasksOf(instances.serving(serverName)).map(({ lastNews }) => lastNews));
  const isIdle: Usage['isIdle'] = (serverName, { timeouts, isolation }) => {
    const { inUse, subscribed } = of(serverName);
    const serving = instances.serving(serverName);
    const ownSessions = isolation === 'session' ? (serving?.state.connections.isolated.count ?? 0) : 0;
    const hasTasks = tasksOf(serving).some(({ running }) => running > 0);
    if (inUse + subscribed.size + ownSessions > 0 || hasTasks) return false;
    return clock.now() - lastUse(serverName) >= timeouts.idle;
  };
  const check = (serverName: string): void => {
    const used = of(serverName);
    const view = instances.serving(serverName)?.unit.server.view;
    if (view?.start !== 'lazy') {
      // A subscription holds on while its server is down: it is started again for it.
      if (used.inUse + used.subscribed.size === 0) servers.delete(serverName);
      return;
    }
    if (isIdle(serverName, view)) onIdle(serverName);
    const left = lastUse(serverName) + view.timeouts.idle - clock.now();
    used.timer = clock.setTimeout(() => check(serverName), left > 0 ? left : view.timeouts.idle);
  };

  return {
    during(serverName, request, call) {
      const used = of(serverName);
      used.inUse += 1;
      void call.reply.then(({ kind }) => {
        used.inUse -= 1;
        used.at = clock.now();
        if (request.method === METHOD.RESOURCES_SUBSCRIBE && kind === 'result')
          used.subscribed.add(uriOf(request));
        if (request.method === METHOD.RESOURCES_UNSUBSCRIBE) used.subscribed.delete(uriOf(request));
      });
      return call;
    },
    watch(serverName) {
      const used = of(serverName);
      used.timer?.cancel();
      used.at = clock.now();
      check(serverName);
    },
    unsubscribed: (serverName, request) => void servers.get(serverName)?.subscribed.delete(uriOf(request)),
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

function uriOf({ params }: CallRequest): string {
  return params ? (stringAt(params, member(params, whole(params), 'uri')) ?? '') : '';
}
