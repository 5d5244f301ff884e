/**
 * What MCP 2026-07-28 demands of the gateway, and the test that proves each. `section` is a page of the specification under
 * docs/specification/2026-07-28 and a heading in it; `proof` is `test file :: test name`.
 */
export interface Requirement {
  /** 2025-11-25 stands for the legacy revisions; where an older one differs the text says so. */
  readonly revision: '2025-11-25' | '2026-07-28';
  readonly id: string;
  readonly section: string;
  readonly level: 'MUST' | 'SHOULD' | 'described';
  readonly text: string;
  readonly sides: 'client' | 'upstream';
  readonly proof: string;
}

type Row = readonly [
  id: string,
  section: string,
  level: Requirement['level'],
  text: string,
  proof: readonly [file: keyof typeof FILES, test: string],
];

const FILES = {
  modern: 'test/edge/modern.test.ts',
  parked: 'test/edge/parked.test.ts',
  'passed-through': 'test/edge/passed-through.test.ts',
  listen: 'test/edge/listen.test.ts',
  views: 'test/catalog/era-view.test.ts',
  clients: 'test/edge/modern-clients.test.ts',
  legacy: 'test/scenarios/protocol-modern-on-legacy.test.ts',
  stdio: 'test/scenarios/stdio.test.ts',
  oldSse: 'test/edge/sse.test.ts',
  cors: 'test/edge/cors.test.ts',
  params: 'test/runtime/upstream/legacy-params.test.ts',
  http: 'test/edge/http.test.ts',
  conformance: 'test/conformance/conformance.test.ts',
  suite: 'test/conformance/client.test.ts',
  eras: 'test/runtime/upstream/eras.test.ts',
  eraChanges: 'test/scenarios/era-changes.test.ts',
  upstream: 'test/runtime/upstream/modern.test.ts',
  sse: 'test/runtime/links/sse.test.ts',
  onModern: 'test/scenarios/protocol-legacy-on-modern.test.ts',
} as const;

const HTTP = 'basic/transports/streamable-http.mdx#';
const MRTR = 'basic/patterns/mrtr.mdx#';
const SUBSCRIPTIONS = 'basic/patterns/subscriptions.mdx#';
const HEADERS_TEST = ['modern', 'header fields must repeat what the body says'] as const;
const MALFORMED = [
  'modern',
  'a request without what every request carries must be refused as malformed',
] as const;
const VERSIONS = ['modern', 'a version that is not spoken must be answered with those that are'] as const;
const ODD = [
  'modern',
  'notifications are taken, and what clients of this era never send is refused',
] as const;
const ALONE = [
  'modern',
  'every request must be on its own: no session is begun, and what it began is over with it',
] as const;
const LISTS = [
  'modern',
  'server/discover and lists must be complete, private, and the same every time',
] as const;
const STAMPED = ['modern', 'results of legacy servers must be completed in front of their own text'] as const;
const CODES = ['modern', 'error codes of older revisions must not reach modern clients'] as const;
const LOGS = [
  'modern',
  'progress and the log messages asked for must precede the result on the same stream',
] as const;
const HANDLE = ['parked', 'a handle must work once, for its own request, and only whole'] as const;
const ACK = [
  'listen',
  'the first message acknowledges what is honoured, and every message carries the id',
] as const;
const FILTER = ['listen', 'only what was asked for may be sent'] as const;

