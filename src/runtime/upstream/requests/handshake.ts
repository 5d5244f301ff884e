import { GatewayError } from '../../../errors.ts';
import type { CallRequest, Reply } from '../../../model/calls.ts';
import type { Era } from '../../../model/era.ts';
import { HIVE_VERSION } from '../../../model/version.ts';
import { member, stringAt, whole } from '../../../wire/envelope.ts';
import { METHOD } from '../../../wire/methods.ts';
import { garbageError, refusedError } from './failures.ts';

/** The newest version with `initialize`; servers answer with it or with an older one of theirs. */
const VERSION = '2025-11-25';

/**
 * `capabilities` are JSON text. A connection that many clients share declares none: what its server would ask of a client could not
 * be told whose it is.
 */
const paramsOf = (capabilities: string): Buffer =>
  Buffer.from(
    JSON.stringify({
      protocolVersion: VERSION,
      capabilities: JSON.parse(capabilities),
      clientInfo: { name: 'hive', version: HIVE_VERSION },
    }),
  );

export interface Handshake {
  readonly era: Era;
  readonly protocolVersion: string;
  /** JSON text as answered. */
  readonly serverInfo: string;
  readonly capabilities: Readonly<Record<string, unknown>>;
  readonly instructions?: string;
}

export const initializeRequest = (capabilities = '{}'): CallRequest => ({
  method: METHOD.INITIALIZE,
  params: paramsOf(capabilities),
});

/** @throws GatewayError SERVER_REFUSED, SERVER_GARBAGE */
export function readInitialized(serverName: string, reply: Reply): Handshake {
  if (reply.kind === 'error') throw refusedError(serverName, METHOD.INITIALIZE, reply.json);
  const { json } = reply;
  const all = whole(json);
  const protocolVersion = stringAt(json, member(json, all, 'protocolVersion'));
  if (!protocolVersion)
    throw garbageError(serverName, { stderr: [], noise: [json.toString('utf8', 0, 500)] });
  if (!/^20\d\d-\d\d-\d\d$/.test(protocolVersion) || protocolVersion > VERSION)
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

export function readCapabilities(result: Buffer): Readonly<Record<string, unknown>> {
  const span = member(result, whole(result), 'capabilities');
  const value: unknown = span && JSON.parse(result.toString('utf8', span.start, span.end));
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}

function versionError(serverName: string, version: string): GatewayError {
  return new GatewayError(
    'SERVER_REFUSED',
    `${serverName} answers with protocol version ${version}, which has no initialize`,
    {
      hint: `use a version of the server that speaks ${VERSION} or older`,
    },
  );
}
