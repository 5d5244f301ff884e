/**
 * What 2026-07-28 demands of the gateway towards servers: `section` is a page under docs/specification/2026-07-28 and a heading in it. What a
 * row proves, and for which pairings, is told by requirement.ts.
 */
import type { Row } from './requirement.ts';

const AUTH = 'basic/authorization/';
const HTTP = 'basic/transports/streamable-http.mdx#';
const MRTR = 'basic/patterns/mrtr.mdx#';
const SUBSCRIPTIONS = 'basic/patterns/subscriptions.mdx#';
const BASE = 'basic/index.mdx#';
const VERSIONING = 'basic/versioning.mdx#';

// biome-ignore format: a table is read by its lines
export const MODERN_UPSTREAM: readonly Row[] = [
  ['prefers', `${VERSIONING}Backward Compatibility with Initialization-Based Versions`, 'SHOULD', 'A server is asked with server/discover first; whatever is no recognised modern answer means initialize.', 'eraOf'],
  ['http-evidence', `${HTTP}Backward Compatibility`, 'SHOULD', 'Over HTTP the body of an error is looked at before falling back; a refused login is no evidence.', 'evidence'],
  ['no-evidence', `${HTTP}Backward Compatibility`, 'SHOULD', 'A recognised modern error ends the start, and so does a refused login: no initialize follows.', 'refusedStart'],
  ['remembered', `${VERSIONING}Backward Compatibility with Initialization-Based Versions`, 'SHOULD', 'What was found is kept for the same configuration and image, and found out anew where it is wrong.', 'shortcut'],
  ['found-anew', `${VERSIONING}Backward Compatibility with Initialization-Based Versions`, 'SHOULD', 'A server that becomes one of the other era while it is used is asked again, and spoken to in that.', 'eraChanges'],
  ['unknown-version', `${VERSIONING}Protocol Version Negotiation`, 'SHOULD', 'Where no version is common the user is told so.', 'future'],
  ['sse', `${HTTP}HTTP+SSE Transport (2024-11-05)`, 'SHOULD', 'Where nothing can be posted, the older transport is tried.', 'fallback'],
  ['verbatim', `${BASE}Result Responses`, 'MUST', 'Results reach a modern client as they came, of whatever type, and a legacy one without what its era has not.', { LM: ['untouched', 'forms'], MM: ['bytes', 'forms'] }],
  ['result-type', `${BASE}ResultType`, 'MUST', 'A result without resultType is complete; one of an unknown type is an error.', { LM: 'noType', MM: { never: 'it is the client that reads it' } }],
  ['meta', `${BASE}_meta`, 'MUST', 'Each request carries the version, the capabilities and the name of its client; what the client put into _meta stays.', { LM: ['envelope', 'meta'], MM: ['bytes', 'meta'] }],
  ['capabilities', `${BASE}_meta`, 'MUST', 'What is declared to a server is what the client of that request can do.', { LM: 'envelope', MM: ['bytes', 'meta'] }],
  ['pages', 'server/utilities/pagination.mdx#Implementation Guidelines', 'MUST', 'Lists are read to their last page; cursors are opaque, the empty one as well.', { ends: 'wholeLists' }],
  ['list-changed', 'server/utilities/caching.mdx#Freshness Calculation', 'SHOULD', 'A list said to have changed is read again.', { ends: 'whoseChanges' }],
  ['progress-token', 'basic/patterns/progress.mdx#Progress Flow', 'MUST', 'Tokens are unique among requests under way, and the client’s own is put back.', { ends: ['meta', 'progressEnds'] }],
  ['ids', `${BASE}Requests`, 'MUST', 'Ids are unique on a connection, so that calls under way get their own answers.', { ends: ['progressEnds', 'ownStream'] }],
  ['contents', 'server/utilities/completion.mdx#Capabilities', 'described', 'Calls, prompts, resources and completions are carried.', { ends: 'contents' }],
  ['trace', `${BASE}_meta`, 'MUST', 'Trace context passes as it is.', { ends: 'meta' }],
  ['log-level', 'server/utilities/logging.mdx#Per-request log level', 'MUST', 'Log messages reach the request that asked for them, and nobody where that cannot be told.', { ends: ['whoseLogs', 'lonely'] }],
  ['response-stream', `${HTTP}Receiving Messages`, 'MUST', 'What comes on the response of a request belongs to it.', 'ownStream'],
  ['mrtr-retry', `${MRTR}Client Requirements (Basic Workflow)`, 'MUST', 'A retry has a new id, the params of the first, what was asked for, and requestState as it came or not at all.', { LM: ['retried', 'noStateBack', 'atOnce'], MM: ['wholeState', 'whoAsked', 'modernPass'] }],
  ['mrtr-own', `${MRTR}Client Requirements (Basic Workflow)`, 'MUST', 'What a server asks reaches the client whose call it is.', { LM: ['asksLegacy', 'whoAsked'], MM: 'whoAsked' }],
  ['mrtr-bound', `${MRTR}Server Requirements (Basic Workflow)`, 'SHOULD', 'A server that never has enough ends in an error.', { LM: 'tooMuch', MM: { never: 'it is the client that asks again' } }],
  ['errors', `${BASE}Error Codes`, 'MUST', 'Errors reach a modern client as they came; those about the gateway’s own request do not reach a legacy one.', { LM: ['inWords', 'errorCodes'], MM: ['asItIs', 'errorCodes'] }],
  ['listen-one', `${SUBSCRIPTIONS}Opening a Stream`, 'MUST', 'One subscription asks for what clients want, no more; its filter changes by another taking its place.', { ends: ['whoseUpdates', 'oneListen'] }],
  ['listen-again', `${SUBSCRIPTIONS}Graceful Closure`, 'MUST', 'A subscription that ends is opened again.', 'reopened'],
  ['listen-refused', `${SUBSCRIPTIONS}Acknowledgment`, 'SHOULD', 'Without an acknowledgment it is tried again, ever less often.', 'unacknowledged'],
  ['listen-none', `${SUBSCRIPTIONS}Acknowledgment`, 'SHOULD', 'A server without subscriptions serves all the same.', 'unlistened'],
  ['listen-correlate', `${SUBSCRIPTIONS}Receiving Notifications`, 'MUST', 'Over stdio messages are told apart by the id of their subscription; one that is nobody’s is ended.', ['oneListen', 'strays']],
  ['listen-anew', `${SUBSCRIPTIONS}Graceful Closure`, 'MUST', 'When a server comes anew its subscriptions are opened again.', { ends: 'follows' }],
  ['headers', `${HTTP}Standard Request Headers`, 'MUST', 'Method, name and marked arguments are repeated in headers, encoded where a header cannot hold them.', 'toHeaders'],
  ['header-encoding', `${HTTP}Value Encoding`, 'MUST', 'Values that a header cannot hold, or that look encoded already, are encoded.', 'toHeaders'],
  ['header-tools', `${HTTP}Schema Extension`, 'MUST', 'Tools whose headers cannot be are left out, and that is logged with their name.', ['toHeaders', 'paramHeaders']],
  ['accept', `${HTTP}Sending Messages`, 'MUST', 'Each message is a POST of its own, with both content types in Accept, and either is read.', ['toHeaders', 'ownStream']],
  ['header-mismatch', `${HTTP}Client Behavior`, 'SHOULD', 'On -32020 the list of tools is read again, and the call repeated once.', 'mismatch'],
  ['cancel-http', 'basic/patterns/cancellation.mdx#Transport-Specific Cancellation', 'MUST', 'Over HTTP a call is cancelled by closing its response.', 'closesPost'],
  ['cancel-stdio', 'basic/patterns/cancellation.mdx#Transport-Specific Cancellation', 'MUST', 'Over stdio a call is cancelled by a notification with its id.', { ends: ['cancels', 'cancelsStdio'] }],
  ['timeouts', 'basic/patterns/cancellation.mdx#Timeouts', 'SHOULD', 'Each request has a timeout, which can be set; the server is told by a cancellation.', 'overTime'],
  ['late', 'basic/patterns/cancellation.mdx#Behavior Requirements', 'SHOULD', 'The answer to a cancelled request is nobody’s.', 'overTime'],
  ['nothing-legacy', 'basic/transports/stdio.mdx#Sending Messages', 'MUST', 'No response and no notification of the legacy era is sent.', 'noLegacy'],
  ['stdin', 'basic/transports/stdio.mdx#(top)', 'MUST', 'Messages to a server hold no line breaks.', { ends: 'oneLine' }],
  ['stdout', 'basic/transports/stdio.mdx#(top)', 'MUST', 'Messages are told apart by line ends; what a server prints besides costs none.', 'framing'],
  ['shutdown', 'basic/transports/stdio.mdx#Shutdown', 'SHOULD', 'A server is ended by the end of its input first; one that is deaf to that, and to SIGTERM, is killed.', ['endOfInput', 'closing']],
  ['restart', 'basic/transports/stdio.mdx#Unexpected Termination', 'SHOULD', 'A server that ends unexpectedly is started again.', ['comesBack', 'follows']],
  ['fallback-code', 'basic/transports/stdio.mdx#Backward Compatibility', 'MUST', 'No single code decides that a server is legacy: its own codes, nothing, silence and death all do.', 'eraOf'],
  ['refs', `${BASE}\`$ref\` Resolution`, 'MUST', 'No reference of a schema is fetched: scenario json-schema-ref-no-deref.', ['suite', 'asObject']],
  ['cache-ttl', 'server/utilities/caching.mdx#Freshness Calculation', 'SHOULD', 'A list whose ttlMs is over is read again when a client asks for it, at most every two seconds; nothing is polled for.', { ends: ['staleLists', 'ttlOver', 'moment'] }],
  ['tasks', `${VERSIONING}Extension Negotiation`, 'MUST', 'Tasks are begun for clients that know them; another is told in words.', { LM: ['foreignTasks', 'inWords'], MM: ['keptTasks', 'bytes'] }],
  ['suite', `${BASE}(top)`, 'described', 'The suite’s client scenarios of this version pass.', 'suite'],
  ['prm', `${AUTH}authorization-server-discovery.mdx#Protected Resource Metadata Discovery Requirements`, 'MUST', 'The metadata’s address is taken from WWW-Authenticate, else from the well-known paths in their order: scenarios auth/metadata-*.', 'suite'],
  ['as-discovery', `${AUTH}authorization-server-discovery.mdx#Authorization Server Metadata Discovery`, 'MUST', 'RFC 8414 and OpenID Connect discovery are tried, with and without path; metadata of another issuer is not used: scenario auth/metadata-issuer-mismatch.', 'suite'],
  ['as-own', `${AUTH}client-registration.mdx#Authorization Server Binding`, 'MUST', 'Registrations and tokens are kept for the authorization server that gave them: scenario auth/authorization-server-migration.', 'suite'],
  ['registration', `${AUTH}client-registration.mdx#(top)`, 'SHOULD', 'Registered client, client id metadata document or dynamic registration: scenarios auth/pre-registration, auth/basic-cimd.', 'suite'],
  ['application-type', `${AUTH}client-registration.mdx#Application Type and Redirect URI Constraints`, 'MUST', 'Hive registers as a native application.', 'registers'],
  ['redirect-uris', `${AUTH}security-considerations.mdx#Communication Security`, 'MUST', 'Answers come back on loopback, on an address that was registered.', 'registers'],
  ['login-state', `${AUTH}security-considerations.mdx#Open Redirection`, 'SHOULD', 'state is sent and compared; an answer with another, or none, does not count.', 'callback'],
  ['scopes', `${AUTH}index.mdx#Scope Selection Strategy`, 'SHOULD', 'Scopes come from the challenge, else from scopes_supported, else none is asked for: scenarios auth/scope-*.', 'suite'],
  ['step-up', `${AUTH}index.mdx#Step-Up Authorization Flow`, 'SHOULD', 'insufficient_scope leads to a wider login, a limited number of times.', 'suite'],
  ['iss', `${AUTH}index.mdx#Authorization Response Validation`, 'MUST', 'The issuer of an answer is compared, character by character, before its code is used: scenarios auth/iss-*.', 'suite'],
  ['iss-error', `${AUTH}index.mdx#Authorization Response Validation`, 'MUST', 'The words of a refusal from another issuer are not shown.', 'refusals'],
  ['resource', `${AUTH}index.mdx#Resource Parameter Implementation`, 'MUST', 'The resource parameter goes with authorization and token requests; metadata of another resource is refused: scenario auth/resource-mismatch.', 'suite'],
  ['token-header', `${AUTH}index.mdx#Token Requirements`, 'MUST', 'The token goes in the Authorization header of every request.', 'suite'],
  ['refresh', `${AUTH}index.mdx#Refresh Tokens`, 'MUST', 'Tokens are renewed where that can be, offline_access is asked for where it is offered: scenarios auth/offline-access-*.', ['suite', 'login']],
  ['pkce', `${AUTH}security-considerations.mdx#Authorization Code Protection`, 'MUST', 'PKCE with S256 protects the code; a login is refused where the metadata lacks it.', ['suite', 'untrusted']],
  ['storage', `${AUTH}security-considerations.mdx#Token Theft`, 'MUST', 'Tokens are stored for the user alone, and told nowhere.', 'storage'],
  ['no-passthrough', `${AUTH}security-considerations.mdx#Access Token Privilege Restriction`, 'MUST', 'The token of a client never reaches a server.', 'passthrough'],
];
