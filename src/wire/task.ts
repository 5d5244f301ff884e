/**
 * Tasks in answers and notifications (2025-11-25, basic/utilities/tasks; extension
 * io.modelcontextprotocol/tasks), found without parsing the whole text.
 */
import type { Reply } from '../model/calls.ts';
import type { Era } from '../model/era.ts';
import { member, type Span, slice, stringAt, whole } from './envelope.ts';

const TASK = '"task"';
/** A modern result that is a task has the word within its first bytes. */
const HEAD_BYTES = 4_096;
const OVER: ReadonlySet<string | undefined> = new Set(['completed', 'failed', 'cancelled']);

/**
 * The task object in the answer to a `tools/call` that began a task; undefined for nearly all answers.
 * @param isTaskRequest true if the request asked for a task, which a legacy client must do; called only if it
 *   matters
 */
export function taskBegun(era: Era, { kind, json }: Reply, isTaskRequest: () => boolean): Span | undefined {
  if (kind === 'error') return undefined;
  if (era === 'legacy') return isTaskRequest() ? member(json, whole(json), 'task') : undefined;
  if (!json.subarray(0, HEAD_BYTES).includes(TASK)) return undefined;
  return stringAt(json, member(json, whole(json), 'resultType')) === 'task' ? whole(json) : undefined;
}

export const taskIdAt = (json: Buffer, task: Span | undefined): string | undefined =>
  stringAt(json, member(json, task, 'taskId'));

export interface TaskState {
  readonly status: string | undefined;
  readonly isOver: boolean;
  /** How long the server keeps the task, from its creation; undefined if not stated. */
  readonly ttlMs: number | undefined;
}

/** The state of the task object at `at`. */
export function readTaskState(era: Era, json: Buffer, at: Span): TaskState {
  const status = stringAt(json, member(json, at, 'status'));
  const ttl = member(json, at, era === 'modern' ? 'ttlMs' : 'ttl');
  const ms = ttl ? Number.parseFloat(slice(json, ttl).toString()) : Number.NaN;
  return { status, isOver: OVER.has(status), ttlMs: ms >= 0 ? ms : undefined };
}
