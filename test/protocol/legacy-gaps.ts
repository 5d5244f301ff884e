import { type Gap, type GapRow, gap } from './requirement.ts';

// biome-ignore format: a table is read by its lines
const CLIENT: readonly GapRow[] = [
  ['session-random', 'basic/transports.mdx#Session Management', 'SHOULD', 'Session ids are cryptographically secure.', 'They are random UUIDs of node:crypto (122 bits); no test can show randomness.'],
  ['schemas', 'basic/index.mdx#Implementation Requirements', 'MUST', 'JSON Schemas are validated by their dialect.', 'Left to both ends: schemas, arguments and results pass through unread.'],
  ['tool-inputs', 'server/tools.mdx#Security Considerations', 'MUST', 'Tool inputs are validated, outputs sanitized.', 'Left to the servers, for the same reason.'],
  ['tool-rate', 'server/tools.mdx#Security Considerations', 'MUST', 'Calls of tools are limited in rate.', 'Limited in number under way (1000 of a session, maxInFlight of a server), not in rate.'],
  ['progress-order', 'basic/utilities/progress.mdx#Progress Flow', 'MUST', 'Progress increases.', 'That of servers is passed on as it comes: some repeat a value with a new message, and what is dropped is lost to the person who waits. Only Hive’s own is made to grow.'],
  ['log-secrets', 'server/utilities/logging.mdx#Security', 'MUST', 'Log messages hold no credentials or personal data.', 'Those of servers are passed on unread; Hive’s own hold no secrets of the config (test/scenarios/secrets.test.ts).'],
  ['log-rate', 'server/utilities/logging.mdx#Implementation Considerations', 'SHOULD', 'Log messages and progress are limited in rate.', 'Not limited in rate, only in what may wait for a slow reader.'],
  ['task-listed', 'basic/utilities/tasks.mdx#Task Listing', 'MUST', 'What tasks/get finds, tasks/list lists.', 'tasks/list is refused: one server’s list would show the tasks of other clients.'],
  ['task-rate', 'basic/utilities/tasks.mdx#Task Isolation and Access Control', 'SHOULD', 'Operations on tasks are limited in rate.', 'Only in number under way, as all requests of a session are.'],
  ['consent', 'security_best_practices.mdx#Confused Deputy Problem', 'MUST', 'An OAuth proxy with a static client id asks for consent for each client.', 'Does not apply: Hive issues no codes or tokens and forwards no login of a client.'],
];

// biome-ignore format: a table is read by its lines
const UPSTREAM: readonly GapRow[] = [
  ['old-metadata', 'basic/authorization.mdx#Authorization Server Metadata Discovery', 'MUST', '2025-03-26: metadata that names another issuer than its address.', 'Refused, as RFC 8414 demands, and as the newer suite has it: test/conformance/client-gaps.ts.'],
];

/** What the legacy revisions demand and no test proves. */
export const LEGACY_GAPS: readonly Gap[] = [
  ...CLIENT.map(gap('2025-11-25', 'client')),
  ...UPSTREAM.map(gap('2025-11-25', 'upstream')),
];
