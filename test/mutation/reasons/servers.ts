/** Reasons of survivors: what a server may send. */
import { because, NO_VALUE, type Reasons, TYPES_ONLY } from './because.ts';

export const SERVERS: Reasons = {
  'src/runtime/upstream/lists.ts': because(
    TYPES_ONLY,
    ['params', 'true', 'call(params ?'],
    ['cursor && stringAt(result, cursor) !== undefined', '(stringAt(result, cursor) !== undefined)'],
  ),
  'src/runtime/upstream/requests/running-tasks.ts': because(
    TYPES_ONLY,
    ['at && taskId !== undefined', '(taskId !== undefined)'],
    ['!progress || !task?.token', '(!task?.token)'],
  ),
  'src/runtime/upstream/output/tail.ts': because(NO_VALUE, ["lines.pop() ?? ''", '(lines.pop())']),
};
