/** Which era one message from a client belongs to: its body decides, and for what cannot say so the header (basic/versioning). */
import type { IncomingHttpHeaders } from 'node:http';
import { member } from '../rpc/envelope.ts';
import type { ClientMessage } from './message.ts';

export const MODERN_VERSION = '2026-07-28';

const PREFIX = 'io.modelcontextprotocol/';
/** Keys of `_meta` in modern requests. */
export const META = {
  version: `${PREFIX}protocolVersion`,
  capabilities: `${PREFIX}clientCapabilities`,
  clientInfo: `${PREFIX}clientInfo`,
  logLevel: `${PREFIX}logLevel`,
  serverInfo: `${PREFIX}serverInfo`,
  subscription: `${PREFIX}subscriptionId`,
} as const;

const CLAIM = Buffer.from('protocolVersion');
const ESCAPE = Buffer.from('\\u');

/** Whether the message names its version in `_meta`, as only modern ones do. */
export function hasClaim(message: ClientMessage): boolean {
  if (message.kind !== 'request' && message.kind !== 'notification') return false;
  const { text, params } = message;
  // Legacy requests have none: one native search is much cheaper than walking over their arguments.
  if (!text.includes(CLAIM) && !text.includes(ESCAPE)) return false;
  return member(text, params, '_meta', META.version) !== undefined;
}

export const namesModern = (headers: IncomingHttpHeaders): boolean =>
  headers['mcp-protocol-version'] === MODERN_VERSION;
