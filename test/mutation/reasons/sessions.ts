/** Reasons of survivors: sessions and streams. */
import { AN_ID, because, FAST_PATH, NO_VALUE, NOTHING_LEFT, type Reasons, TYPES_ONLY } from './because.ts';

export const SESSIONS: Reasons = {
  'src/edge/legacy/session.ts': because('it is set before it is read', ['0', '1']),
  'src/edge/legacy/server-requests.ts': because(AN_ID, ['nextId++', 'nextId--'], ['1', '0'], ['1', '2']),
  'src/edge/legacy/replays.ts': [
    ...because(NO_VALUE, ['ring.oldest?.until ?? Number.POSITIVE_INFINITY', '(ring.oldest?.until)']),
    ...because('these shares only count; the bound is in #isOver', ['2', '20'], ['2', '0'], [' * ', ' / ']),
  ],
  'src/edge/legacy/get-stream.ts': because(
    TYPES_ONLY,
    ['oldest && session.streams.size >= MAX_STREAMS', '(session.streams.size >= MAX_STREAMS)'],
    ["resumed.kind === 'listening' && resumed.isWhole", '(resumed.isWhole)'],
  ),
  'src/edge/legacy/sse.ts': because(NO_VALUE, ["request.url ?? ''", '(request.url)']),
  'src/edge/legacy/sse-connection.ts': because(NOTHING_LEFT, ['this.#listener', 'true']),
  'src/edge/legacy/resumptions.ts': [
    ...because('a new stream has no events before its first', ['0', '1']),
    ...because('names are get or post, with a number', ['startsWith', 'includes']),
    ...because('the tag is compared afterwards', [
      '/^([0-9a-f]+\\.\\d+)-((?:get|post)\\d+)-(\\d{1,15})$/',
      '/^([0-9a-f]*\\.\\d+)-((?:get|post)\\d+)-(\\d{1,15})$/',
    ]),
  ],
  'src/edge/legacy/batch-text.ts': because(FAST_PATH, [
    'end < 0 || skipSpace(text, end) !== text.length',
    '(skipSpace(text, end) !== text.length)',
  ]),
  'src/edge/shared/askable.ts': because(
    FAST_PATH,
    ['capabilities.end - capabilities.start < \'{"roots":{}}\'.length', 'false'],
    ['found.length > 0', 'true'],
  ),
  'src/edge/shared/may-ask.ts': [
    ...because(
      TYPES_ONLY,
      ['capability && askable.get(capability)', '(askable.get(capability))'],
      [
        "params !== undefined && stringAt(params, sent('mode')) === 'url'",
        "(stringAt(params, sent('mode')) === 'url')",
      ],
    ),
    ...because('a name of the prototype is no capability either', ['needsCapability(method)', 'true']),
  ],
  'src/edge/shared/route.ts': because(
    TYPES_ONLY,
    ['taskId === undefined || !params', '(taskId === undefined)'],
    ['serverName !== undefined && view.servers.includes(serverName)', '(view.servers.includes(serverName))'],
    ['serverName === undefined || another !== undefined', '(another !== undefined)'],
    ['span === undefined || name === undefined', '(name === undefined)'],
    ['span === undefined || uri === undefined', '(uri === undefined)'],
    ['paramHeaders.length > 0', 'true'],
    ['params', 'true'],
    ['route.key === shown || !params', '(route.key === shown)'],
  ),
};
