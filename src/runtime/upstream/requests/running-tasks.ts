/**
 * Tasks that run on one connection, as far as answers and notifications show. Progress of a task continues
 * under the token of the request that began it (2025-11-25, basic/utilities/progress, Behavior Requirements).
 */
import type { Principal } from '../../../model/caller.ts';
import type { CallRequest, Reply } from '../../../model/calls.ts';
import type { Clock } from '../../../model/clock.ts';
import type { Era } from '../../../model/era.ts';
import type { Json } from '../../../model/text/json.ts';
import { RPC } from '../../../wire/codes.ts';
import { member, type Span, whole } from '../../../wire/envelope.ts';
import { isTaskMethod, METHOD, NOTIFICATION } from '../../../wire/methods.ts';
import { readTaskState, taskBegun, taskIdAt } from '../../../wire/task.ts';
import { createDeadlines, type Deadlines, type Timed } from './deadlines.ts';
import { createIdle, type Idle } from './idle.ts';
import { readError } from './rpc-error.ts';
import type { SentRequest } from './sent-request.ts';
import { readProgress } from './token.ts';

/** Facts about tasks for anything that may stop their server. */
export interface TaskUse {
  /** Tasks not known to be over. */
  readonly running: number;
  /** Unix milliseconds of the last message about a task; 0 before the first. */
  readonly lastUpdateAt: number;
  /**
   * True if the task may still be asked for by that session. `sessionId` is undefined for clients of the
   * modern era, which have no sessions.
   */
  knows(taskId: string, sessionId: string | undefined): boolean;
}

export interface RunningTasksOptions {
  readonly era: Era;
  readonly clock: Clock;
  /** How long a task without a ttl may be silent before it counts as over; milliseconds. */
  readonly patienceMs: () => number;
}

interface Task extends Timed {
  readonly taskId: string;
  /** The request that began it. Its params are not kept. */
  readonly callId: number;
  readonly token: Json | undefined;
  readonly onProgress: CallRequest['onProgress'];
  readonly sessionId: string | undefined;
  /** Undefined for a task of the gateway itself. */
  readonly principal: Principal | undefined;
  readonly since: number;
  /** How long the server keeps the task, from `since`; undefined if the server has not said. */
  ttlMs: number | undefined;
}

/** Per connection; the oldest are forgotten first, those of the same client before others. */
const MAX_TASKS = 1_000;
/** Bytes of a progress token; a task with a longer one reports no progress after its answer. */
const MAX_TOKEN_BYTES = 1_024;
/** Characters of a task's id; a task with a longer one is not followed. */
const MAX_ID = 1_024;
const TASK_NOTIFICATIONS: ReadonlySet<string> = new Set([NOTIFICATION.TASK_STATUS, NOTIFICATION.TASK]);
const TASK_MEMBER = '"task"';

export class RunningTasks implements TaskUse {
  readonly #options: RunningTasksOptions;
  /** No key is undefined: the type allows to look for the task of a text that names none. */
  readonly #tasks = new Map<string | undefined, Task>();
  /** The same tasks, by the call whose token their progress carries. */
  readonly #byCall = new Map<number, Task>();
  /** Tasks that are over and whose outcome has not been fetched. */
  readonly #unread = new Map<string | undefined, Task>();
  readonly #idle: Idle;
  readonly #deadlines: Deadlines;
  #lastUpdateAt = 0;

  constructor(options: RunningTasksOptions) {
    this.#options = options;
    this.#idle = createIdle(() => this.#tasks.size + this.#unread.size === 0, options.clock);
    this.#deadlines = createDeadlines(
      options.clock,
      () => [...this.#tasks.values()],
      (task) => this.#forget(task),
    );
  }

  get running(): number {
    return this.#tasks.size;
  }

  get lastUpdateAt(): number {
    return this.#lastUpdateAt;
  }

  knows(taskId: string, sessionId: string | undefined): boolean {
    const task = this.#tasks.get(taskId) ?? this.#unread.get(taskId);
    return task !== undefined && task.sessionId === sessionId;
  }

  /** Reads an answer: it may begin a task, or show the state of one. */
  answered(sent: SentRequest, reply: Reply): void {
    const { method } = sent.request;
    if (isTaskMethod(method)) this.#taskAnswered(sent.request, reply);
    else if (method === METHOD.TOOLS_CALL) this.#toolAnswered(sent, reply);
  }

  #toolAnswered(sent: SentRequest, reply: Reply): void {
    const { params } = sent.request;
    const isTaskRequest = (): boolean =>
      params?.includes(TASK_MEMBER) === true && member(params, whole(params), 'task') !== undefined;
    const at = taskBegun(this.#options.era, reply, isTaskRequest);
    const taskId = taskIdAt(reply.json, at);
    if (at && taskId !== undefined && taskId.length <= MAX_ID) this.#begin(taskId, sent, reply.json, at);
  }

  notified(method: string, params: Json): void {
    const task = TASK_NOTIFICATIONS.has(method) ? this.#named(params) : undefined;
    if (task) this.#update(task, params, whole(params), false);
  }

