/** The `initialize` handshake of the legacy era. */

import { GatewayError } from '../../../errors.ts';
import type { CallRequest, Reply } from '../../../model/calls.ts';
import { isRecord } from '../../../model/collections/is-record.ts';
import { type Era, LATEST_LEGACY } from '../../../model/era.ts';
import { cutBytes, cutEnd } from '../../../model/text/cut.ts';
import type { Json } from '../../../model/text/json.ts';
import { toJson } from '../../../model/text/json.ts';
import { HIVE_VERSION } from '../../../model/text/version.ts';
import { oneLine } from '../../../model/text/visible.ts';
import { member, stringAt, whole } from '../../../wire/envelope.ts';
import { METHOD } from '../../../wire/methods.ts';
import { garbageError, refusedError } from './failures.ts';

/** A server's description of itself, in either era. */
export interface Handshake {
  readonly era: Era;
  readonly protocolVersion: string;
  /** JSON text as the server wrote it. */
  readonly serverInfo: string;
  readonly capabilities: Readonly<Record<string, unknown>>;
  readonly instructions?: string;
}

/**
 * @param capabilities JSON text. A connection that clients share declares none: a request of its server could
 *   not be assigned to one of them.
 */
export function initializeRequest(capabilities = '{}'): CallRequest {
  const params = toJson({
    protocolVersion: LATEST_LEGACY,
    capabilities: JSON.parse(capabilities),
    clientInfo: { name: 'hive', version: HIVE_VERSION },
  });
  return { method: METHOD.INITIALIZE, params };
}

/** Reads the answer to `initialize`. @throws GatewayError SERVER_REFUSED, SERVER_GARBAGE */
export function readInitialized(serverName: string, reply: Reply): Handshake {
  if (reply.kind === 'error') throw refusedError(serverName, METHOD.INITIALIZE, reply.json);
  const { json } = reply;
  const all = whole(json);
  const protocolVersion = stringAt(json, member(json, all, 'protocolVersion'));
  if (!protocolVersion) throw garbageError(serverName, { stderr: [], noise: [cutBytes(json, 500)] });
  if (!/^20\d\d-\d\d-\d\d$/.test(protocolVersion) || protocolVersion > LATEST_LEGACY)
    throw versionError(serverName, protocolVersion);
  const info = member(json, all, 'serverInfo');
  const instructions = stringAt(json, member(json, all, 'instructions'));
  return {
    era: 'legacy',
    protocolVersion,
    serverInfo: info ? json.toString('utf8', info.start, info.end) : '{}',
    capabilities: readCapabilities(json),
    ...(instructions === undefined ? {} : { instructions }),
  };
}

/**
 * `capabilities` of an `initialize` or `server/discover` result; empty if they are missing or not an object.
 */
export function readCapabilities(result: Json): Readonly<Record<string, unknown>> {
  const span = member(result, whole(result), 'capabilities');
  const value: unknown = span && JSON.parse(result.toString('utf8', span.start, span.end));
  return isRecord(value) ? value : {};
}

function versionError(serverName: string, version: string): GatewayError {
  return new GatewayError(
    'SERVER_REFUSED',
    `${serverName} answers with protocol version ${oneLine(cutEnd(version, 50))}, which has no initialize`,
    { hint: `use a version of the server that speaks ${LATEST_LEGACY} or older` },
  );
}
