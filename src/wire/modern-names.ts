/** Names of the modern era (2026-07-28) that both sides of the gateway write and read. */

export const MODERN_VERSION = '2026-07-28';

const PREFIX = 'io.modelcontextprotocol/';
/** Keys of `_meta` (basic/index, _meta). */
export const META = {
  version: `${PREFIX}protocolVersion`,
  capabilities: `${PREFIX}clientCapabilities`,
  clientInfo: `${PREFIX}clientInfo`,
  logLevel: `${PREFIX}logLevel`,
  serverInfo: `${PREFIX}serverInfo`,
  subscription: `${PREFIX}subscriptionId`,
} as const;

/** The extension in which servers of this era run tasks (SEP-2663). */
export const TASKS_EXTENSION = `${PREFIX}tasks`;

/** Asks for the news of one task, and ends that: our own words for what is a member of a filter in this era. */
export const TASK_NEWS = { subscribe: 'tasks/subscribe', unsubscribe: 'tasks/unsubscribe' } as const;

/** By method, the member of the params that the header `Mcp-Name` repeats (basic/transports/streamable-http, Request Metadata). */
export const NAMED: Readonly<Record<string, string>> = {
  'tools/call': 'name',
  'prompts/get': 'name',
  'resources/read': 'uri',
  'tasks/get': 'taskId',
  'tasks/update': 'taskId',
  'tasks/cancel': 'taskId',
};
