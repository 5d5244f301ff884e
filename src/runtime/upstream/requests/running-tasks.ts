/**
 * The tasks that run on one connection, as far as its answers and news tell. Their progress goes on under the token of the request that
 * began them (2025-11-25, basic/utilities/progress, Behavior Requirements).
 */

import type { Caller } from '../../../model/caller.ts';
import type { CallRequest, Reply } from '../../../model/calls.ts';
import type { Clock } from '../../../model/clock.ts';
import type { Era } from '../../../model/era.ts';
import { RPC } from '../../../wire/codes.ts';
import { member, type Span, slice, stringAt, whole } from '../../../wire/envelope.ts';
import { METHOD, NOTIFICATION } from '../../../wire/methods.ts';
import { taskBegun, taskIdAt } from '../../../wire/task.ts';
import { createDeadlines } from './deadlines.ts';
import { createIdle } from './idle.ts';
import { readError } from './rpc-error.ts';
import { readProgress } from './token.ts';

/** A request that was sent, under the id that it has on this connection. */
export interface Asked {
  readonly id: number;
  readonly request: CallRequest;
  /** Absent for a request of the gateway itself. */
  readonly caller: Caller | undefined;
  /** JSON text of the client's own progress token. */
  readonly token: Buffer | undefined;
}

/** What tasks mean for whoever wants to stop their server. */
export interface TaskUse {
  /** Those that are not known to be over. */
  readonly running: number;
  /** Unix milliseconds at which one was last heard of; 0 before. */
  readonly lastNews: number;
  /** Whether that session, or a client of the modern era, which has none, may still ask for it. */
  knows(taskId: string, sessionId: string | undefined): boolean;
}

export interface RunningTasks extends TaskUse {
  /** Looks at what the server answered: a task that it began, or what has become of one. */
  answered(asked: Asked, reply: Reply): void;
  told(method: string, params: Buffer): void;
  /** False for progress of no task that runs. */
  progress(params: Buffer): boolean;
  /** Nobody can ask for the tasks of that session any more. */
  endSession(sessionId: string): void;
  /** Resolves when all are over, and what they came to was asked for; or after that time. */
  drain(timeoutMs: number): Promise<void>;
  close(): void;
}

export interface RunningTasksOptions {
  readonly era: Era;
  readonly clock: Clock;
  /** How long a task without a ttl may be silent; milliseconds. */
  readonly patience: () => number;
}

interface Task {
  readonly taskId: string;
  /** Of the request that began it; its params are not kept. */
  readonly callId: number;
  readonly token: Buffer | undefined;
  readonly onProgress: CallRequest['onProgress'];
  readonly sessionId: string | undefined;
  readonly since: number;
  /** Milliseconds from its beginning for which its server keeps it; undefined where it does not say. */
  ttl: number | undefined;
  /** When it is taken to be over. */
  due: number;
}

/** Of one connection; the oldest are forgotten first. */
const MAX_TASKS = 1_000;
const OVER: ReadonlySet<string | undefined> = new Set(['completed', 'failed', 'cancelled']);
const NEWS: ReadonlySet<string> = new Set([NOTIFICATION.TASK_STATUS, NOTIFICATION.TASK]);

