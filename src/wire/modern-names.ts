/** Names that only the modern era has, and numbers for members of its results. */
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

/** Members of a result on which clients of the modern era act, or which the gateway states itself. */
export const SAID = {
  /** `resultType`, with any other value than `complete`. */
  otherType: 1,
  resultType: 2,
  inputRequests: 4,
  requestState: 8,
  _meta: 16,
  ttlMs: 32,
  cacheScope: 64,
  /** `isError`, with the value `true`. */
  failed: 128,
} as const;

/**
 * Only noted: the gateway does not act on it, so a result that says it twice, or in another spelling, is
 * passed on.
 */
const IS_ERROR = Buffer.from('isError');
const TRUE = Buffer.from('true');

/** True if the member at these bounds is `isError`, with the value `true`. */
export const saysFailure = (text: Buffer, keyStart: number, keyEnd: number, valueStart: number): boolean =>
  keyEnd - keyStart === IS_ERROR.length + 2 &&
  isAt(text, keyStart + 1, IS_ERROR) &&
  isAt(text, valueStart, TRUE);

const COMPLETE = Buffer.from('"complete"');

/** @param said the number of the member that begins at `start` */
export const otherType = (said: number, text: Buffer, start: number): number =>
  said === SAID.resultType && !isAt(text, start, COMPLETE) ? SAID.otherType : 0;

/** True if the text has these bytes at `start`. */
export function isAt(text: Buffer, start: number, name: Buffer): boolean {
  for (let i = 0; i < name.length; i++) if (text[start + i] !== name[i]) return false;
  return true;
}
