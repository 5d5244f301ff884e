/** Finds whether a modern server has the legacy era too. Only an answer of the server itself shows that. */
import type { Reply } from '../../../model/calls.ts';
import { LATEST_LEGACY } from '../../../model/era.ts';
import { MODERN_ONLY, RPC } from '../../../wire/codes.ts';
import { member, stringAt, whole } from '../../../wire/envelope.ts';
import type { Link } from '../../links/link.ts';
import { type Handshake, readInitialized } from './handshake.ts';
import { readError } from './rpc-error.ts';

/** The server has shown that legacy clients gain nothing from a connection in their own era. */
export class NoLegacyEra extends Error {}

/**
 * Reads the answer to `initialize` of a server that is known to be modern.
 * @throws NoLegacyEra; GatewayError SERVER_REFUSED, SERVER_GARBAGE for an answer that shows nothing
 */
export function readSecondEra(serverName: string, reply: Reply): Handshake {
  if (isRefused(reply)) throw new NoLegacyEra(`${serverName} has no initialize`);
  return readInitialized(serverName, reply);
}

/**
 * Outside of a session a legacy server can neither ask its client nor announce changes, while a modern one
 * can: translation loses less than such an era.
 * @throws NoLegacyEra
 */
export function requireSession(serverName: string, { hasSession }: Link): void {
  if (hasSession !== true) throw new NoLegacyEra(`${serverName} has no sessions`);
}

function isRefused({ kind, json }: Reply): boolean {
  if (kind === 'result') {
    const version = stringAt(json, member(json, whole(json), 'protocolVersion'));
    return version !== undefined && /^20\d\d-\d\d-\d\d$/.test(version) && version > LATEST_LEGACY;
  }
  const { code, data } = readError(json);
  return MODERN_ONLY.has(code) || NO_METHOD.has(code) || NO_METHOD.has(data?.status);
}

/**
 * JSON-RPC codes and HTTP statuses by which servers refuse a message that they do not know. All others may be
 * for the moment, or for this client.
 */
const NO_METHOD: ReadonlySet<unknown> = new Set([
  RPC.METHOD_NOT_FOUND,
  RPC.INVALID_REQUEST,
  RPC.INVALID_PARAMS,
  ...[400, 404, 405, 406, 410, 415, 501],
]);
