/**
 * What the legacy revisions demand of the gateway: `section` is a page under docs/specification/2025-11-25 and a heading in it, or a
 * page that names another revision, or security_best_practices.mdx of the tutorials. Where an older revision differs the text says so.
 * `described` is what the specification says without MUST or SHOULD.
 */
import type { LEGACY_PROOFS } from './legacy-proofs.ts';
import type { Requirement } from './requirements.ts';

export type LegacyRow = readonly [
  id: string,
  section: string,
  level: Requirement['level'],
  text: string,
  proof: keyof typeof LEGACY_PROOFS,
];

const LIFE = 'basic/lifecycle.mdx#';
const WIRE = 'basic/transports.mdx#';
const BASE = 'basic/index.mdx#';
const CANCEL = 'basic/utilities/cancellation.mdx#';
const PROGRESS = 'basic/utilities/progress.mdx#';
const TASKS = 'basic/utilities/tasks.mdx#';
const AUTH = 'basic/authorization.mdx#';
const SAFE = 'security_best_practices.mdx#';
const OLD_WIRE = '2024-11-05/basic/transports.mdx#HTTP with SSE';

/** Towards clients: Hive is their server. */
// biome-ignore format: a table is read by its lines
export const LEGACY_CLIENT: readonly LegacyRow[] = [
  ['initialize', `${LIFE}Version Negotiation`, 'MUST', 'A version that is spoken (2024-11-05, 2025-03-26, 2025-06-18, 2025-11-25) is answered with itself, any other with one that is spoken.', 'versions'],
  ['initialize-latest', `${LIFE}Version Negotiation`, 'SHOULD', 'The one offered instead is the latest.', 'versions'],
  ['initialize-answer', `${LIFE}Initialization`, 'MUST', 'The answer has capabilities and serverInfo.', 'capabilities'],
  ['before-initialized', `${LIFE}Initialization`, 'SHOULD', 'Before notifications/initialized nothing but answers is sent.', 'early'],
  ['request-id', `${BASE}Requests`, 'MUST', 'Ids are strings or integers, never null: others are -32600.', 'bodies'],
  ['response-id', `${BASE}Result Responses`, 'MUST', 'Results and errors carry the id of their request.', 'ids'],
  ['error-shape', `${BASE}Error Responses`, 'MUST', 'Errors have an integer code and a message.', 'refused'],
  ['notification', `${BASE}Notifications`, 'MUST', 'A notification gets no response.', 'accepted'],
  ['one-endpoint', `${WIRE}Streamable HTTP`, 'MUST', 'One path takes POST and GET (and DELETE); other methods are 405.', 'methods'],
  ['origin', `${WIRE}Security Warning`, 'MUST', 'Origin is validated on all connections; an invalid one is 403 (before 2025-11-25 without that status).', 'origin'],
  ['localhost', `${WIRE}Security Warning`, 'SHOULD', 'Unless told otherwise only 127.0.0.1 is listened on.', 'defaults'],
  ['authenticated', `${WIRE}Security Warning`, 'SHOULD', 'What others can reach wants authentication.', 'public'],
  ['utf8', `${WIRE}Streamable HTTP`, 'MUST', 'Messages are UTF-8; others are refused.', 'bodies'],
  ['accept', `${WIRE}Sending Messages to the Server`, 'MUST', 'POST takes application/json and text/event-stream in Accept; without both it is 406.', 'headers'],
  ['one-message', `${WIRE}Sending Messages to the Server`, 'MUST', 'The body is one message: since 2025-06-18 an array is 400.', 'noBatch'],
  ['accepted', `${WIRE}Sending Messages to the Server`, 'MUST', 'Accepted notifications and responses are 202 without a body.', 'accepted'],
  ['not-accepted', `${WIRE}Sending Messages to the Server`, 'MUST', 'What cannot be accepted is an HTTP error.', 'bodies'],
  ['json-or-stream', `${WIRE}Sending Messages to the Server`, 'MUST', 'A request is answered as application/json or as text/event-stream.', 'progress'],
  ['stream-response', `${WIRE}Sending Messages to the Server`, 'SHOULD', 'The stream carries what relates to its request, then the response, and then ends.', 'progress'],
  ['disconnect', `${WIRE}Sending Messages to the Server`, 'SHOULD', 'A lost connection is not taken for cancelling.', 'hangsUp'],
  ['get', `${WIRE}Listening for Messages from the Server`, 'MUST', 'GET is answered with a stream.', 'listChanged'],
  ['no-broadcast', `${WIRE}Multiple Connections`, 'MUST', 'Of several streams of a session one gets each message.', 'streams'],
  ['session-ascii', `${WIRE}Session Management`, 'MUST', 'Session ids are visible ASCII.', 'session'],
  ['session-missing', `${WIRE}Session Management`, 'SHOULD', 'A request without session id is 400.', 'session'],
  ['session-over', `${WIRE}Session Management`, 'MUST', 'The id of a session that has ended is 404, for POST and DELETE.', 'session'],
  ['session-delete', `${WIRE}Session Management`, 'described', 'DELETE ends a session.', 'session'],
  ['session-anew', `${WIRE}Session Management`, 'MUST', 'initialize begins a new session, whatever id comes with it.', 'oldId'],
  ['version-header', `${WIRE}Protocol Version Header`, 'MUST', 'An MCP-Protocol-Version that is not spoken is 400 (since 2025-06-18).', 'headers'],
  ['version-absent', `${WIRE}Protocol Version Header`, 'SHOULD', 'Without the header the version of the session holds: revisions before 2025-06-18 do not have it.', 'oldVersions'],
  ['batch', '2025-03-26/basic/index.mdx#Batching', 'MUST', '2025-03-26 only: a batch is received, and its requests are answered.', 'batch'],
  ['old-sse', OLD_WIRE, 'MUST', '2024-11-05: GET /sse sends the endpoint event first; answers come on that stream.', 'oldClient'],
  ['old-sse-post', OLD_WIRE, 'MUST', '2024-11-05: messages are POSTed to that endpoint, and only there.', 'oldRefusals'],
  ['stdio-stdout', `${WIRE}stdio`, 'MUST', '`hive stdio` writes nothing but messages to stdout, each on one line.', 'stdioFront'],
  ['cancel-routed', `${CANCEL}Behavior Requirements`, 'MUST', 'A cancellation concerns requests of its own session only.', 'cancelled'],
  ['cancel-unknown', `${CANCEL}Error Handling`, 'SHOULD', 'Cancelling what is answered or unknown is ignored.', 'lateCancel'],
  ['ping', 'basic/utilities/ping.mdx#Behavior Requirements', 'MUST', 'ping is answered with an empty result.', 'ids'],
  ['progress-token', `${PROGRESS}Behavior Requirements`, 'MUST', 'Progress names a token of a request under way.', 'tokens'],
  ['progress-grows', `${PROGRESS}Progress Flow`, 'MUST', 'What Hive adds itself while a server starts grows as well.', 'waiting'],
  ['progress-stops', `${PROGRESS}Implementation Notes`, 'MUST', 'Progress stops with the response.', 'progress'],
  ['feature-capabilities', 'server/tools.mdx#Capabilities', 'MUST', 'tools, resources, prompts, completions and logging are declared where they are served.', 'capabilities'],
  ['lists', 'server/tools.mdx#Listing Tools', 'described', 'Lists hold every definition of every server, bytes kept.', 'lists'],
  ['tool-names', 'server/tools.mdx#Tool Names', 'SHOULD', 'Tool names are unique, 1 to 128 characters of A-Z a-z 0-9 _ - . (here at most 64).', 'names'],
  ['calls', 'server/tools.mdx#Calling Tools', 'described', 'Arguments and results pass as they are.', 'passed'],
  ['tool-unknown', 'server/tools.mdx#Error Handling', 'SHOULD', 'An unknown tool is -32602.', 'refused'],
  ['resource-unknown', 'server/resources.mdx#Error Handling', 'SHOULD', 'A resource that is not there is -32002.', 'notFound'],
  ['resource-uris', 'server/resources.mdx#Security Considerations', 'MUST', 'URIs are validated: of several servers with resources none is asked for one that it does not offer.', 'notFound'],
  ['prompt-unknown', 'server/prompts.mdx#Error Handling', 'SHOULD', 'An unknown prompt is -32602.', 'refused'],
  ['list-changed', 'server/tools.mdx#List Changed Notification', 'SHOULD', 'A changed list is told, to the sessions that see it.', 'listChanged'],
  ['subscriptions', 'server/resources.mdx#Subscriptions', 'described', 'Updates reach those who subscribed, and stop with unsubscribing.', 'updates'],
  ['completion', 'server/utilities/completion.mdx#Requesting Completions', 'described', 'Completions are carried (declared as a capability since 2025-03-26).', 'completion'],
  ['completion-errors', 'server/utilities/completion.mdx#Error Handling', 'SHOULD', 'An unknown prompt or a reference that cannot be read is -32602.', 'refused'],
  ['log-level', 'server/utilities/logging.mdx#Setting Log Level', 'described', 'Each session hears what is at its own level or above.', 'level'],
  ['log-level-invalid', 'server/utilities/logging.mdx#Error Handling', 'SHOULD', 'An unknown level is -32602.', 'refused'],
  ['cursor', 'server/utilities/pagination.mdx#Error Handling', 'SHOULD', 'A cursor that was not given is -32602: lists are whole.', 'lists'],
  ['asked-own', 'client/sampling.mdx#Creating Messages', 'described', 'Sampling, elicitation (since 2025-06-18) and roots reach the client whose call caused them.', 'asked'],
  ['asked-bound', 'client/elicitation.mdx#Security Considerations', 'MUST', 'Questions are bound to one client and its answers.', 'asked'],
  ['elicitation-complete', 'client/elicitation.mdx#Completion Notifications for URL Mode Elicitation', 'MUST', 'notifications/elicitation/complete reaches the client that was asked, nobody else.', 'ownNews'],
  ['task-bound', `${TASKS}Task Isolation and Access Control`, 'MUST', 'A task is for who began it: to others it is unknown.', 'task'],
  ['task-list', `${TASKS}Task Isolation and Access Control`, 'SHOULD', 'tasks/list is not offered, since it would show the tasks of others.', 'task'],
  ['task-errors', `${TASKS}Protocol Errors`, 'MUST', 'A task id that is unknown is -32602.', 'task'],
  ['prm', `${AUTH}Authorization Server Location`, 'MUST', 'RFC 9728 metadata names the authorization server (since 2025-06-18).', 'metadata'],
  ['prm-challenge', `${AUTH}Protected Resource Metadata Discovery Requirements`, 'MUST', 'WWW-Authenticate of a 401 says where the metadata is; its well-known path answers too.', 'metadata'],
  ['token-validated', `${AUTH}Token Handling`, 'MUST', 'Tokens are validated: issuer, signature, end; invalid ones are 401.', 'jwt'],
  ['token-audience', `${AUTH}Token Handling`, 'MUST', 'Tokens for another audience, or none, are 401.', 'jwt'],
  ['token-scope', `${AUTH}Runtime Insufficient Scope Errors`, 'SHOULD', 'A token without the scopes is 403 with insufficient_scope and those wanted.', 'jwt'],
  ['scope-challenge', `${AUTH}Protected Resource Metadata Discovery Requirements`, 'SHOULD', 'The challenge of a 401 says the scopes.', 'metadata'],
  ['token-query', `${AUTH}Token Requirements`, 'MUST', 'A token in the query string does not count; each request needs its own header.', 'guarded'],
  ['verify-all', `${SAFE}Session Hijacking`, 'MUST', 'All inbound requests are verified: no path tells of servers without a token.', 'guarded'],
  ['session-no-auth', `${SAFE}Session Hijacking`, 'MUST', 'Sessions are not authentication: they are worth nothing once the token is gone.', 'revoked'],
  ['session-bound', `${SAFE}Session Hijacking`, 'SHOULD', 'Sessions are bound to the token that opened them.', 'bound'],
  ['suite-server', `${BASE}Messages`, 'described', 'The suite’s server scenarios pass as they do without Hive, gaps listed there apart.', 'server'],
];

