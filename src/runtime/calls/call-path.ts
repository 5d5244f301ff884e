/** The way of a call from the edge to a server's connection: one list of layers. */
import {
  type AskClient,
  type CallLayer,
  type CallServer,
  type CallTally,
  type ServerNotification,
  type SetLogLevel,
  settled,
  type TaskServer,
} from '../../model/calls.ts';
import type { Clock } from '../../model/clock.ts';
import type { Unit } from '../../model/compiled.ts';
import type { Json } from '../../model/text/json.ts';
import { harmlessParams } from '../../wire/harmless.ts';
import type { Instances } from '../instances/instances.ts';
import type { StatusBoard } from '../instances/status-board.ts';
import { createHoldUntilReady, type HoldUntilReady } from './hold-until-ready.ts';
import { createIdleServers, type IdleServers } from './idle-servers.ts';
import { isolate, pairFor } from './isolate.ts';
import { createLogLevels, type LogLevels } from './log-levels.ts';
import type { CallHistory } from './meter/call-history.ts';
import type { Capture } from './meter/capture.ts';
import { createMeter } from './meter/meter.ts';
import { notServing } from './refuse.ts';
import { retryOnce } from './retry-once.ts';
import { addReturnPath } from './return-path.ts';
import { SharedUsers } from './shared-users.ts';
import { shownErrors } from './shown-errors.ts';
import { createSubscriptions, type Subscriptions } from './subscriptions.ts';
import { createTaskDirectory } from './task-directory.ts';
import { toTaskHolder } from './task-holder.ts';
import { createUsage, type Usage } from './usage.ts';

export interface CallPathDeps {
  readonly clock: Clock;
  readonly board: StatusBoard;
  readonly units: ReadonlyMap<string, Unit>;
  readonly instances: Pick<Instances, 'serving' | 'of' | 'hurry' | 'connections'>;
  /** True if the lists of the server are known from an earlier run. */
  readonly isKnown: (unit: Unit) => boolean;
  /** True for a server that a person has stopped. */
  readonly isStopped: (serverName: string) => boolean;
  readonly askClient: AskClient;
  readonly onNotification: (notification: ServerNotification) => void;
  readonly requestReload: (cause: string) => void;
  /** The JSON text of an error object as callers may see it: without secrets. */
  readonly shownError: (error: Json) => Json;
}

export interface CallPath {
  readonly call: CallServer;
  readonly tallies: ReadonlyMap<string, CallTally>;
  readonly history: CallHistory;
  readonly capture: Capture;
  readonly taskServer: TaskServer;
  readonly setLogLevel: SetLogLevel;
  /** Passes on a notification that came outside of any call. */
  readonly notify: (notification: ServerNotification) => void;
  readonly logLevels: Pick<LogLevels, 'apply'>;
  readonly sharedUsers: Pick<SharedUsers, 'withUsers'>;
  readonly subscriptions: Pick<Subscriptions, 'restore' | 'leave'>;
  readonly usage: Pick<Usage, 'watch'>;
  readonly idle: IdleServers;
  /** Forgets the session, and unsubscribes servers from what it alone followed. */
  endSession(sessionId: string): void;
  /** Refuses all calls that are held. */
  close(): void;
}

/** The caller must close the path. */
export function createCallPath(deps: CallPathDeps): CallPath {
  const { clock, board, units, instances, askClient, requestReload } = deps;
  const meter = createMeter(clock);
  const tasks = createTaskDirectory();
  const servesLegacy = (name: string): boolean =>
    instances.serving(name)?.state.connections.legacy?.pair !== undefined;
  const subscriptions = createSubscriptions(servesLegacy);
  const logLevels = createLogLevels(() => instances.connections());
  const sharedUsers = new SharedUsers();
  const notify: CallPath['notify'] = (it) => deps.onNotification(subscriptions.withFollowers(clean(it)));
  const onWanted = (name: string): void => requestReload(`a call waits for ${name}`);
  const held = createHoldUntilReady({ clock, board, instances, units, onWanted, isStopped: deps.isStopped });
  const onIdle = (name: string): void => requestReload(`nobody uses ${name}`);
  const usage = createUsage({ clock, instances, isFollowed: subscriptions.isFollowed, onIdle });

  const call = composeLayers(
    [
      // Takes secrets and escapes out of errors.
      shownErrors(deps.shownError),
      // Counts the call and its time for /metrics, and notes it for `hive calls`.
      meter.layer,
      // Notes which server runs a task that the call begins.
      tasks.layer,
      // Records who follows which resource or task; unsubscribes only for the last follower.
      subscriptions.follow,
      // Lets notifications and requests of the server reach the caller.
      addReturnPath({ askClient, onNotification: notify, logLevels }),
      // Makes the call again if the server provably did not process it and has been reconnected since.
      retryOnce,
      // Sends a request about a task to the replaced instance that still runs the task.
      toTaskHolder(instances),
      // Holds the call until the server is ready, or refuses it.
      held.layer,
      // Keeps a lazy server running.
      usage.layer,
      // Gives the call a connection of the caller's own, where the server wants that.
      isolate(instances),
      // Notes what the shared connection is subscribed to.
      subscriptions.remember,
    ],
    sendShared(instances, board, sharedUsers),
  );

  return {
    call,
    notify,
    tallies: meter.tallies,
    history: meter.history,
    capture: meter.capture,
    taskServer: tasks.serverOf,
    setLogLevel: logLevels.set,
    logLevels,
    sharedUsers,
    subscriptions,
    usage,
    idle: createIdleServers({ board, instances, usage, held, isKnown: deps.isKnown }),
    ...endsOf({ logLevels, subscriptions, held, usage, capture: meter.capture }, call),
  };
}

interface Ending {
  readonly logLevels: LogLevels;
  readonly subscriptions: Subscriptions;
  readonly held: HoldUntilReady;
  readonly usage: Usage;
  readonly capture: Capture;
}

const endsOf = (
  { logLevels, subscriptions, held, usage, capture }: Ending,
  call: CallServer,
): Pick<CallPath, 'endSession' | 'close'> => ({
  endSession(sessionId) {
    logLevels.forget(sessionId);
    subscriptions.endSession(sessionId, call);
  },
  close() {
    held.close();
    usage.close();
    capture.stop();
  },
});

function clean(notification: ServerNotification): ServerNotification {
  const { method, params } = notification;
  const harmless = harmlessParams(method, params);
  return harmless === params || harmless === undefined ? notification : { ...notification, params: harmless };
}

/** Composes the layers once, the first one outermost. */
export const composeLayers = (layers: readonly CallLayer[], innermost: CallServer): CallServer =>
  layers.reduceRight((next, layer) => layer(next), innermost);

/** Sends the call over the connection that callers share, of the instance that serves at this moment. */
const sendShared =
  (
    instances: Pick<Instances, 'serving'>,
    board: Pick<StatusBoard, 'get'>,
    users: Pick<SharedUsers, 'note'>,
  ): CallServer =>
  (serverName, request, caller) => {
    const instance = instances.serving(serverName);
    if (!instance) return settled(notServing(serverName, board));
    users.note(instance, caller.principal);
    return pairFor(instance.state.connections, caller).upstream.call(request, caller);
  };
