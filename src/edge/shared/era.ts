/**
 * Finds out which era a client's message belongs to: its body decides, or else the header (basic/versioning).
 */
import type { IncomingHttpHeaders } from 'node:http';
import { member, members, type Span } from '../../wire/envelope.ts';
import { META, MODERN_VERSION } from '../../wire/modern-names.ts';
import type { ClientMessage, ClientRequest } from '../http/message.ts';

const CLAIM = Buffer.from('protocolVersion');
const ESCAPE = Buffer.from('\\u');

/** The members of `params` by name, not parsed. */
export type Params = ReadonlyMap<string, Span>;

export function readParams({ text, params }: Pick<ClientRequest, 'text' | 'params'>): Params {
  return new Map(params ? members(text, params).map(({ name, value }) => [name, value]) : []);
}

/**
 * The params of a message that names its protocol version in `_meta`, as only modern ones do; undefined
 * otherwise.
 */
export function claimed(message: ClientMessage): Params | undefined {
  if (message.kind !== 'request' && message.kind !== 'notification') return undefined;
  const { text } = message;
  // Legacy requests name none: one native search is much cheaper than a walk over their arguments.
  if (!text.includes(CLAIM) && !text.includes(ESCAPE)) return undefined;
  const params = readParams(message);
  return member(text, params.get('_meta'), META.version) ? params : undefined;
}

export const namesModern = (headers: IncomingHttpHeaders): boolean =>
  headers['mcp-protocol-version'] === MODERN_VERSION;
