/** `server/discover`, the handshake of the modern era. */

import { GatewayError } from '../../../errors.ts';
import { cutEnd } from '../../../model/text/cut.ts';
import type { Json } from '../../../model/text/json.ts';
import { oneLine } from '../../../model/text/visible.ts';
import { member, stringAt, whole } from '../../../wire/envelope.ts';
import { META, MODERN_VERSION } from '../../../wire/modern-names.ts';
import { type Handshake, readCapabilities } from '../requests/handshake.ts';
import type { RpcError } from '../requests/rpc-error.ts';

/**
 * Reads a `DiscoverResult`. Undefined for any other result, which a server may give for a method it does not
 * know.
 */
export function readDiscovered(
  result: Json,
): (Handshake & { readonly supported: readonly string[] }) | undefined {
  const all = whole(result);
  const versions = member(result, all, 'supportedVersions');
  const supported: unknown = versions && JSON.parse(result.toString('utf8', versions.start, versions.end));
  if (!Array.isArray(supported)) return undefined;
  const info = member(result, all, '_meta', META.serverInfo);
  const instructions = stringAt(result, member(result, all, 'instructions'));
  return {
    era: 'modern',
    protocolVersion: MODERN_VERSION,
    supported: supported.filter(isText),
    serverInfo: info ? result.toString('utf8', info.start, info.end) : '{}',
    capabilities: readCapabilities(result),
    ...(instructions === undefined ? {} : { instructions }),
  };
}

/** The versions that a server lists in its `UNSUPPORTED_VERSION` error. */
export const supportedOf = ({ data }: RpcError): readonly string[] =>
  Array.isArray(data?.supported) ? data.supported.filter(isText) : [];

const isText = (value: unknown): value is string => typeof value === 'string';

export function noCommonVersion(serverName: string, supported: readonly string[]): GatewayError {
  const named = oneLine(cutEnd(supported.join(', '), 200)) || 'it names none';
  const what = `${serverName} speaks only protocol versions that Hive does not know: ${named}`;
  return new GatewayError('SERVER_REFUSED', what, {
    hint: `use a version of the server that speaks ${MODERN_VERSION} or older`,
  });
}
