import { type Gap, type GapRow, gap } from './requirement.ts';

const HTTP = 'basic/transports/streamable-http.mdx#';
const AUTH = 'basic/authorization/';

// biome-ignore format: a table is read by its lines
const CLIENT: readonly GapRow[] = [
  ['schemas', 'basic/index.mdx#Implementation Requirements', 'MUST', 'JSON Schemas are validated by their dialect, within bounds.', 'Left to both ends: schemas, arguments and results pass through unread.'],
  ['tool-inputs', 'server/tools.mdx#Security Considerations', 'MUST', 'Tool inputs are validated, outputs sanitized.', 'Left to the servers, for the same reason; so are the inputs of prompts and completions.'],
  ['tool-rate', 'server/tools.mdx#Security Considerations', 'MUST', 'Calls of tools are limited in rate.', 'Limited in number under way (maxInFlight of a server), not in rate.'],
  ['news-rate', 'basic/patterns/progress.mdx#Implementation Notes', 'SHOULD', 'Log messages and progress are limited in rate.', 'Not limited in rate, only in what may wait for a slow reader.'],
  ['log-secrets', 'server/utilities/logging.mdx#Security', 'MUST', 'Log messages hold no credentials or personal data.', 'Those of servers are passed on unread; Hive’s own hold no secrets of the config (test/scenarios/secrets.test.ts).'],
  ['listen-cancelled', 'basic/patterns/cancellation.mdx#(top)', 'MUST', 'A subscription that the server ends is ended by notifications/cancelled.', 'It ends with its result, as basic/patterns/subscriptions asks, over HTTP and over stdio: the two pages differ.'],
  ['param-forward', `${HTTP}Server Behavior for Custom Headers`, 'MUST', 'An intermediary forwards Mcp-Param-* that it does not know.', 'Hive is no HTTP intermediary: it answers itself, and writes the headers of its own requests from their bodies.'],
  ['scope-hierarchy', `${AUTH}index.mdx#Step-Up Authorization Flow`, 'MUST', 'A broader scope implies narrower ones.', 'Which scope is broader is known to the authorization server alone: those of the config are compared as they are written.'],
  ['scope-offline', `${AUTH}index.mdx#Refresh Tokens`, 'SHOULD', 'offline_access is not among the scopes asked for.', 'The scopes are those that the config names.'],
  ['consent', `${AUTH}security-considerations.mdx#Confused Deputy Problem`, 'MUST', 'An OAuth proxy with a static client id asks for consent for each client.', 'Does not apply: Hive issues no codes or tokens and forwards no login of a client.'],
];

// biome-ignore format: a table is read by its lines
const UPSTREAM: readonly GapRow[] = [
  ['cache-scope', 'server/utilities/caching.mdx#Cache Scope Field', 'MUST', 'What is private is not shared between authorization contexts.', 'A server has one context, Hive’s own login or headers: all clients that may use it see the lists of that.'],
  ['cancel-reason', 'basic/patterns/cancellation.mdx#Implementation Notes', 'SHOULD', 'Reasons of cancellations are logged.', 'They are passed on to the server over stdio; no test of a log.'],
  ['ssrf', 'security_best_practices.mdx#Server-Side Request Forgery (SSRF)', 'MUST', 'The risk of discovery addresses in private networks is considered.', 'They are not blocked: servers are those the owner of the file named, often in private networks.'],
];

export const MODERN_GAPS: readonly Gap[] = [
  ...CLIENT.map(gap('2026-07-28', 'client')),
  ...UPSTREAM.map(gap('2026-07-28', 'upstream')),
];
