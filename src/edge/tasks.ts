/**
 * Whose tasks are where. Only the answer to the call that began a task tells its id (2025-11-25, basic/utilities/tasks; extension
 * io.modelcontextprotocol/tasks), so it is noted there, for the client that called, and nobody else can ask for it.
 */
import type { Reply } from '../model/ports.ts';
import { member, stringAt } from '../rpc/envelope.ts';
import type { ClientRequest } from './message.ts';

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

const TASK = '"task"';

function createdTask(
  { method, text, params }: ClientRequest,
  { kind, json, era }: Reply,
): string | undefined {
  if (method !== 'tools/call' || kind !== 'result') return undefined;
  const all = { start: 0, end: json.length };
  if (era === 'modern') {
    // A result is only looked through where it may be one: the word is near its beginning, or not there.
    if (!json.subarray(0, HEAD).includes(TASK)) return undefined;
    const isTask = stringAt(json, member(json, all, 'resultType')) === 'task';
    return isTask ? stringAt(json, member(json, all, 'taskId')) : undefined;
  }
  return member(text, params, 'task') ? stringAt(json, member(json, all, 'task', 'taskId')) : undefined;
}

const HEAD = 4_096;
