/** Tests that prove requirements of the legacy revisions: file, and test name as written there. */
import type { Proof } from './requirement.ts';

const HTTP = 'test/edge/http.test.ts';
const LEGACY = 'test/edge/legacy/legacy.test.ts';
const ON_CALLS = 'test/edge/legacy/calls.test.ts';
const PUSH = 'test/edge/legacy/push.test.ts';
const RESUME = 'test/edge/legacy/resume.test.ts';
const AUTH = 'test/edge/auth/auth.test.ts';
const TASKS = 'test/edge/passed-through.test.ts';
const CALLS = 'test/runtime/upstream/requests/calls.test.ts';
const START = 'test/runtime/upstream/start.test.ts';
const LINK = 'test/runtime/links/http/http.test.ts';
const SSE = 'test/runtime/links/http/sse.test.ts';
const SCENARIO = 'test/scenarios/protocol-legacy.test.ts';
const OAUTH = 'test/scenarios/oauth.test.ts';
const REACH = 'test/runtime/oauth/login-fetch.test.ts';
const HABITS = 'test/scenarios/clients.test.ts';
const SUITE = 'test/conformance/client.test.ts';

// biome-ignore format: a table is read by its lines
export const LEGACY_PROOFS = {
  anew: ['test/scenarios/session-anew.test.ts', 'calls in a session ${whose} that the server has lost (404) must be repeated in a new one, each once'],
  reach: [REACH, '${server} must not lead a login to ${address}'],
  reachHere: [REACH, 'programs of this machine must be out of reach of servers elsewhere, however the address is written'],
  untrusted: [OAUTH, 'a login must be refused if the authorization server ${what}'],
  versions: [LEGACY, 'initialize echoes a version that is spoken, and offers the latest otherwise'],
  capabilities: [LEGACY, 'capabilities must cover what the view has, and what servers that are starting may bring'],
  lists: [LEGACY, '${method} answers whole, byte for byte, and takes no cursor'],
  passed: [LEGACY, '${method} of ${JSON.stringify(params).slice(0, 50)} passes on every byte but the server’s own name'],
  ids: [LEGACY, 'ids must come back as the same bytes, with results and errors alike'],
  refused: [LEGACY, "${method || 'no method'} with ${JSON.stringify(params)} is refused with ${code} and the way out"],
  notFound: [LEGACY, 'an unknown resource must be an error that names the servers which are down'],
  progress: [ON_CALLS, 'progress must go to the POST stream of its call, before the result'],
  cancelReason: [ON_CALLS, 'the reason of a cancellation must be logged, cut to a limit'],
  cancelled: [ON_CALLS, 'notifications/cancelled must cancel only the call with that id in that session'],
  dropped: ['test/scenarios/faults-clients.test.ts', 'a connection that is dropped during a call must not cancel it, and its session must stay open'],
  hangsUp: [ON_CALLS, 'a lost connection must not count as a cancellation'],
  batch: [ON_CALLS, 'a 2025-03-26 batch is answered as an array, without its notifications'],
  noBatch: [ON_CALLS, 'other versions refuse batches'],
  accepted: [ON_CALLS, 'responses and unknown notifications of clients are accepted and change nothing'],
  origin: [HTTP, 'only known hosts must be answered, on every path (DNS rebinding)'],
  headers: [HTTP, 'headers must meet the specification, and nothing beyond it'],
  bodies: [HTTP, 'a body with ${name} gets HTTP 400 and ${code}'],
  session: [HTTP, 'a session must be required, be known once it has begun, and end when it is deleted'],
  methods: [HTTP, 'other methods and paths must be refused with a list of the known ones'],
  oldId: [HABITS, 'sends initialize with the id of an old session in its headers'],
  lateCancel: [HABITS, 'cancels requests that are answered or were never sent'],
  oldVersions: [HABITS, 'speaks ${protocolVersion}, with or without the version header'],
  listChanged: [PUSH, 'list_changed and log messages must go only to the sessions whose view they concern'],
  early: [PUSH, 'nothing may be sent to a client before it is initialized'],
  streams: [PUSH, 'a session may have several streams, and each message must go out on exactly one'],
  primed: [RESUME, 'a stream must begin with an event without data only for versions that have such events'],
  resumedPost: [RESUME, 'a call must go on without its connection, and its result arrive on the resumed stream'],
  resumedOwn: [RESUME, 'an event of one stream must not be replayed on another, and event ids must be unique in a session'],
  resumedGet: [RESUME, 'a lost GET stream must resume with the events that it would have carried'],
  ownEvents: ['test/edge/legacy/resume-bounds.test.ts', 'an event id must be worth nothing with another token'],
  level: [PUSH, 'each session must get log messages at its own level'],
  ownNews: [PUSH, 'a notification of a session’s own process must reach that session alone; without a known recipient, nobody'],
  oldClient: ['test/edge/legacy/sse.test.ts', 'an old client over HTTP+SSE lists, calls, follows, is asked, and leaves'],
  oldRefusals: ['test/edge/legacy/sse.test.ts', 'a POST that belongs to no open stream must be refused'],
  stdioFront: ['test/scenarios/stdio.test.ts', 'hive stdio must forward progress, and exit with its input even if a subscription is open'],
  public: ['test/scenarios/auth.test.ts', 'an address that other machines can reach must be refused without auth, and served with it'],
  defaults: ['test/config/load.test.ts', 'keys that the file does not set must have the documented defaults'],
  names: ['test/catalog/naming.test.ts', 'names must be those that models accept, whatever the prefix, and differ if the names differ'],
  waiting: ['test/runtime/calls/held-calls.test.ts', 'a held call must get the server’s state as progress, changed or not, with rising negative numbers'],
  frozen: ['test/scenarios/faults-health.test.ts', 'a frozen native server must become unhealthy everywhere, and recover without help'],
  asked: [SCENARIO, "a server's request must reach only the client whose call caused it: ${way}", ['LL']],
  rootsChanged: [SCENARIO, 'a client’s roots/list_changed must reach only the process that serves it', ['LL']],
  callback: ['test/scenarios/oauth-callback.test.ts', 'only an answer with the state of the started login must be accepted'],
  refusals: ['test/scenarios/oauth-callback.test.ts', 'the text of a refused login ${what}'],
  registers: ['test/scenarios/oauth-callback.test.ts', 'Hive must register as a native application with a redirect URI on loopback'],
  notAsked: [SCENARIO, 'a shared legacy stdio server must see no client capabilities', ['LL']],
  askedUndeclared: ['test/edge/server-requests.test.ts', 'a request that a legacy client has not declared must be refused with the specification’s error, and never reach it'],
  toldUndeclared: [SCENARIO, 'a server’s request that its client did not declare must fail, and not reach the client', ['LL']],
  goneAsked: [SCENARIO, 'if a client disconnects with a server’s request pending, the server must get an error and keep serving others', ['LL']],
  updates: [SCENARIO, 'updates of a resource must reach its subscribers, sub-resources included: ${way}', ['LL']],
  logsOwn: [SCENARIO, 'log messages on the response of a call must reach only its session: HTTP, shared', ['LL']],
  taskProgress: [TASKS, 'progress of a task must go on after the answer that began it, for the session that did'],
  taskEnds: ['test/runtime/upstream/requests/running-tasks.test.ts', 'progress of a task must end with the task: ${way}'],
  task: [TASKS, 'a task must be found again by the session that began it, and by nobody else'],
  handshake: [START, 'the handshake must follow the protocol'],
  noVersion: [START, '${name} must fail the start as ${code}'],
  pages: [START, 'every declared list must be read to its last page, with definitions as the server wrote them'],
  sameCursor: [START, 'a declared list without its method must be empty; endless lists and duplicates must be cut'],
  notCancelled: [START, 'initialize must not be cancelled, however long it takes'],
  ping: [CALLS, 'requests of a shared server must be answered immediately: ping, and others with a refusal'],
  tokens: [CALLS, 'two clients with the same progress token must each get their own progress, with the token restored'],
  cancel: [CALLS, 'a cancelled call must settle immediately, be cancelled at the server, and its late answer be dropped'],
  timeout: [CALLS, 'a call that times out must end with an error, and be cancelled at the server'],
  maximum: [CALLS, 'progress without end must not keep a call beyond its maximum, and the error must say which limit hit'],
  answers: [CALLS, '${server}: calls get their own answers'],
  relisted: ['test/runtime/upstream/inventory.test.ts', 'a burst of list_changed must cause one reading, and one notification if something differs'],
  framing: ['test/wire/framing.test.ts', '${name}: messages must be whole and noise counted, however the bytes are cut'],
  closing: ['test/contract/link.ts', '${name}: ${obligation}'],
  endOfInput: ['test/runtime/links/container/pipe.test.ts', 'a server that ends with its input must see the end of it'],
  httpSession: [LINK, 'session and protocol version are sent after initialize, and the session is deleted at the end'],
  unasked: [LINK, 'messages that belong to no request must arrive over the GET stream'],
  resumed: [LINK, 'an event stream ${what} must be resumed'],
  forgotten: [LINK, 'a forgotten session must fail the call with its status, raise a suspicion, and not be deleted'],
  fallback: [SSE, 'a server that takes no POST must be reached over SSE, many calls at once'],
  elsewhere: [SSE, 'an endpoint on another origin must get nothing'],
  guarded: [AUTH, 'with tokens in the config, requests without a valid one must neither reach nor reveal a server'],
  bound: [AUTH, 'a session id must be worth nothing with another token'],
  revoked: [AUTH, 'a token taken out of the file must end its sessions and streams at once'],
  jwt: [AUTH, 'an access token must be signed by the issuer, meant for the gateway, unexpired, and grant the scopes'],
  metadata: [AUTH, 'a client without a token must learn from the answer where to get one (RFC 9728)'],
  login: [OAUTH, 'a server that requires a login must say so, serve after it, renew its token, and ask again once it has expired'],
  storage: [OAUTH, 'tokens must be readable by their user only, and appear in no log, status or answer'],
  passthrough: [OAUTH, 'a client’s token must never reach a server'],
  suite: [SUITE, 'towards servers Hive must pass the client scenarios of ${line}, logins included'],
  server: ['test/conformance/conformance.test.ts', 'whatever a reference server passes alone it must pass through Hive: ${way}', ['LL', 'ML', 'LM', 'MM']],
} as const satisfies Record<string, Proof>;
