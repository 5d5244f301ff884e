/** What answers say of tasks (2025-11-25, basic/utilities/tasks; extension io.modelcontextprotocol/tasks), found without parsing them. */

import type { Reply } from '../model/calls.ts';
import type { Era } from '../model/era.ts';
import { member, type Span, stringAt, whole } from './envelope.ts';

const TASK = '"task"';
/** The word is near the beginning of a result that is one, or not there. */
const HEAD = 4_096;

/** Where the answer to a `tools/call` describes the task that it began; undefined where it began none, as nearly all. */
export function taskBegun(era: Era, { kind, json }: Reply, isAskedFor: () => boolean): Span | undefined {
  if (kind === 'error') return undefined;
  if (era === 'legacy') return isAskedFor() ? member(json, whole(json), 'task') : undefined;
  if (!json.subarray(0, HEAD).includes(TASK)) return undefined;
  return stringAt(json, member(json, whole(json), 'resultType')) === 'task' ? whole(json) : undefined;
}

export const taskIdAt = (json: Buffer, task: Span | undefined): string | undefined =>
  stringAt(json, member(json, task, 'taskId'));
