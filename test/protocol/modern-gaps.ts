/** Requirements of 2026-07-28 that no test proves, with the reason. */
import { type Gap, type GapRow, gap } from './requirement.ts';

const HTTP = 'basic/transports/streamable-http.mdx#';
const AUTH = 'basic/authorization/';

// biome-ignore format: a table is read by its lines
const CLIENT: readonly GapRow[] = [
  ['schemas', 'basic/index.mdx#Implementation Requirements', 'MUST', 'JSON Schemas are validated by their dialect, within bounds.', 'Left to both ends: Hive passes schemas, arguments and results on unread.'],
  ['tool-inputs', 'server/tools.mdx#Security Considerations', 'MUST', 'Tool inputs are validated, outputs sanitized.', 'Left to the servers for the same reason, as are inputs of prompts and completions.'],
  ['tool-rate', 'server/tools.mdx#Security Considerations', 'MUST', 'Tool calls are rate-limited.', 'The number of calls in flight is limited (maxInFlight of a server), not their rate.'],
  ['news-rate', 'basic/patterns/progress.mdx#Implementation Notes', 'SHOULD', 'Log messages and progress are rate-limited.', 'Not rate-limited; only the backlog for a slow reader is limited.'],
  ['log-secrets', 'server/utilities/logging.mdx#Security', 'MUST', 'Log messages contain no credentials or personal data.', 'Servers’ messages are passed on unread; Hive’s own contain no secrets of the config (test/scenarios/secrets.test.ts).'],
  ['listen-cancelled', 'basic/patterns/cancellation.mdx#(top)', 'MUST', 'A server ends a subscription with notifications/cancelled.', 'Hive ends it with its result, over HTTP and stdio, as basic/patterns/subscriptions demands: the two pages contradict each other.'],
  ['param-forward', `${HTTP}Server Behavior for Custom Headers`, 'MUST', 'An intermediary forwards unknown Mcp-Param-* headers.', 'Hive is not an HTTP intermediary: it answers requests itself, and derives the headers of its own requests from their bodies.'],
  ['scope-hierarchy', `${AUTH}index.mdx#Step-Up Authorization Flow`, 'MUST', 'A broader scope implies narrower ones.', 'Only the authorization server knows which scope is broader: scopes of the config are compared literally.'],
  ['scope-offline', `${AUTH}index.mdx#Refresh Tokens`, 'SHOULD', 'offline_access is not among the requested scopes.', 'Hive requests the scopes of the config.'],
  ['consent', `${AUTH}security-considerations.mdx#Confused Deputy Problem`, 'MUST', 'An OAuth proxy with a static client id asks for consent for each client.', 'Does not apply: Hive issues no codes or tokens and forwards no client’s login.'],
];

// biome-ignore format: a table is read by its lines
const UPSTREAM: readonly GapRow[] = [
  ['cache-scope', 'server/utilities/caching.mdx#Cache Scope Field', 'MUST', 'Private results are not shared between authorization contexts.', 'A server has one context, Hive’s own login or headers, so all its clients see the same lists.'],
  ['cancel-reason', 'basic/patterns/cancellation.mdx#Implementation Notes', 'SHOULD', 'Reasons of cancellations are logged.', 'They are passed on to the server over stdio; no test covers a log.'],
  ['ssrf', 'security_best_practices.mdx#Server-Side Request Forgery (SSRF)', 'MUST', 'The risk of discovery addresses in private networks is considered.', 'Not blocked: the owner of the config chose the servers, and these are often in private networks.'],
];

export const MODERN_GAPS: readonly Gap[] = [
  ...CLIENT.map(gap('2026-07-28', 'client')),
  ...UPSTREAM.map(gap('2026-07-28', 'upstream')),
];
