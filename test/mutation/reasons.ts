/** Why a survivor of the mutation run may live, by source file. */

export interface Reason {
  readonly before: string;
  readonly after: string;
  readonly why: string;
}

/** The same reason for several changes, each `[before, after]`. */
function because(why: string, ...changes: readonly (readonly [before: string, after: string])[]): Reason[] {
  return changes.map(([before, after]) => ({ before, after, why }));
}

const FAST_PATH = 'a shortcut: the way around it gives the same result';
const NO_VALUE = 'the value is never absent there, or counts the same if it is';
const AN_ID = 'any number that is not used twice will do';
const TYPES_ONLY = 'only the types need the condition';
const NOTHING_LEFT = 'there is nothing left that it could do a second time';

export const REASONS: Readonly<Record<string, readonly Reason[]>> = {
  'src/edge/auth/auth.ts': [
    ...because(FAST_PATH, ['!wanted && request.headers.authorization === undefined', 'false']),
    ...because(NO_VALUE, ["authorization ?? ''", '(authorization)']),
  ],
  'src/edge/auth/authenticate.ts': because(NO_VALUE, ["request.url ?? ''", '(request.url)']),
  'src/edge/auth/jwt.ts': [
    ...because('nothing else is thrown there', ['error instanceof Error', 'true']),
    ...because(
      NO_VALUE,
      ["response.headers.get('content-length') ?? 0", "(response.headers.get('content-length'))"],
      ["typeof value === 'object' && value !== null", "(typeof value === 'object')"],
      ['0', '1'],
    ),
  ],
  'src/edge/http/guard.ts': [
    ...because(
      FAST_PATH,
      ['rules = next;', ';'],
      ['current !== rules', 'true'],
      ['origin === undefined && host !== undefined && host === usual', 'false'],
      ['usual = host;', ';'],
      ['type === usual.type && accept === usual.accept', 'false'],
      ['usual = { type, accept };', ';'],
    ),
    ...because('the config takes no name with a bracket inside', ['startsWith', 'includes']),
  ],
  'src/edge/http/cors.ts': because(TYPES_ONLY, [
    'origin === undefined || !origins.includes(origin)',
    '(!origins.includes(origin))',
  ]),
  'src/edge/http/body.ts': [
    ...because(
      NOTHING_LEFT,
      ['!this.#isSettled', 'true'],
      ['this.#isSettled', 'false'],
      ['this.#largeBytes > 0', 'true'],
    ),
    ...because(
      TYPES_ONLY,
      [
        'this.#checkedSize !== undefined && this.#size < this.#checkedSize + needed',
        '(this.#size < this.#checkedSize + needed)',
      ],
      ['chunks.length === 1 && chunks[0]', '(chunks.length === 1)'],
    ),
    ...because('held by test/edge/body-memory.test.ts, which counts memory', ['this.#chunks = [];', ';']),
  ],
  'src/edge/http/stream.ts': because(
    FAST_PATH,
    ['!json.includes(NEWLINE) && !json.includes(RETURN)', 'false'],
    ['json.includes(NEWLINE)', 'true'],
    ['json.includes(RETURN)', 'true'],
  ),
  'src/edge/http/exchange.ts': because(
    'a matter of speed: each way sends the same bytes',
    ['length < STRING_BELOW_BYTES', 'false'],
    ['length < JOIN_BELOW_BYTES', 'false'],
    ['64 * 1024', '((64 * 1024) / 10)'],
    ['64 * 1024', '((64 * 1024) * 10)'],
    ['12 * 1024', '((12 * 1024) * 10)'],
    ['12 * 1024', '((12 * 1024) / 10)'],
  ),
  'src/edge/http/keep-alive.ts': because(AN_ID, ['nextKey++', 'nextKey--'], ['0', '1']),
  'src/edge/http/message.ts': because(
    NO_VALUE,
    ['id[0] ?? 0', '(id[0])'],
    ['first >= 0x30 && first <= 0x39', '(first <= 0x39)'],
    ['0x39', '58'],
    ["typeof parsed === 'object' && parsed !== null", "(typeof parsed === 'object')"],
    ['envelope[kind] ?? { start: 0, end: 0 }', '(envelope[kind])'],
  ),
  'src/model/collections/shares.ts': because(
    'an entry of 0 is as good as none',
    ['left > 0', 'true'],
    [' > ', ' >= '],
  ),
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
  'src/catalog/merge.ts': [
    ...because('no two servers have one name', ['<', '<=']),
    ...because('a definition without a name has no key', ['name', 'true']),
    ...because('any number above the rank of declared servers will do', ['2', '20']),
  ],
  'src/catalog/ownership.ts': because('declared servers were asked before', [
    'listings.filter(({ isDiscovered }) => isDiscovered)',
    'listings',
  ]),
  'src/catalog/resource-route.ts': because('the others were asked before', [
    "matchers.filter(({ scheme }) => scheme === '')",
    'matchers',
  ]),
};
