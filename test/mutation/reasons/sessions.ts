/** Reasons of survivors: sessions and streams. */
import { AN_ID, because, FAST_PATH, NO_VALUE, type Reasons, TYPES_ONLY } from './because.ts';

export const SESSIONS: Reasons = {
  'src/edge/legacy/session.ts': because('it is set before it is read', ['0', '1', 'lastUsed: 0']),
  'src/edge/legacy/server-requests.ts': because(
    AN_ID,
    ['nextId++', 'nextId--'],
    ['1', '0', 'let nextId'],
    ['1', '2', 'let nextId'],
  ),
  'src/edge/legacy/replays.ts': because(NO_VALUE, [
    'ring.oldest?.until ?? Number.POSITIVE_INFINITY',
    '(ring.oldest?.until)',
  ]),
  'src/edge/legacy/get-stream.ts': because(
    TYPES_ONLY,
    ['oldest && session.streams.size >= MAX_STREAMS', '(session.streams.size >= MAX_STREAMS)'],
    ["resumed.kind === 'listening' && resumed.isWhole", '(resumed.isWhole)'],
  ),
  'src/edge/legacy/sse.ts': because('a request of Node has a URL', ["request.url ?? ''", '(request.url)']),
  'src/edge/legacy/sse-connection.ts': because(TYPES_ONLY, ['this.#listener', 'true']),
  'src/edge/legacy/resumptions.ts': [
    ...because('more random bytes tell gateways apart as well', ['4', '40']),
    ...because(AN_ID, ['0', '1', '#sessions = 0'], ['0', '1', 'made: 0']),
    ...because('a new stream has no events before its first', ['0', '1', 'stream.connect(outgoing, 0)']),
    ...because('names are get or post, with a number', ['startsWith', 'includes']),
    ...because('the tag is compared afterwards', [
      '/^([0-9a-f]+\\.\\d+)-((?:get|post)\\d+)-(\\d{1,15})$/',
      '/^([0-9a-f]*\\.\\d+)-((?:get|post)\\d+)-(\\d{1,15})$/',
    ]),
  ],
  'src/edge/modern/listen-streams.ts': because(TYPES_ONLY, [
    'serverName === undefined || !view.servers.includes(serverName)',
    '(!view.servers.includes(serverName))',
  ]),
  'src/edge/shared/askable.ts': because(
    FAST_PATH,
    ['capabilities.end - capabilities.start < \'{"roots":{}}\'.length', 'false'],
    [' - ', ' + ', '\'{"roots":{}}\''],
    ['found.length > 0', 'true'],
    [' > ', ' >= ', 'found.length > 0'],
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
  'src/edge/shared/route.ts': [
    ...because(
      TYPES_ONLY,
      ['taskId === undefined || !params', '(taskId === undefined)'],
      [
        'serverName !== undefined && view.servers.includes(serverName)',
        '(view.servers.includes(serverName))',
      ],
      ['span === undefined || name === undefined', '(name === undefined)'],
      ['span === undefined || uri === undefined', '(uri === undefined)'],
      ['params', 'true', 'const raw = params ?'],
      ['route.key === shown || !params', '(route.key === shown)'],
    ),
    ...because(FAST_PATH, ['paramHeaders.length > 0', 'true'], [' > ', ' >= ', 'paramHeaders.length > 0']),
  ],
};