  /** False for progress of no running task. */
  progress(params: Json): boolean {
    const progress = readProgress(params);
    const task = progress && this.#byCall.get(progress.id);
    if (!progress || !task?.token) return false;
    this.#extend(task);
    task.onProgress?.(progress.withToken(task.token));
    return true;
  }

  /** Forgets the tasks of a session that has ended. */
  endSession(sessionId: string): void {
    for (const task of [...this.#tasks.values()]) if (task.sessionId === sessionId) this.#forget(task);
    for (const task of [...this.#unread.values()])
      if (task.sessionId === sessionId) this.#fetched(task.taskId);
  }

  /** Resolves once all tasks are over and their outcomes have been fetched, or after `timeoutMs`. */
  drain(timeoutMs: number): Promise<void> {
    return this.#idle.drain(timeoutMs);
  }

  close(): void {
    this.#deadlines.close();
    this.#tasks.clear();
    this.#byCall.clear();
    this.#unread.clear();
    this.#idle.check();
  }

  #begin(taskId: string, { id, request, caller, token }: SentRequest, json: Json, at: Span): void {
    const principal = caller?.principal;
    const known = this.#tasks.get(taskId) ?? excessOf(this.#tasks, principal);
    if (known) this.#forget(known);
    const since = this.#deadlines.now();
    // A modern task belongs to no session: its client only has to know the id. Nor does it get progress once
    // its request is answered.
    const isLegacy = caller?.era === 'legacy';
    const sessionId = isLegacy ? caller.sessionId : undefined;
    const onProgress = isLegacy ? request.onProgress : undefined;
    // A copy: the token is a part of the request's text, all of which it would keep.
    const kept = token && token.length <= MAX_TOKEN_BYTES ? (Buffer.from(token) as Json) : undefined;
    const task: Task = {
      ...{ taskId, callId: id, token: kept, onProgress, sessionId, principal, since },
      ttlMs: undefined,
      due: since,
    };
    this.#tasks.set(taskId, task);
    if (onProgress) this.#byCall.set(id, task);
    this.#update(task, json, at, this.#options.era === 'modern');
  }

  /** Reads the answer to a request that names a task. */
  #taskAnswered({ method, params }: CallRequest, reply: Reply): void {
    const isModern = this.#options.era === 'modern';
    const isGone = isOutcome(method, reply);
    if (params && (isGone || (isModern && method === METHOD.TASKS_GET)))
      this.#fetched(taskIdAt(params, whole(params)));
    const task = params && this.#named(params);
    if (!task) return;
    const { kind, json } = reply;
    if (isGone) this.#forget(task);
    else if (kind === 'result' && taskIdAt(json, whole(json)) === task.taskId)
      this.#update(task, json, whole(json), isModern);
  }

  /**
   * @param at the task object
   * @param isWhole true if it already carries the final result, so that the client need not fetch it
   */
  #update(task: Task, json: Json, at: Span, isWhole: boolean): void {
    const { era, clock } = this.#options;
    const { status, isOver, ttlMs } = readTaskState(era, json, at);
    this.#lastUpdateAt = clock.now();
    if (isOver) this.#finish(task, isWhole || status === 'cancelled');
    else this.#renew(task, ttlMs);
  }

  #renew(task: Task, ttlMs: number | undefined): void {
    task.ttlMs = ttlMs ?? task.ttlMs;
    this.#extend(task);
    this.#deadlines.watch(task);
  }

  #extend(task: Task): void {
    task.due =
      task.ttlMs === undefined ? this.#deadlines.now() + this.#options.patienceMs() : task.since + task.ttlMs;
  }

  #finish(task: Task, isFetched: boolean): void {
    if (!isFetched) {
      this.#unread.delete(excessOf(this.#unread, task.principal)?.taskId);
      this.#unread.set(task.taskId, task);
    }
    this.#forget(task);
  }

  #fetched(taskId: string | undefined): void {
    this.#unread.delete(taskId);
    this.#idle.check();
  }

  #forget({ taskId, callId }: Task): void {
    this.#tasks.delete(taskId);
    this.#byCall.delete(callId);
    this.#idle.check();
  }

  #named(params: Json): Task | undefined {
    return this.#tasks.get(taskIdAt(params, whole(params)));
  }
}

/** The task that gives way to a new one of that client; undefined while there is room. */
function excessOf(tasks: ReadonlyMap<unknown, Task>, principal: Principal | undefined): Task | undefined {
  if (tasks.size < MAX_TASKS) return undefined;
  const all = [...tasks.values()];
  return all.find((task) => task.principal === principal) ?? all[0];
}

/**
 * True if the task need not be followed any more: `tasks/result` was answered, or the server has no such
 * task.
 */
function isOutcome(method: string, { kind, json }: Reply): boolean {
  const code = kind === 'error' ? readError(json).code : undefined;
  // Any reply to `tasks/result`, an error too, is the task's outcome, unless the server never saw the
  // request.
  return method === METHOD.TASKS_RESULT ? code !== RPC.SERVER_GONE : code === RPC.INVALID_PARAMS;
}