/** Towards servers: Hive is their client. */
// biome-ignore format: a table is read by its lines
export const LEGACY_UPSTREAM: readonly LegacyRow[] = [
  ['initialize', `${LIFE}Initialization`, 'MUST', 'initialize comes before all else of this era, then notifications/initialized.', 'handshake'],
  ['initialize-latest', `${LIFE}Version Negotiation`, 'SHOULD', 'The version asked for is the latest of the era.', 'handshake'],
  ['version-refused', `${LIFE}Version Negotiation`, 'SHOULD', 'A server that answers with a version not spoken is given up.', 'noVersion'],
  ['capabilities', `${LIFE}Capability Negotiation`, 'MUST', 'Only what can be kept is declared: a process shared over stdio is told that nobody can be asked.', 'notAsked'],
  ['timeouts', `${LIFE}Timeouts`, 'SHOULD', 'Each request has a timeout, which can be set; the server is told by a cancellation.', 'timeout'],
  ['timeouts-most', `${LIFE}Timeouts`, 'SHOULD', 'Progress may extend it, up to a maximum.', 'maximum'],
  ['shutdown-stdin', `${LIFE}stdio`, 'SHOULD', 'A server is ended by the end of its input first.', 'endOfInput'],
  ['shutdown-kill', `${LIFE}stdio`, 'SHOULD', 'One that is deaf to that, and to SIGTERM, is killed with what it started.', 'closing'],
  ['ids', `${BASE}Requests`, 'MUST', 'Ids are unique on a connection, so that calls under way get their own answers.', 'answers'],
  ['stdin', `${WIRE}stdio`, 'MUST', 'Messages to a server hold no line breaks.', 'passed'],
  ['stdout', `${WIRE}stdio`, 'MUST', 'Messages are told apart by line ends; what a server prints besides costs none.', 'framing'],
  ['stderr', `${WIRE}stdio`, 'SHOULD', 'stderr is no sign of failure.', 'answers'],
  ['batch', '2025-03-26/basic/index.mdx#Batching', 'MUST', '2025-03-26 only: a batch from a server is received.', 'framing'],
  ['http-session', `${WIRE}Session Management`, 'MUST', 'The session id of a server goes with every request after initialize.', 'httpSession'],
  ['http-delete', `${WIRE}Session Management`, 'SHOULD', 'DELETE ends the session.', 'httpSession'],
  ['http-version', `${WIRE}Protocol Version Header`, 'MUST', 'MCP-Protocol-Version says the negotiated version (since 2025-06-18).', 'httpSession'],
  ['http-forgotten', `${WIRE}Session Management`, 'MUST', 'After a 404 the session is used no more.', 'forgotten'],
  ['http-get', `${WIRE}Listening for Messages from the Server`, 'described', 'The stream of GET is read where the server offers it.', 'unasked'],
  ['http-resume', `${WIRE}Resumability and Redelivery`, 'SHOULD', 'A stream that breaks is asked for its rest with Last-Event-ID.', 'resumed'],
  ['http-retry', `${WIRE}Sending Messages to the Server`, 'MUST', 'The retry field is respected (since 2025-11-25): scenario sse-retry.', 'suite'],
  ['http-old', `${WIRE}Backwards Compatibility`, 'described', 'A server that takes no POST is reached over HTTP+SSE of 2024-11-05.', 'fallback'],
  ['http-old-origin', OLD_WIRE, 'MUST', '2024-11-05: messages go to the endpoint told, which has to be on the server’s own origin.', 'elsewhere'],
  ['cancel', `${CANCEL}Behavior Requirements`, 'MUST', 'A cancellation names a request of this connection that is under way; a late response is ignored.', 'cancel'],
  ['cancel-initialize', `${CANCEL}Behavior Requirements`, 'MUST', 'initialize is never cancelled.', 'notCancelled'],
  ['ping', 'basic/utilities/ping.mdx#Behavior Requirements', 'MUST', 'ping of a server is answered at once.', 'ping'],
  ['ping-health', 'basic/utilities/ping.mdx#Implementation Considerations', 'SHOULD', 'Servers are pinged now and then; how long may be set, and silence is told.', 'frozen'],
  ['progress-token', `${PROGRESS}Progress Flow`, 'MUST', 'Tokens are unique among requests under way, and the client’s own is put back.', 'tokens'],
  ['pages', 'server/utilities/pagination.mdx#Implementation Guidelines', 'MUST', 'Lists are read to their last page; cursors are opaque.', 'pages'],
  ['pages-end', 'server/utilities/pagination.mdx#Implementation Guidelines', 'SHOULD', 'Broken pagination is borne: a list that never ends is cut.', 'sameCursor'],
  ['list-changed', 'server/tools.mdx#List Changed Notification', 'described', 'A list said to have changed is read again.', 'relisted'],
  ['asked-gone', 'client/sampling.mdx#Error Handling', 'SHOULD', 'When the client that is asked goes away, the server gets an error.', 'goneAsked'],
  ['logs', 'server/utilities/logging.mdx#Log Message Notifications', 'described', 'Messages on the response of a call reach its session alone.', 'logsOwn'],
  ['prm', `${AUTH}Protected Resource Metadata Discovery Requirements`, 'MUST', 'The metadata’s address is taken from WWW-Authenticate, else from the well-known paths in their order: scenarios auth/metadata-*.', 'suite'],
  ['as-discovery', `${AUTH}Authorization Server Metadata Discovery`, 'MUST', 'RFC 8414 and OpenID Connect discovery are tried, with and without path (2025-03-26: endpoints without metadata as well).', 'suite'],
  ['registration', `${AUTH}Client Registration Approaches`, 'SHOULD', 'Client id metadata document, registered client or dynamic registration, in that order: scenarios auth/basic-cimd, auth/pre-registration.', 'suite'],
  ['pkce', `${AUTH}Authorization Code Protection`, 'MUST', 'PKCE with S256 protects the code.', 'suite'],
  ['session-anew', 'basic/transports.mdx#Session Management', 'MUST', 'After a 404 a new session is begun.', 'anew'],
  ['pkce-verified', `${AUTH}Authorization Code Protection`, 'MUST', 'A login is refused where the metadata lacks code_challenge_methods_supported.', 'untrusted'],
  ['redirects', 'security_best_practices.mdx#OAuth Authorization URL Validation', 'MUST', 'Addresses of a login are http or https.', 'untrusted'],
  ['resource', `${AUTH}Resource Parameter Implementation`, 'MUST', 'The resource parameter goes with authorization and token requests (since 2025-06-18).', 'suite'],
  ['token-header', `${AUTH}Token Requirements`, 'MUST', 'The token goes in the Authorization header of every request.', 'suite'],
  ['scopes', `${AUTH}Scope Selection Strategy`, 'SHOULD', 'Scopes come from the challenge, else from scopes_supported, else none is asked for.', 'suite'],
  ['step-up', `${AUTH}Step-Up Authorization Flow`, 'SHOULD', 'insufficient_scope leads to a wider login, a limited number of times.', 'suite'],
  ['unauthorized', `${AUTH}Protected Resource Metadata Discovery Requirements`, 'MUST', 'A 401 is answered: the token is renewed, and a login is asked for where that is not possible.', 'login'],
  ['storage', `${AUTH}Token Theft`, 'MUST', 'Tokens are stored for the user alone, and told nowhere.', 'storage'],
  ['no-passthrough', `${AUTH}Access Token Privilege Restriction`, 'MUST', 'The token of a client never reaches a server.', 'passthrough'],
  ['suite', `${BASE}Messages`, 'described', 'The suite’s client scenarios of this revision pass, gaps listed there apart.', 'suite'],
];
