/** Replies of modern servers in the form that clients of the legacy era know. */
import { GatewayError } from '../../../errors.ts';
import type { CallRequest, Reply } from '../../../model/calls.ts';
import type { Json } from '../../../model/text/json.ts';
import { MODERN_ONLY, RPC } from '../../../wire/codes.ts';
import { isObject, member, slice, splice, stringAt, whole } from '../../../wire/envelope.ts';
import { METHOD } from '../../../wire/methods.ts';
import { errorMessage, failure } from '../requests/failures.ts';
import { readError } from '../requests/rpc-error.ts';
import { resultTypeOf, withoutResultType } from './result-type.ts';
import { withoutServerInfo } from './without-server-info.ts';

/**
 * @param isWrapped the tool's output schema is not an object at its root. Legacy clients see the schema
 *   wrapped in an object, so values must be wrapped as well.
 */
export function legacyReply(
  serverName: string,
  request: CallRequest,
  reply: Reply,
  isWrapped: boolean,
): Reply {
  if (reply.kind === 'error') return missingResource(request, reply) ?? legacyError(serverName, reply);
  const found = resultTypeOf(reply.json);
  if (found && found.type !== 'complete') return foreignResult(serverName, found.type);
  return {
    kind: 'result',
    json: wrapped(withoutServerInfo(withoutResultType(reply.json, found)), isWrapped),
  };
}

/** Structured content must be an object in the legacy era; any other value is wrapped in one. */
function wrapped(result: Json, isWrapped: boolean): Json {
  if (!result.includes(STRUCTURED)) return result;
  const span = member(result, whole(result), 'structuredContent');
  if (!span || (!isWrapped && isObject(result, span))) return result;
  const inside = Buffer.concat([Buffer.from('{"result":'), slice(result, span), Buffer.from('}')]);
  return splice(result, [{ ...span, with: inside }]);
}

/**
 * The legacy era has a code of its own for a missing resource; the modern era uses the one for invalid params
 * (both: server/resources, Error Handling). Only an error that names the requested resource means that. Its
 * text stays.
 */
function missingResource({ method, params }: CallRequest, { kind, json }: Reply): Reply | undefined {
  if (method !== METHOD.RESOURCES_READ || !params) return undefined;
  const { code, data } = readError(json);
  const uri = stringAt(params, member(params, whole(params), 'uri'));
  const span = member(json, whole(json), 'code');
  if (code !== RPC.INVALID_PARAMS || uri === undefined || data?.uri !== uri || !span) return undefined;
  return { kind, json: splice(json, [{ ...span, with: Buffer.from(`${RPC.RESOURCE_NOT_FOUND}`) }]) };
}

/** Translates errors about the gateway's own envelope and headers, which mean nothing to the client. */
function legacyError(serverName: string, reply: Reply): Reply {
  const { code, data } = readError(reply.json);
  if (!MODERN_ONLY.has(code)) return reply;
  if (code === RPC.CLIENT_CAPABILITY_MISSING) {
    const needed = Object.keys(Object(data?.requiredCapabilities)).join(', ') || errorMessage(reply.json);
    return refused(
      RPC.CAPABILITY_MISSING,
      `${serverName} needs a client that has: ${needed}`,
      'this client did not declare it; use one that does, or a tool that does not need it',
    );
  }
  const what = `${serverName} no longer accepts what it accepted at its start: ${errorMessage(reply.json)}`;
  return refused(RPC.SERVER_GONE, what, `npx hive restart ${serverName}`);
}

function foreignResult(serverName: string, type: string): Reply {
  return refused(
    RPC.CAPABILITY_MISSING,
    `${serverName} answered with a result of type ${type}, which this client's protocol version lacks`,
    'use a client of protocol version 2026-07-28',
  );
}

const refused = (rpcCode: number, message: string, hint: string): Reply =>
  failure(rpcCode, new GatewayError('SERVER_REFUSED', message, { hint }));

const STRUCTURED = Buffer.from('"structuredContent"');
