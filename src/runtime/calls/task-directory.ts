/**
 * A layer that notes which server runs which task. Only the answer to the call that began a task says its id
 * (2025-11-25, basic/utilities/tasks; extension io.modelcontextprotocol/tasks), so the task is noted there
 * for that caller, and no other caller can ask for it.
 */

import type { Caller, Principal } from '../../model/caller.ts';
import type { CallLayer, CallRequest, Reply, TaskServer } from '../../model/calls.ts';
import { member, whole } from '../../wire/envelope.ts';
import { METHOD } from '../../wire/methods.ts';
import { taskBegun, taskIdAt } from '../../wire/task.ts';

export interface TaskDirectory {
  readonly layer: CallLayer;
  readonly serverOf: TaskServer;
}

/**
 * The oldest are forgotten first, those of the same client before others: their servers keep results only for
 * a while, too.
 */
const MAX_TASKS = 10_000;
/** Characters of a task's id; a task with a longer one cannot be asked for. */
const MAX_ID = 1_024;

interface KnownTask {
  readonly serverName: string;
  readonly principal: Principal;
}

export function createTaskDirectory(maxTasks = MAX_TASKS): TaskDirectory {
  const tasks = new Map<string, KnownTask>();

  function note(caller: Caller, taskId: string, serverName: string): void {
    const { principal } = caller;
    const key = keyOf(caller, taskId);
    if (taskId.length > MAX_ID) return;
    if (tasks.size >= maxTasks && !tasks.has(key)) tasks.delete(oldestOf(tasks, principal));
    tasks.set(key, { serverName, principal });
  }

  return {
    serverOf: (caller, taskId) => tasks.get(keyOf(caller, taskId))?.serverName,
    layer: (next) => (serverName, request, caller) => {
      const call = next(serverName, request, caller);
      if (request.method !== METHOD.TOOLS_CALL) return call;
      void call.reply.then((reply) => {
        const taskId = taskBegunBy(request, reply);
        if (taskId !== undefined) note(caller, taskId, serverName);
      });
      return call;
    },
  };
}

/** The client's oldest task, or the oldest of all for a client without any. */
function oldestOf(tasks: ReadonlyMap<string, KnownTask>, principal: Principal): string {
  const [oldest = ''] = tasks.keys();
  return [...tasks].find(([, task]) => task.principal === principal)?.[0] ?? oldest;
}

/**
 * A legacy task belongs to its session. Modern requests have no session in common, so theirs belong to the
 * principal, within the view that the principal sees.
 */
const keyOf = ({ era, principal, sessionId, profile }: Caller, taskId: string): string =>
  `${era === 'modern' ? `${principal}\0${profile}` : sessionId}\0${taskId}`;

function taskBegunBy({ params }: CallRequest, reply: Reply): string | undefined {
  const isAskedFor = (): boolean =>
    params !== undefined && member(params, whole(params), 'task') !== undefined;
  return taskIdAt(reply.json, taskBegun(reply.era ?? 'legacy', reply, isAskedFor));
}
