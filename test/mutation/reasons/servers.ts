/** Reasons of survivors: what a server may send. */
import { AN_ID, because, FAST_PATH, NO_VALUE, type Reasons, TYPES_ONLY } from './because.ts';

export const SERVERS: Reasons = {
  'src/runtime/upstream/lists.ts': because(
    TYPES_ONLY,
    ['params', 'true', 'call(params ?'],
    ['cursor && stringAt(result, cursor) !== undefined', '(stringAt(result, cursor) !== undefined)'],
  ),
  'src/runtime/upstream/requests/calls.ts': [
    ...because(
      'one of a million random numbers more or less',
      ['1', '0', 'randomInt(1, 1_000_000)'],
      ['1', '2', 'randomInt(1, 1_000_000)'],
    ),
    ...because(TYPES_ONLY, ['!progress || !call?.token', '(!call?.token)']),
    ...because('a connection closes with an error', ["reply.kind === 'error'", 'true']),
  ],
  'src/runtime/upstream/requests/running-tasks.ts': because(
    TYPES_ONLY,
    ['at && taskId !== undefined', '(taskId !== undefined)'],
    ['!progress || !task?.token', '(!task?.token)'],
  ),
  'src/runtime/isolation/isolated.ts': [
    ...because(
      AN_ID,
      ['0', '1', '#calls = 0'],
      [' += ', ' -= ', 'this.#calls += 1'],
      ['1', '2', 'this.#calls += 1'],
    ),
    ...because('the connection ends with this reply, in use or not', [
      'false',
      'true',
      'connection.use(call.reply, false)',
    ]),
    ...because(FAST_PATH, ['this.#owned.size === 0', 'false']),
    ...because(TYPES_ONLY, ['key !== undefined', 'true', 'void this.#end(key']),
  ],
  'src/runtime/upstream/output/tail.ts': because(NO_VALUE, ["lines.pop() ?? ''", '(lines.pop())']),
  'src/runtime/links/writer.ts': [
    ...because('each message brings two pieces, itself and its line break', [
      '0',
      '1',
      'if (lines.length > 0)',
    ]),
    ...because('a further flush in the same turn finds nothing to write', ['gatheredBytes === 0', 'true']),
  ],
  'src/runtime/upstream/list-entries.ts': because('more is decoded, and no more is quoted', [
    '4',
    '40',
    'MAX_QUOTED * 4',
  ]),
};
