/** A modern server's answer as a client of the legacy era knows it. */

import { GatewayError } from '../../../errors.ts';
import type { CallRequest, Reply } from '../../../model/calls.ts';
import { MODERN_ONLY, RPC } from '../../../wire/codes.ts';
import { isObject, member, slice, splice, stringAt, whole } from '../../../wire/envelope.ts';
import { METHOD } from '../../../wire/methods.ts';
import { errorMessage, failure } from '../requests/failures.ts';
import { readError } from '../requests/rpc-error.ts';
import { resultTypeOf, withoutResultType } from './result-type.ts';

/** `wrap`: the tool's output schema is no object at its root, so that the legacy view of it is wrapped, and its values must be too. */
export function legacyReply(serverName: string, request: CallRequest, reply: Reply, wrap: boolean): Reply {
  if (reply.kind === 'error') return missingResource(request, reply) ?? legacyError(serverName, reply);
  const found = resultTypeOf(reply.json);
  if (found && found.type !== 'complete') return foreignResult(serverName, found.type);
  return { kind: 'result', json: wrapped(withoutResultType(reply.json, found), wrap) };
}

/** Structured content was an object in the legacy era; anything else becomes one. */
function wrapped(result: Buffer, wrap: boolean): Buffer {
  if (!result.includes(STRUCTURED)) return result;
  const span = member(result, whole(result), 'structuredContent');
  if (!span || (!wrap && isObject(result, span))) return result;
  const inside = Buffer.concat([Buffer.from('{"result":'), slice(result, span), Buffer.from('}')]);
  return splice(result, [{ ...span, with: inside }]);
}

/**
 * A resource that is not there has a code of its own in the legacy era, and the one for invalid params in this (server/resources, Error
 * Handling, of both). Only what names the very resource asked for says that; the server's words stay as they are.
 */
function missingResource({ method, params }: CallRequest, { kind, json }: Reply): Reply | undefined {
  if (method !== METHOD.RESOURCES_READ || !params) return undefined;
  const { code, data } = readError(json);
  const uri = stringAt(params, member(params, whole(params), 'uri'));
  const span = member(json, whole(json), 'code');
  if (code !== RPC.INVALID_PARAMS || uri === undefined || data?.uri !== uri || !span) return undefined;
  return { kind, json: splice(json, [{ ...span, with: Buffer.from(`${RPC.RESOURCE_NOT_FOUND}`) }]) };
}

/** Errors of the modern era that are about the request of ours, not the client's: it is told what they mean for it. */
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
  const hint = `hive restart ${serverName}: it is asked again what it speaks`;
  return refused(
    RPC.SERVER_GONE,
    `${serverName} does not take what it took at its start: ${errorMessage(reply.json)}`,
    hint,
  );
}

function foreignResult(serverName: string, type: string): Reply {
  const what = `${serverName} answered with a result of type ${type}, which clients of this protocol version do not know`;
  return refused(RPC.CAPABILITY_MISSING, what, 'use a client of protocol version 2026-07-28');
}

const refused = (rpcCode: number, message: string, hint: string): Reply =>
  failure(rpcCode, new GatewayError('SERVER_REFUSED', message, { hint }));

const STRUCTURED = Buffer.from('"structuredContent"');