/** Towards clients: src/edge and src/catalog. */
const CLIENT: readonly Row[] = [
  [
    'stateless',
    'basic/index.mdx#Statelessness',
    'MUST',
    'A request does not rely on earlier ones over the same connection.',
    ALONE,
  ],
  [
    'meta-required',
    'basic/index.mdx#_meta',
    'MUST',
    'A request without protocolVersion or clientCapabilities is -32602 with HTTP 400.',
    MALFORMED,
  ],
  ['meta-client-info', 'basic/index.mdx#_meta', 'MUST', 'clientInfo is not required.', MALFORMED],
  [
    'meta-server-info',
    'basic/index.mdx#_meta',
    'SHOULD',
    'Every result carries serverInfo in its _meta.',
    STAMPED,
  ],
  ['result-type', 'basic/index.mdx#ResultType', 'MUST', 'Every result has a resultType.', STAMPED],
  [
    'error-id',
    'basic/index.mdx#Error Responses',
    'MUST',
    'An error carries the id of its request.',
    HEADERS_TEST,
  ],
  ['legacy-codes', 'basic/index.mdx#Error Codes', 'MUST', '-32002 and -32042 are never sent.', CODES],
  [
    'reserved-codes',
    'basic/index.mdx#Error Codes',
    'MUST',
    'Codes from -32020 to -32099 are sent with their specified meaning only.',
    CODES,
  ],
  [
    'capability-missing',
    'basic/index.mdx#_meta',
    'MUST',
    'What takes a capability that the client has not declared is -32021 with HTTP 400.',
    CODES,
  ],
  [
    'version-unsupported',
    'basic/versioning.mdx#Protocol Version Negotiation',
    'MUST',
    'An unknown version is -32022 with HTTP 400 and the supported versions.',
    VERSIONS,
  ],
  [
    'dual-era',
    'basic/versioning.mdx#Backward Compatibility with Initialization-Based Versions',
    'MUST',
    'Requests with _meta are served statelessly, initialize opens a legacy session, at one URL.',
    ['modern', 'a legacy session beside it must go on as before'],
  ],
  [
    'discover',
    'server/discover.mdx#Response',
    'MUST',
    'server/discover answers with versions, capabilities and identity.',
    LISTS,
  ],
  [
    'cache-hints',
    'server/utilities/caching.mdx#Cacheable Results',
    'MUST',
    'discover, lists and resources/read carry ttlMs (at least 0) and cacheScope.',
    LISTS,
  ],
  [
    'cache-interim',
    'server/utilities/caching.mdx#Cacheable Results',
    'MUST',
    'input_required carries no caching hints.',
    ['modern', 'URLs to be visited are asked for in the answer where the client can show them'],
  ],
  [
    'list-stable',
    'server/tools.mdx#Listing Tools',
    'MUST',
    'Lists do not vary by connection; their order is deterministic.',
    LISTS,
  ],
  [
    'cursor-invalid',
    'server/utilities/pagination.mdx#Error Handling',
    'SHOULD',
    'An unknown cursor is -32602.',
    LISTS,
  ],
  [
    'resource-missing',
    'server/resources.mdx#Error Handling',
    'MUST',
    'A resource that is not there is -32602.',
    ['modern', 'what nobody serves is an error that says what is meant'],
  ],
  [
    'post-only',
    `${HTTP}Earlier Streamable HTTP Revisions`,
    'SHOULD',
    'GET and DELETE of this version are 405, a session id is ignored and none is given.',
    ODD,
  ],
  [
    'no-sessions',
    `${HTTP}Earlier Streamable HTTP Revisions`,
    'SHOULD',
    'No session id is minted or echoed.',
    ALONE,
  ],
  ['single-message', `${HTTP}Sending Messages`, 'MUST', 'Batches and responses are refused.', ODD],
  [
    'notification-202',
    `${HTTP}Sending Messages`,
    'MUST',
    'A notification that is taken is 202 without a body.',
    ODD,
  ],
  [
    'origin',
    `${HTTP}Security & Endpoint`,
    'MUST',
    'An Origin that is not allowed is 403.',
    ['http', 'only hosts that are ours are answered, on every path: no DNS rebinding'],
  ],
  [
    'version-header',
    `${HTTP}Protocol Version Header`,
    'MUST',
    'MCP-Protocol-Version that is missing or not the body’s is -32020 with HTTP 400.',
    HEADERS_TEST,
  ],
  [
    'method-404',
    `${HTTP}Protocol Version Header`,
    'MUST',
    'A method that is not there is HTTP 404 and -32601.',
    ['modern', 'methods that this era has not must be 404 with -32601'],
  ],
  [
    'method-header',
    `${HTTP}Standard Request Headers`,
    'MUST',
    'Mcp-Method that is missing or not the body’s is -32020 with HTTP 400.',
    HEADERS_TEST,
  ],
  [
    'name-header',
    `${HTTP}Standard Request Headers`,
    'MUST',
    'Mcp-Name that is missing or not the body’s is -32020 with HTTP 400.',
    HEADERS_TEST,
  ],
  [
    'param-header',
    `${HTTP}Server Behavior for Custom Headers`,
    'MUST',
    'Mcp-Param-* that is missing or not the body’s is -32020 with HTTP 400.',
    HEADERS_TEST,
  ],
  [
    'param-chars',
    `${HTTP}Server Behavior for Custom Headers`,
    'MUST',
    'Mcp-Param-* with characters that it may not have is refused.',
    HEADERS_TEST,
  ],
  ['param-number', `${HTTP}Server Validation`, 'SHOULD', 'Integers are compared as numbers.', HEADERS_TEST],
  [
    'header-base64',
    `${HTTP}Value Encoding`,
    'MUST',
    'Values in base64 are decoded before they are compared.',
    HEADERS_TEST,
  ],
  [
    'header-case',
    `${HTTP}Case Sensitivity`,
    'MUST',
    'Header names are compared without case, values with it.',
    HEADERS_TEST,
  ],
  [
    'header-schema',
    `${HTTP}Schema Extension`,
    'MUST',
    'x-mcp-header counts only where the specification allows it.',
    ['views', 'headers that repeat arguments are those of a definition that clients may take'],
  ],
  [
    'stream-close',
    `${HTTP}Cancellation`,
    'MUST',
    'Closing the response stream cancels the request.',
    ['modern', 'a client that closes the stream must have its call cancelled, and only then'],
  ],
  [
    'stream-related',
    `${HTTP}Receiving Messages`,
    'MUST',
    'What precedes the result belongs to the request; no requests are sent.',
    LOGS,
  ],
  [
    'stream-buffering',
    `${HTTP}Receiving Messages`,
    'SHOULD',
    'Event streams carry X-Accel-Buffering: no.',
    LOGS,
  ],
  [
    'stream-alive',
    `${HTTP}Receiving Messages`,
    'SHOULD',
    'Long streams carry comments as signs of life.',
    ['listen', 'a quiet stream must give signs of life'],
  ],
  [
    'log-level',
    'server/utilities/logging.mdx#Per-request log level',
    'MUST',
    'Log messages are sent only for requests that name a level, from that level on, on their own stream.',
    LOGS,
  ],
  [
    'log-level-unknown',
    'server/utilities/logging.mdx#Error Handling',
    'SHOULD',
    'An unknown level is -32602.',
    MALFORMED,
  ],
  [
    'progress-token',
    'basic/patterns/progress.mdx#Behavior Requirements',
    'MUST',
    'Progress names a token of an active request.',
    ['parked', 'progress after a retry carries the token of the retry'],
  ],
  [
    'mrtr-one-of',
    `${MRTR}Server Requirements (Basic Workflow)`,
    'MUST',
    'input_required has inputRequests or requestState; the requests are elicitation, sampling or roots.',
    ['parked', 'what a server asks is in the answer, and the retry brings the call to its end'],
  ],
  [
    'mrtr-keys',
    `${MRTR}Server Requirements (Basic Workflow)`,
    'MUST',
    'The keys of inputRequests are unique.',
    ['parked', 'what the client leaves out must be asked again, and what it adds ignored'],
  ],
  [
    'mrtr-integrity',
    `${MRTR}Server Requirements (Basic Workflow)`,
    'MUST',
    'requestState that fails verification is refused.',
    ['params', 'a requestState for a legacy server is none that it gave, and must be refused'],
  ],
  [
    'mrtr-tampered',
    `${MRTR}Server Requirements (Basic Workflow)`,
    'MUST',
    'requestState that was altered is not taken for ours.',
    ['parked', 'a handle that was tampered with is none of ours: it goes to the server, which can tell'],
  ],
  [
    'mrtr-bound',
    `${MRTR}Server Requirements (Basic Workflow)`,
    'SHOULD',
    'requestState is bound to principal, method and params, and works once.',
    HANDLE,
  ],
  [
    'mrtr-expiry',
    `${MRTR}Server Requirements (Basic Workflow)`,
    'SHOULD',
    'requestState expires.',
    ['parked', 'nobody waits for ever: a client that does not come back gives up the call'],
  ],
  [
    'mrtr-declared',
    `${MRTR}Server Requirements (Basic Workflow)`,
    'MUST',
    'Only what the client declared is asked.',
    ['parked', 'a client must not be asked what it has not declared, nor within what cannot ask'],
  ],
  [
    'mrtr-supported',
    `${MRTR}Supported Requests`,
    'MUST',
    'Only tools/call, prompts/get and resources/read are answered with input_required.',
    ['parked', 'a client must not be asked what it has not declared, nor within what cannot ask'],
  ],
  [
    'mrtr-missing',
    `${MRTR}Error Handling`,
    'SHOULD',
    'What a retry leaves out is asked again, what it adds is ignored.',
    ['parked', 'what the client leaves out must be asked again, and what it adds ignored'],
  ],
  [
    'mrtr-malformed',
    `${MRTR}Error Handling`,
    'SHOULD',
    'inputResponses that are no object are an error.',
    HANDLE,
  ],
  [
    'mrtr-end-to-end',
    `${MRTR}Basic Workflow`,
    'MUST',
    'A legacy server’s own requests reach the client and its answers the server.',
    ['legacy', 'a legacy server must be able to ask a modern client back: ${way}'],
  ],
  [
    'url-mode',
    'client/elicitation.mdx#URL Mode Elicitation Requests',
    'MUST',
    'A URL is asked for only of clients that declare it, without elicitationId.',
    ['parked', 'a URL to visit is asked for without the id that this era has not'],
  ],
  [
    'listen-ack',
    `${SUBSCRIPTIONS}Acknowledgment`,
    'MUST',
    'The acknowledgment is the first message and names what is honoured.',
    ACK,
  ],
  [
    'listen-id',
    `${SUBSCRIPTIONS}Receiving Notifications`,
    'MUST',
    'Every message carries the id of its subscription.',
    ACK,
  ],
  [
    'listen-filter',
    `${SUBSCRIPTIONS}Opening a Stream`,
    'MUST',
    'Nothing is sent that was not asked for; log messages never.',
    FILTER,
  ],
  [
    'listen-close',
    `${SUBSCRIPTIONS}Graceful Closure`,
    'SHOULD',
    'At the end of the gateway the stream ends with its result.',
    ['listen', 'the end of the gateway must end streams with their result'],
  ],
  [
    'listen-many',
    `${SUBSCRIPTIONS}Multiple Concurrent Subscriptions`,
    'MUST',
    'Several subscriptions are told apart.',
    FILTER,
  ],
  [
    'extensions',
    'basic/versioning.mdx#Extension Negotiation',
    'MUST',
    'An extension of one server is declared only where that server is alone; tasks wherever one server runs them.',
    [
      'passed-through',
      'capabilities that the gateway does not know are shown where one server is behind the endpoint, tasks everywhere',
    ],
  ],
  [
    'legacy-params',
    'basic/index.mdx#_meta',
    'MUST',
    'Towards a legacy server the envelope is taken off, everything else in _meta stays.',
    ['legacy', 'what only the gateway and its client have to know must not reach a legacy server'],
  ],
  [
    'output-schema',
    'server/tools.mdx#Output Schema',
    'MUST',
    'Legacy clients see an output that is no object as one.',
    ['views', 'legacy clients must be shown the output of modern tools as an object'],
  ],
  [
    'stdio',
    'basic/transports/stdio.mdx#Sending Messages',
    'MUST',
    'hive stdio carries messages of this era; it needs no headers.',
    [
      'stdio',
      'a modern client that speaks only stdio must find its era there: calls, questions, changes, cancelling',
    ],
  ],
  [
    'stdio-cancel',
    'basic/transports/stdio.mdx#Cancellation',
    'MUST',
    'notifications/cancelled over stdio cancels the request.',
    [
      'stdio',
      'a modern client that speaks only stdio must find its era there: calls, questions, changes, cancelling',
    ],
  ],
  [
    'http-sse',
    `${HTTP}HTTP+SSE Transport (2024-11-05)`,
    'SHOULD',
    'Clients of 2024-11-05 find its two endpoints beside the new one.',
    ['oldSse', 'an old client over HTTP+SSE lists, calls, follows, is asked, and leaves'],
  ],
  [
    'origin-named',
    `${HTTP}Security & Endpoint`,
    'MUST',
    'Of other origins only those are let in that the config names, exactly.',
    ['cors', 'pages of an allowed origin, and of no other, may use the gateway'],
  ],
  [
    'sdk',
    'basic/versioning.mdx#Compatibility Matrix',
    'MUST',
    'The SDK’s client lands in this era and works.',
    ['clients', "the SDK's client v2, ${name}, must land in the modern era and find everything there"],
  ],
  [
    'conformance',
    'basic/index.mdx#Overview',
    'MUST',
    'The official suite passes whatever the server behind passes alone.',
    ['conformance', 'whatever a reference server passes alone it must pass through Hive: ${way}'],
  ],
];

