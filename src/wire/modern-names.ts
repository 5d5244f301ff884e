/** Names of the modern era (2026-07-28), for both sides of the gateway. */
import { METHOD } from './methods.ts';

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

/** The extension for tasks in this era (SEP-2663). */
export const TASKS_EXTENSION = `${PREFIX}tasks`;

/**
 * Members of the params that the header `Mcp-Name` repeats, by method (basic/transports/streamable-http,
 * Request Metadata).
 */
export const NAME_MEMBER: Readonly<Record<string, string>> = {
  [METHOD.TOOLS_CALL]: 'name',
  [METHOD.PROMPTS_GET]: 'name',
  [METHOD.RESOURCES_READ]: 'uri',
  [METHOD.TASKS_GET]: 'taskId',
  [METHOD.TASKS_UPDATE]: 'taskId',
  [METHOD.TASKS_CANCEL]: 'taskId',
};
