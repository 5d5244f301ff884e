/** Requirements of the legacy revisions that no test proves, with the reason. */
import { type Gap, type GapRow, gap } from './requirement.ts';

// biome-ignore format: a table is read by its lines
const CLIENT: readonly GapRow[] = [
  ['session-random', 'basic/transports.mdx#Session Management', 'SHOULD', 'Session ids are cryptographically secure.', 'They are random UUIDs from node:crypto (122 bits); no test can prove randomness.'],
  ['schemas', 'basic/index.mdx#Implementation Requirements', 'MUST', 'JSON Schemas are validated by their dialect.', 'Left to both ends: Hive passes schemas, arguments and results on unread.'],
  ['tool-inputs', 'server/tools.mdx#Security Considerations', 'MUST', 'Tool inputs are validated, outputs sanitized.', 'Left to the servers for the same reason.'],
  ['tool-rate', 'server/tools.mdx#Security Considerations', 'MUST', 'Tool calls are rate-limited.', 'The number of calls in flight is limited (1000 per session, maxInFlight of a server), not their rate.'],
  ['progress-order', 'basic/utilities/progress.mdx#Progress Flow', 'MUST', 'Progress increases.', 'Servers’ progress is passed on unchanged: some servers repeat a value with a new message, and dropping it would hide that message from the user. Only Hive’s own progress always increases.'],
  ['log-secrets', 'server/utilities/logging.mdx#Security', 'MUST', 'Log messages contain no credentials or personal data.', 'Servers’ messages are passed on unread; Hive’s own contain no secrets of the config (test/scenarios/secrets.test.ts).'],
  ['log-rate', 'server/utilities/logging.mdx#Implementation Considerations', 'SHOULD', 'Log messages and progress are rate-limited.', 'Not rate-limited; only the backlog for a slow reader is limited.'],
  ['task-listed', 'basic/utilities/tasks.mdx#Task Listing', 'MUST', 'tasks/list lists every task that tasks/get finds.', 'tasks/list is refused: a server’s list would show other clients’ tasks.'],
  ['task-rate', 'basic/utilities/tasks.mdx#Task Isolation and Access Control', 'SHOULD', 'Task operations are rate-limited.', 'Only the number in flight is limited, as for all requests of a session.'],
  ['consent', 'security_best_practices.mdx#Confused Deputy Problem', 'MUST', 'An OAuth proxy with a static client id asks for consent for each client.', 'Does not apply: Hive issues no codes or tokens and forwards no client’s login.'],
];

// biome-ignore format: a table is read by its lines
const UPSTREAM: readonly GapRow[] = [
  ['old-metadata', 'basic/authorization.mdx#Authorization Server Metadata Discovery', 'MUST', '2025-03-26: metadata may name an issuer other than its address.', 'Refused, as RFC 8414 and the newer suite demand: test/conformance/client-gaps.ts.'],
];

export const LEGACY_GAPS: readonly Gap[] = [
  ...CLIENT.map(gap('2025-11-25', 'client')),
  ...UPSTREAM.map(gap('2025-11-25', 'upstream')),
];
