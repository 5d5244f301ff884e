/**
 * Whose tasks are where. Only the answer to the call that began a task tells its id (2025-11-25, basic/utilities/tasks; extension
 * io.modelcontextprotocol/tasks), so it is noted there, for the client that called, and nobody else can ask for it.
 */

import type { Reply } from '../../model/calls.ts';
import { member } from '../../wire/envelope.ts';
import { METHOD } from '../../wire/methods.ts';
import { taskBegun, taskIdAt } from '../../wire/task.ts';
import type { ClientRequest } from '../http/message.ts';

export interface Tasks {
  /** `owner` is the session, or in the modern era who is asking. */
  note(owner: string, serverName: string, request: ClientRequest, reply: Reply): void;
  serverOf(owner: string, taskId: string): string | undefined;
}

/** The oldest are forgotten first: their servers keep results for a while only, too. */
const MAX_TASKS = 10_000;

export function createTasks(): Tasks {
  const servers = new Map<string, string>();
  const keyOf = (owner: string, taskId: string): string => `${owner}\0${taskId}`;
  return {
    note(owner, serverName, request, reply) {
      const taskId = createdTask(request, reply);
      if (taskId === undefined) return;
      const [oldest] = servers.keys();
      if (oldest !== undefined && servers.size >= MAX_TASKS) servers.delete(oldest);
      servers.set(keyOf(owner, taskId), serverName);
    },
    serverOf: (owner, taskId) => servers.get(keyOf(owner, taskId)),
  };
}

function createdTask({ method, text, params }: ClientRequest, reply: Reply): string | undefined {
  if (method !== METHOD.TOOLS_CALL) return undefined;
  const isAskedFor = (): boolean => member(text, params, 'task') !== undefined;
  return taskIdAt(reply.json, taskBegun(reply.era ?? 'legacy', reply, isAskedFor));
}