/** Towards servers: src/runtime/upstream and src/runtime/links. */
const UPSTREAM: readonly Row[] = [
  [
    'prefers',
    'basic/versioning.mdx#Backward Compatibility with Initialization-Based Versions',
    'SHOULD',
    'A server is asked with server/discover first; whatever is no recognised modern answer means initialize.',
    ['eras', 'a server ${what} must be spoken to as ${era}, and serve'],
  ],
  [
    'http-evidence',
    `${HTTP}Backward Compatibility`,
    'SHOULD',
    'Over HTTP the body of an error is looked at before falling back; a refused login is no evidence.',
    ['eras', 'over HTTP, ${what} must mean ${era}'],
  ],
  [
    'no-evidence',
    `${HTTP}Backward Compatibility`,
    'SHOULD',
    'A recognised modern error ends the start, and so does a refused login: no initialize follows.',
    [
      'eras',
      'over HTTP, ${status} ${JSON.stringify(body)} must end the start, whatever initialize would say',
    ],
  ],
  [
    'remembered',
    'basic/versioning.mdx#Backward Compatibility with Initialization-Based Versions',
    'SHOULD',
    'What was found is kept for the same configuration and image, and found out anew where it is wrong.',
    ['eras', 'what is remembered must only be a shortcut: ${mode}, remembered as ${remembered}'],
  ],
  [
    'found-anew',
    'basic/versioning.mdx#Backward Compatibility with Initialization-Based Versions',
    'SHOULD',
    'A server that becomes one of the other era while it is used is asked again, and spoken to in that.',
    [
      'eraChanges',
      'a remote server that was ${before} and is ${after} by now must be found out by its first refusal',
    ],
  ],
  [
    'unknown-version',
    'basic/versioning.mdx#Protocol Version Negotiation',
    'SHOULD',
    'Where no version is common the user is told so.',
    ['eras', 'a server of versions that nobody knows must be told as that'],
  ],
  [
    'sse',
    `${HTTP}HTTP+SSE Transport (2024-11-05)`,
    'SHOULD',
    'Where nothing can be posted, the older transport is tried.',
    ['sse', 'a server that takes no POST must be reached over SSE, many calls at once'],
  ],
  [
    'verbatim',
    'basic/index.mdx#Responses',
    'MUST',
    'Results of any type reach a modern client as they came.',
    ['upstream', 'a modern client must get what a modern server said, byte by byte: ${text}'],
  ],
  [
    'meta',
    'basic/index.mdx#_meta',
    'MUST',
    'Each request carries the version, the capabilities and the name of its client; what the client put into _meta stays.',
    ['upstream', 'what a legacy client declared goes with each of its requests, beside what it sent itself'],
  ],
  [
    'log-level',
    'server/utilities/logging.mdx#Per-request log level',
    'MUST',
    'Log messages reach the request that asked for them, and nobody where that cannot be told.',
    [
      'upstream',
      'log messages reach the call that alone can have caused them; with two in flight they reach nobody',
    ],
  ],
  [
    'response-stream',
    `${HTTP}Receiving Messages`,
    'MUST',
    'What comes on the response of a request belongs to it.',
    ['upstream', 'what comes on the response of a call is that call’s, however many are in flight'],
  ],
  [
    'mrtr-retry',
    `${MRTR}Client Requirements (Basic Workflow)`,
    'MUST',
    'A retry has a new id, the params of the first, what was asked for, and requestState as it came or not at all.',
    [
      'upstream',
      'what a server asks within its answer must be asked of the client, and go back with the state as it was',
    ],
  ],
  [
    'mrtr-own',
    `${MRTR}Client Requirements (Basic Workflow)`,
    'MUST',
    'What a server asks reaches the client whose call it is.',
    [
      'onModern',
      'a modern server must reach legacy clients with everything it asks, each with its own: ${way}',
    ],
  ],
  [
    'mrtr-bound',
    `${MRTR}Server Requirements (Basic Workflow)`,
    'SHOULD',
    'A server that never has enough ends in an error.',
    ['upstream', 'a server that ${what} must end in an error'],
  ],
  [
    'errors',
    'basic/index.mdx#Error Codes',
    'MUST',
    'Errors about the gateway’s own request do not reach legacy clients.',
    ['upstream', '${what} must be told to a legacy client in words'],
  ],
  [
    'listen-one',
    `${SUBSCRIPTIONS}Opening a Stream`,
    'MUST',
    'One subscription asks for what clients want, no more; its filter changes by another taking its place.',
    [
      'upstream',
      'one subscription hears everything: it is replaced for new resources, old ends after new began, nothing comes twice',
    ],
  ],
  [
    'listen-again',
    `${SUBSCRIPTIONS}Graceful Closure`,
    'MUST',
    'A subscription that ends is opened again.',
    [
      'upstream',
      'a subscription that the server ${how} must be opened again, with what changed meanwhile looked up',
    ],
  ],
  [
    'listen-refused',
    `${SUBSCRIPTIONS}Acknowledgment`,
    'SHOULD',
    'Without an acknowledgment it is tried again, ever less often.',
    [
      'upstream',
      'a subscription that is not acknowledged is given up and tried again with growing pauses; who waited for it is told',
    ],
  ],
  [
    'headers',
    `${HTTP}Standard Request Headers`,
    'MUST',
    'Method, name and marked arguments are repeated in headers, encoded where a header cannot hold them.',
    [
      'upstream',
      'arguments that a tool wants in headers are sent there, and a tool whose headers cannot be is not offered',
    ],
  ],
  [
    'header-mismatch',
    `${HTTP}Client Behavior`,
    'SHOULD',
    'On -32020 the list of tools is read again, and the call repeated once.',
    ['upstream', 'headers that are wrong by now are looked up and sent again, once'],
  ],
  [
    'cancel-http',
    'basic/patterns/cancellation.mdx#Transport-Specific Cancellation',
    'MUST',
    'Over HTTP a call is cancelled by closing its response.',
    ['upstream', 'cancelling a call over HTTP closes its own response, and sends nothing'],
  ],
  [
    'cancel-stdio',
    'basic/patterns/cancellation.mdx#Transport-Specific Cancellation',
    'MUST',
    'Over stdio a call is cancelled by a notification with its id.',
    ['upstream', 'over stdio a call is cancelled by a notification that names it'],
  ],
  [
    'nothing-legacy',
    'basic/transports/stdio.mdx#Sending Messages',
    'MUST',
    'No response and no notification of the legacy era is sent.',
    ['upstream', 'a sign of life is asked for in the words of its era, and nothing legacy is ever sent'],
  ],
  [
    'suite',
    'basic/index.mdx#Overview',
    'MUST',
    'The suite’s client scenarios of this version pass.',
    ['suite', 'towards servers Hive must pass the client scenarios of ${line}, logins included'],
  ],
];

const required =
  (sides: Requirement['sides']) =>
  ([id, section, level, text, [file, name]]: Row): Requirement => ({
    revision: '2026-07-28',
    id,
    section,
    level,
    text,
    sides,
    proof: `${FILES[file]} :: ${name}`,
  });

export const REQUIREMENTS: readonly Requirement[] = [
  ...CLIENT.map(required('client')),
  ...UPSTREAM.map(required('upstream')),
];
