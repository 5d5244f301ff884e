/** Tests that prove requirements of 2026-07-28: file, and test name as written there. */
import type { Proof } from './requirement.ts';

const MODERN = 'test/edge/modern/modern.test.ts';
const ON_CALLS = 'test/edge/modern/calls.test.ts';
const PARKED = 'test/edge/modern/parked.test.ts';
const LISTEN = 'test/edge/modern/listen-streams.test.ts';
const VIEWS = 'test/catalog/era-view.test.ts';
const ERAS = 'test/runtime/upstream/eras.test.ts';
const UPSTREAM = 'test/runtime/upstream/modern/modern.test.ts';
const ASKS = 'test/runtime/upstream/modern/asks.test.ts';
const LISTENER = 'test/runtime/upstream/modern/subscription-stream.test.ts';
const OVER_HTTP = 'test/runtime/upstream/modern/http.test.ts';
const HEADERS = 'test/edge/modern/headers.test.ts';
const RESULTS = 'test/edge/modern/results.test.ts';

// biome-ignore format: a table is read by its lines
export const MODERN_PROOFS = {
  onItsOwn: [ON_CALLS, 'every request must stand for itself: it begins no session, and leaves nothing behind'],
  malformed: [MODERN, 'a request without the required metadata must be refused as malformed'],
  stamped: [RESULTS, 'results of legacy servers must be completed in front of their own text'],
  mirrored: [HEADERS, 'header fields must repeat the body'],
  codes: [RESULTS, 'error codes of older revisions must not reach modern clients'],
  unspoken: [MODERN, 'an unsupported version must be answered with the supported ones'],
  beside: [ON_CALLS, 'a legacy session of another client must not be affected'],
  listed: [MODERN, 'server/discover and lists must be complete, private, and the same every time'],
  urls: [RESULTS, 'a visit to a URL must be requested in the answer if the client can show URLs'],
  nobody: [MODERN, 'an unknown name must be an error with a suggestion'],
  odd: [MODERN, 'notifications must be accepted, and messages that modern clients never send refused'],
  noMethod: [MODERN, 'methods of earlier revisions must be answered with 404 and -32601'],
  paramHeaders: [VIEWS, 'a definition that clients must reject must have no headers that repeat arguments'],
  closed: [ON_CALLS, 'a client that closes the stream must have its call cancelled, and only then'],
  stream: [ON_CALLS, 'progress and requested log messages must precede the result on the same stream'],
  alive: [LISTEN, 'a quiet stream must send keep-alive comments'],
  retryToken: [PARKED, 'progress after a retry must carry the retry’s token'],
  inAnswer: [PARKED, 'a server’s request must be in the answer, and the retry complete the call'],
  leftOut: [PARKED, 'a missing answer must be asked for again, and an unexpected one ignored'],
  noState: ['test/runtime/upstream/strip-envelope.test.ts', 'a requestState for a legacy server must be refused, since it never issued one'],
  tampered: [PARKED, 'a handle that was tampered with must be passed on to the server, as one that the gateway did not issue'],
  handle: [PARKED, 'a handle must work once, for its own request, and only unchanged'],
  expires: [PARKED, 'the parked call of a client that does not come back must be given up'],
  undeclared: [PARKED, 'a client must not be sent requests that it has not declared, nor during methods that have none'],
  onlyDeclared: ['test/edge/modern/results.test.ts', 'a modern server may ask a client only for input that it declared, and only where that is allowed'],
  posing: ['test/scenarios/protocol-questions.test.ts', "a result that poses as a request for input must not reach a client that declared nothing: ${era === 'legacy' ? 'M×L' : 'M×M'}"],
  noId: [PARKED, 'a request to visit a URL must not have the id, which only the legacy era has'],
  ack: [LISTEN, 'the first message must acknowledge what is honoured, and every message carry the subscription’s id'],
  filter: [LISTEN, 'only notifications that the filter asks for may be sent'],
  ended: [LISTEN, 'streams must end with their result when the gateway closes'],
  shown: ['test/edge/passed-through.test.ts', 'unknown capabilities must be shown at an endpoint with one server, and tasks at every endpoint'],
  asObject: [VIEWS, 'legacy clients must be shown the output of modern tools as an object'],
  stdioModern: ['test/scenarios/stdio.test.ts', 'a modern client that speaks only stdio must be served in its era: calls, server requests, changes, cancellation'],
  cors: ['test/edge/http/cors.test.ts', 'pages of an allowed origin, and of no other, may use the gateway'],
  sdk: ['test/edge/modern/clients.test.ts', "the SDK's client v2, ${name}, must land in the modern era and find everything there"],
  eraOf: [ERAS, 'a server ${what} must be connected in the ${era} era, and serve'],
  evidence: [ERAS, 'over HTTP, ${what} must mean ${era}'],
  refusedStart: [ERAS, 'over HTTP, ${status} ${JSON.stringify(body)} must end the start, whatever initialize would say'],
  shortcut: [ERAS, 'a remembered era must only be a shortcut: ${mode}, remembered as ${remembered}'],
  future: [ERAS, 'a server of unknown versions must be reported as one'],
  bytes: [UPSTREAM, 'a modern client must get the reply of a modern server unchanged: ${text}'],
  envelope: [UPSTREAM, 'capabilities of a legacy client must be in each of its requests, beside its own _meta'],
  lonely: [UPSTREAM, 'log messages must reach the only call that can have caused them, and none if there are two'],
  ownStream: [OVER_HTTP, 'messages on the response of a call must belong to that call, however many are in flight'],
  retried: [ASKS, 'input that a server requests within its answer must be requested from the client, and returned with its state'],
  tooMuch: [ASKS, 'a server that ${what} must end in an error'],
  inWords: [UPSTREAM, '${what} must be explained to a legacy client'],
  notThere: [UPSTREAM, 'an error ${what} must mean a missing resource to a legacy client only if it certainly does: ${code}', ['LM']],
  oneListen: [LISTENER, 'one stream must carry all topics: a new one replaces it before it ends, and nothing arrives twice'],
  reopened: [LISTENER, 'a stream that the server ${how} must be reopened, and missed changes be read'],
  unacknowledged: [LISTENER, 'a stream without acknowledgment must be given up, its waiters refused, and retried with growing pauses'],
  toHeaders: [OVER_HTTP, 'arguments must be sent in the headers that a tool names, and a tool with impossible headers be left out'],
  mismatch: [OVER_HTTP, 'outdated headers must be read again and the call repeated, once'],
  closesPost: [OVER_HTTP, 'cancelling a call over HTTP must close its own response, and send nothing'],
  cancelsStdio: [UPSTREAM, 'over stdio a call must be cancelled by a notification that names it'],
  noLegacy: [UPSTREAM, 'a server must be probed in its own era, and never get a legacy message'],
  ttlOver: ['test/runtime/upstream/revalidation.test.ts', 'an expired list must be read again when it is used, and not before'],
  moment: ['test/runtime/upstream/revalidation.test.ts', 'a silent server must delay the users of its list for a moment, once'],
  named: [HEADERS, 'the name in a request must be repeated in a header: of prompts, resources and tasks as well as tools'],
  everyResult: [RESULTS, 'every result must say that it is complete, and which server it is from'],
  modernPass: [RESULTS, 'modern replies must pass unchanged'],
  badIds: [MODERN, 'an invalid id must be refused, and not be used in the answer'],
  anything: [MODERN, 'any message of a modern client must be answered in JSON-RPC, with a status of the specification'],
  eachEra: [MODERN, 'each era must see definitions without members that only the other era has'],
  apart: [LISTEN, 'several subscriptions of a client must be told apart, and end independently'],
  heldOpen: [LISTEN, 'a server must stay subscribed to a URI as long as a client of either era follows it'],
  badFilter: [LISTEN, 'an invalid filter must be refused'],
  onlyTheirs: [PARKED, 'a handle and a stream must be usable only by the client that they were given to'],
  ownTask: ['test/edge/passed-through.test.ts', 'a task must be cancelled where it runs, and only by whoever began it'],
  taskHeader: ['test/edge/passed-through.test.ts', 'a modern task must be found again by its id, whose header must agree'],
  asItIs: [UPSTREAM, 'error ${code} must reach a modern client unchanged'],
  noType: [UPSTREAM, 'a result without a type must count as complete, and one of an unknown type as an error'],
  overTime: [UPSTREAM, 'a call that times out must be cancelled at the server, and its late answer be dropped: ${era} client'],
  noStateBack: [ASKS, 'a server that sent no state must get none back'],
  atOnce: [ASKS, 'a URL elicitation must have the id of the legacy era, and all input must be requested at once'],
  strays: [LISTENER, 'subscriptions that an earlier gateway left in the process must be ended, each once'],
  unlistened: [LISTENER, 'a server without subscriptions must be asked for them once, and serve'],
  passedOn: ['test/runtime/upstream/inventory.test.ts', 'other notifications must be passed on with their params untouched'],
  comesBack: ['test/scenarios/crash.test.ts', 'a killed server must fail its calls immediately with the reason, stay listed, and be restarted'],
  eraChanges: ['test/scenarios/era-changes.test.ts', 'a remote server that changed from ${before} to ${after} must be detected by its first refusal'],
} as const satisfies Record<string, Proof>;