export function createRunningTasks({ era, clock, patience }: RunningTasksOptions): RunningTasks {
  const tasks = new Map<string, Task>();
  const byCall = new Map<number, Task>();
  /** Those that are over, with what they came to still to be asked for. */
  const unread = new Map<string, Task>();
  const settled = createIdle(() => tasks.size + unread.size === 0, clock);
  let lastNews = 0;
  const deadlines = createDeadlines(clock, () => [...tasks.values()], forget);

  function forget({ taskId, callId }: Task): void {
    tasks.delete(taskId);
    byCall.delete(callId);
    settled.check();
  }

  function read(taskId: string | undefined): void {
    if (taskId !== undefined && unread.delete(taskId)) settled.check();
  }

  function finish(task: Task, isRead: boolean): void {
    const [oldest] = unread.keys();
    if (unread.size >= MAX_TASKS) read(oldest);
    if (!isRead) unread.set(task.taskId, task);
    forget(task);
  }

  function begin(taskId: string, { id, request, caller, token }: Asked, json: Buffer, at: Span): void {
    for (const [known, task] of tasks) if (known === taskId || tasks.size >= MAX_TASKS) forget(task);
    const { onProgress } = request;
    const since = deadlines.now();
    const task: Task = {
      taskId,
      callId: id,
      token,
      onProgress,
      // A modern task belongs to no session: its id alone is what its client has to know.
      sessionId: caller?.era === 'legacy' ? caller.sessionId : undefined,
      since,
      ttl: undefined,
      due: since,
    };
    tasks.set(taskId, task);
    if (token && onProgress) byCall.set(id, task);
    heard(task, json, at, era === 'modern');
  }

  /** `at` is where it is described, `isWhole` where that has all that it came to for whoever asked. */
  function heard(task: Task, json: Buffer, at: Span, isWhole: boolean): void {
    lastNews = clock.now();
    const status = stringAt(json, member(json, at, 'status'));
    if (OVER.has(status)) {
      finish(task, isWhole || status === 'cancelled');
      return;
    }
    const ttl = member(json, at, era === 'modern' ? 'ttlMs' : 'ttl');
    const ms = ttl ? Number.parseFloat(slice(json, ttl).toString()) : Number.NaN;
    if (ms >= 0) task.ttl = ms;
    renew(task);
    deadlines.watch(task);
  }

  function renew(task: Task): void {
    task.due = task.ttl === undefined ? deadlines.now() + patience() : task.since + task.ttl;
  }

  const named = (params: Buffer | undefined): Task | undefined =>
    params && tasks.get(taskIdAt(params, whole(params)) ?? '');

  /** The answer to a request that names a task. */
  function became({ method, params }: CallRequest, reply: Reply): void {
    const isOver = isEnd(method, reply);
    if (params && (isOver || (era === 'modern' && method === METHOD.TASKS_GET)))
      read(taskIdAt(params, whole(params)));
    const task = named(params);
    if (!task) return;
    const { kind, json } = reply;
    if (isOver) forget(task);
    else if (kind === 'result' && taskIdAt(json, whole(json)) === task.taskId)
      heard(task, json, whole(json), era === 'modern');
  }

  return {
    get running() {
      return tasks.size;
    },
    get lastNews() {
      return lastNews;
    },
    answered(asked, reply) {
      const { method, params } = asked.request;
      if (method.startsWith('tasks/')) return became(asked.request, reply);
      if (method !== METHOD.TOOLS_CALL) return;
      const isAskedFor = (): boolean =>
        params?.includes(KEY) === true && member(params, whole(params), 'task') !== undefined;
      const at = taskBegun(era, reply, isAskedFor);
      const taskId = taskIdAt(reply.json, at);
      if (at && taskId !== undefined) begin(taskId, asked, reply.json, at);
    },
    told(method, params) {
      const task = NEWS.has(method) ? named(params) : undefined;
      if (task) heard(task, params, whole(params), false);
    },
    progress(params) {
      const news = readProgress(params);
      const task = news && byCall.get(news.id);
      if (!news || !task?.token) return false;
      renew(task);
      task.onProgress?.(news.withToken(task.token));
      return true;
    },
    endSession(sessionId) {
      for (const task of [...tasks.values()]) if (task.sessionId === sessionId) forget(task);
      for (const task of [...unread.values()]) if (task.sessionId === sessionId) read(task.taskId);
    },
    knows(taskId, sessionId) {
      const task = tasks.get(taskId) ?? unread.get(taskId);
      return task !== undefined && task.sessionId === sessionId;
    },
    drain: settled.drain,
    close() {
      deadlines.close();
      tasks.clear();
      byCall.clear();
      unread.clear();
      settled.check();
    },
  };
}

/** `tasks/result` is answered with what the task came to, an error too; others are refused only what is not there. */
function isEnd(method: string, { kind, json }: Reply): boolean {
  const code = kind === 'error' ? readError(json).code : undefined;
  return method === METHOD.TASKS_RESULT ? code !== RPC.SERVER_GONE : code === RPC.INVALID_PARAMS;
}

const KEY = '"task"';
