/**
 * Requirements of 2026-07-28 towards servers. A section is a page under docs/specification/2026-07-28 and a heading in it. Last
 * column: see requirement.ts.
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
  ['prefers', `${VERSIONING}Backward Compatibility with Initialization-Based Versions`, 'SHOULD', 'Hive sends server/discover first; any answer that is not a recognised modern one leads to initialize.', 'eraOf'],
  ['http-evidence', `${HTTP}Backward Compatibility`, 'SHOULD', 'Over HTTP, the body of an error is examined before falling back; a refused login is no evidence of the era.', 'evidence'],
  ['no-evidence', `${HTTP}Backward Compatibility`, 'SHOULD', 'A recognised modern error ends the start, and so does a refused login: no initialize follows.', 'refusedStart'],
  ['remembered', `${VERSIONING}Backward Compatibility with Initialization-Based Versions`, 'SHOULD', 'The detected era is cached for the same configuration and image, and detected again if it proves wrong.', 'shortcut'],
  ['found-anew', `${VERSIONING}Backward Compatibility with Initialization-Based Versions`, 'SHOULD', 'If a server changes era while in use, Hive detects that and uses the new era.', 'eraChanges'],
  ['unknown-version', `${VERSIONING}Protocol Version Negotiation`, 'SHOULD', 'If there is no common version, the user gets an error that says so.', 'future'],
  ['sse', `${HTTP}HTTP+SSE Transport (2024-11-05)`, 'SHOULD', 'If POST is not supported, the older transport is tried.', 'fallback'],
  ['verbatim', `${BASE}Result Responses`, 'MUST', 'Results of any type reach a modern client unchanged, and a legacy client without members that its era lacks.', { LM: ['untouched', 'forms'], MM: ['bytes', 'forms'] }],
  ['result-type', `${BASE}ResultType`, 'MUST', 'A result without resultType is complete; a result of an unknown type is an error.', { LM: 'noType', MM: { never: 'it is the client that reads it' } }],
  ['meta', `${BASE}_meta`, 'MUST', 'Each request carries version, capabilities and name of its client, and keeps the client’s _meta.', { LM: ['envelope', 'meta'], MM: ['bytes', 'meta'] }],
  ['capabilities', `${BASE}_meta`, 'MUST', 'The capabilities declared to a server are those of the request’s client.', { LM: 'envelope', MM: ['bytes', 'meta'] }],
  ['pages', 'server/utilities/pagination.mdx#Implementation Guidelines', 'MUST', 'Lists are read to the last page; cursors are opaque, an empty one too.', { ends: 'wholeLists' }],
  ['list-changed', 'server/utilities/caching.mdx#Freshness Calculation', 'SHOULD', 'A list is read again after a list_changed notification.', { ends: 'whoseChanges' }],
  ['progress-token', 'basic/patterns/progress.mdx#Progress Flow', 'MUST', 'Tokens are unique among requests in flight; notifications carry the client’s own token again.', { ends: ['meta', 'progressEnds'] }],
  ['ids', `${BASE}Requests`, 'MUST', 'Ids are unique on a connection, so that each call in flight gets its own answer.', { ends: ['progressEnds', 'ownStream'] }],
  ['contents', 'server/utilities/completion.mdx#Capabilities', 'described', 'Calls, prompts, resources and completions are forwarded.', { ends: 'contents' }],
  ['trace', `${BASE}_meta`, 'MUST', 'Trace context is passed on unchanged.', { ends: 'meta' }],
  ['log-level', 'server/utilities/logging.mdx#Per-request log level', 'MUST', 'Log messages reach the request that asked for them, and are dropped if that request cannot be determined.', { ends: ['whoseLogs', 'lonely'] }],
  ['response-stream', `${HTTP}Receiving Messages`, 'MUST', 'Messages on the response of a request belong to that request.', 'ownStream'],
  ['mrtr-retry', `${MRTR}Client Requirements (Basic Workflow)`, 'MUST', 'A retry has a new id, the original params, the requested inputs, and requestState unchanged if there was one.', { LM: ['retried', 'noStateBack', 'atOnce'], MM: ['wholeState', 'whoAsked', 'modernPass'] }],
  ['mrtr-own', `${MRTR}Client Requirements (Basic Workflow)`, 'MUST', 'A server’s requests reach the client whose call caused them.', { LM: ['asksLegacy', 'whoAsked'], MM: 'whoAsked' }],
  ['mrtr-bound', `${MRTR}Server Requirements (Basic Workflow)`, 'SHOULD', 'A server that keeps asking for input causes an error after a limit.', { LM: 'tooMuch', MM: { never: 'it is the client that asks again' } }],
  ['errors', `${BASE}Error Codes`, 'MUST', 'Errors reach a modern client unchanged; errors about the gateway’s own request do not reach a legacy client.', { LM: ['inWords', 'errorCodes'], MM: ['asItIs', 'errorCodes'] }],
  ['listen-one', `${SUBSCRIPTIONS}Opening a Stream`, 'MUST', 'One subscription covers exactly the clients’ subscriptions; to change its filter, a new subscription replaces it.', { ends: ['whoseUpdates', 'oneListen'] }],
  ['listen-again', `${SUBSCRIPTIONS}Graceful Closure`, 'MUST', 'A subscription that ends is reopened.', 'reopened'],
  ['listen-refused', `${SUBSCRIPTIONS}Acknowledgment`, 'SHOULD', 'Without an acknowledgment, the subscription is retried with growing pauses.', 'unacknowledged'],
  ['listen-none', `${SUBSCRIPTIONS}Acknowledgment`, 'SHOULD', 'A server without subscriptions works otherwise as usual.', 'unlistened'],
  ['listen-correlate', `${SUBSCRIPTIONS}Receiving Notifications`, 'MUST', 'Over stdio, the subscription id identifies messages; an unknown subscription is ended.', ['oneListen', 'strays']],
  ['listen-anew', `${SUBSCRIPTIONS}Graceful Closure`, 'MUST', 'When a server reconnects, its subscriptions are reopened.', { ends: 'follows' }],
  ['headers', `${HTTP}Standard Request Headers`, 'MUST', 'Headers repeat method, name and marked arguments, encoded if a header cannot hold them.', 'toHeaders'],
  ['header-encoding', `${HTTP}Value Encoding`, 'MUST', 'Values that a header cannot hold, or that look encoded, are encoded.', 'toHeaders'],
  ['header-tools', `${HTTP}Schema Extension`, 'MUST', 'Tools with invalid header definitions are left out and logged by name.', ['toHeaders', 'paramHeaders']],
  ['accept', `${HTTP}Sending Messages`, 'MUST', 'Each message is its own POST with both content types in Accept; Hive reads either.', ['toHeaders', 'ownStream']],
  ['header-mismatch', `${HTTP}Client Behavior`, 'SHOULD', 'After -32020, the list of tools is read again and the call repeated once.', 'mismatch'],
  ['cancel-http', 'basic/patterns/cancellation.mdx#Transport-Specific Cancellation', 'MUST', 'Over HTTP, closing the response cancels a call.', 'closesPost'],
  ['cancel-stdio', 'basic/patterns/cancellation.mdx#Transport-Specific Cancellation', 'MUST', 'Over stdio, a notification with its id cancels a call.', { ends: ['cancels', 'cancelsStdio'] }],
  ['timeouts', 'basic/patterns/cancellation.mdx#Timeouts', 'SHOULD', 'Each request has a configurable timeout; on a timeout the request is cancelled at the server.', 'overTime'],
  ['late', 'basic/patterns/cancellation.mdx#Behavior Requirements', 'SHOULD', 'The answer to a cancelled request is dropped.', 'overTime'],
  ['nothing-legacy', 'basic/transports/stdio.mdx#Sending Messages', 'MUST', 'Hive sends no responses and no notifications of the legacy era.', 'noLegacy'],
  ['stdin', 'basic/transports/stdio.mdx#(top)', 'MUST', 'Messages to a server contain no line breaks.', { ends: 'oneLine' }],
  ['stdout', 'basic/transports/stdio.mdx#(top)', 'MUST', 'Line ends separate messages; other output of a server loses none of them.', 'framing'],
  ['shutdown', 'basic/transports/stdio.mdx#Shutdown', 'SHOULD', 'A server is stopped by closing its input; if it ignores that and SIGTERM, it is killed.', ['endOfInput', 'closing']],
  ['restart', 'basic/transports/stdio.mdx#Unexpected Termination', 'SHOULD', 'A server that exits unexpectedly is restarted.', ['comesBack', 'follows']],
  ['fallback-code', 'basic/transports/stdio.mdx#Backward Compatibility', 'MUST', 'A server counts as legacy after any of several signs: other error codes, an empty answer, silence, or an exit.', 'eraOf'],
  ['refs', `${BASE}\`$ref\` Resolution`, 'MUST', 'References in schemas are never fetched: scenario json-schema-ref-no-deref.', ['suite', 'asObject']],
  ['cache-ttl', 'server/utilities/caching.mdx#Freshness Calculation', 'SHOULD', 'A list whose ttlMs has expired is read again when a client asks for it, at most every two seconds; lists are not polled.', { ends: ['staleLists', 'ttlOver', 'moment'] }],
  ['tasks', `${VERSIONING}Extension Negotiation`, 'MUST', 'Tasks are started only for clients that support them; other clients get an error that explains it.', { LM: ['foreignTasks', 'inWords'], MM: ['keptTasks', 'bytes'] }],
  ['suite', `${BASE}(top)`, 'described', 'The client scenarios of the official suite for this version pass.', 'suite'],
  ['prm', `${AUTH}authorization-server-discovery.mdx#Protected Resource Metadata Discovery Requirements`, 'MUST', 'The metadata’s address comes from WWW-Authenticate, else from the well-known paths in order: scenarios auth/metadata-*.', 'suite'],
  ['as-discovery', `${AUTH}authorization-server-discovery.mdx#Authorization Server Metadata Discovery`, 'MUST', 'RFC 8414 and OpenID Connect discovery are tried, with and without path; metadata of another issuer is not used: scenario auth/metadata-issuer-mismatch.', 'suite'],
  ['as-own', `${AUTH}client-registration.mdx#Authorization Server Binding`, 'MUST', 'Registrations and tokens are kept for the authorization server that gave them: scenario auth/authorization-server-migration.', 'suite'],
  ['registration', `${AUTH}client-registration.mdx#(top)`, 'SHOULD', 'Hive uses a registered client, a client id metadata document or dynamic registration: scenarios auth/pre-registration, auth/basic-cimd.', 'suite'],
  ['application-type', `${AUTH}client-registration.mdx#Application Type and Redirect URI Constraints`, 'MUST', 'Hive registers as a native application.', 'registers'],
  ['redirect-uris', `${AUTH}security-considerations.mdx#Communication Security`, 'MUST', 'Redirect URIs are loopback addresses that were registered.', 'registers'],
  ['login-state', `${AUTH}security-considerations.mdx#Open Redirection`, 'SHOULD', 'state is sent and compared; an answer with a different state, or none, is ignored.', 'callback'],
  ['scopes', `${AUTH}index.mdx#Scope Selection Strategy`, 'SHOULD', 'Scopes come from the challenge, else from scopes_supported, else none are requested: scenarios auth/scope-*.', 'suite'],
  ['step-up', `${AUTH}index.mdx#Step-Up Authorization Flow`, 'SHOULD', 'insufficient_scope leads to a login with more scopes, a limited number of times.', 'suite'],
  ['iss', `${AUTH}index.mdx#Authorization Response Validation`, 'MUST', 'The issuer of an answer is compared, character by character, before the code is used: scenarios auth/iss-*.', 'suite'],
  ['iss-error', `${AUTH}index.mdx#Authorization Response Validation`, 'MUST', 'The error text of another issuer is not shown.', 'refusals'],
  ['resource', `${AUTH}index.mdx#Resource Parameter Implementation`, 'MUST', 'Authorization and token requests carry the resource parameter; metadata of another resource is refused: scenario auth/resource-mismatch.', 'suite'],
  ['token-header', `${AUTH}index.mdx#Token Requirements`, 'MUST', 'Every request carries the token in its Authorization header.', 'suite'],
  ['refresh', `${AUTH}index.mdx#Refresh Tokens`, 'MUST', 'Tokens are refreshed if possible; offline_access is requested if it is offered: scenarios auth/offline-access-*.', ['suite', 'login']],
  ['pkce', `${AUTH}security-considerations.mdx#Authorization Code Protection`, 'MUST', 'PKCE with S256 protects the code; a login is refused if the metadata does not offer PKCE.', ['suite', 'untrusted']],
  ['storage', `${AUTH}security-considerations.mdx#Token Theft`, 'MUST', 'Stored tokens are readable by the user alone and are never shown.', 'storage'],
  ['no-passthrough', `${AUTH}security-considerations.mdx#Access Token Privilege Restriction`, 'MUST', 'A client’s token never reaches a server.', 'passthrough'],
];
