/** A layer that sends a request about a task to the replaced instance on which the task still runs. */

import type { Caller } from '../../model/caller.ts';
import type { CallLayer, CallRequest } from '../../model/calls.ts';
import { whole } from '../../wire/envelope.ts';
import { isTaskMethod } from '../../wire/methods.ts';
import { taskIdAt } from '../../wire/task.ts';
import { connectionsOf, pairsOf } from '../instances/instance.ts';
import type { Instances } from '../instances/instances.ts';
import type { ConnectionPair } from '../isolation/connection-pair.ts';
import type { UpstreamCalls } from '../upstream/upstream.ts';

export const toTaskHolder =
  (instances: Pick<Instances, 'of'>): CallLayer =>
  (next) =>
  (serverName, request, caller) => {
    const holder = holderOf(instances, serverName, request, caller);
    return holder ? holder.call(request, caller) : next(serverName, request, caller);
  };

/** The connection on which the request's task runs, if that is of an instance that drains. */
function holderOf(
  instances: Pick<Instances, 'of'>,
  serverName: string,
  { method, params }: CallRequest,
  { era, sessionId }: Caller,
): UpstreamCalls | undefined {
  const taskId = isTaskMethod(method) && params ? taskIdAt(params, whole(params)) : undefined;
  if (taskId === undefined) return undefined;
  const owner = era === 'modern' ? undefined : sessionId;
  for (const instance of instances.of(serverName)) {
    if (instance.state.phase !== 'draining' || !instance.state.keepsTasks) continue;
    const holders = pairsOf(connectionsOf(instance)).map((pair) => holderIn(pair, taskId, owner));
    const holder = holders.find((it) => it !== undefined);
    if (holder) return holder;
  }
  return undefined;
}

const holderIn = (
  { upstream, isolated }: ConnectionPair,
  taskId: string,
  owner: string | undefined,
): UpstreamCalls | undefined =>
  upstream.tasks.knows(taskId, owner) ? upstream : isolated.holderOf(taskId, owner);
