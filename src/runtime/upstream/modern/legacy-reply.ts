/** A modern server's answer as a client of the legacy era knows it. */
import { GatewayError } from '../../../errors.ts';
import type { CallRequest, Reply } from '../../../model/calls.ts';
import { RPC } from '../../../wire/codes.ts';
import { member, slice, splice, stringAt } from '../../../wire/envelope.ts';
import { errorMessage, failure } from '../requests/failures.ts';
import { readError } from '../requests/rpc-error.ts';
import { MODERN_ERROR } from './discover.ts';
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
  const span = member(result, { start: 0, end: result.length }, 'structuredContent');
  if (!span || (!wrap && result[span.start] === OPEN)) return result;
  const inside = Buffer.concat([Buffer.from('{"result":'), slice(result, span), Buffer.from('}')]);
  return splice(result, [{ ...span, with: inside }]);
}

/**
 * A resource that is not there has a code of its own in the legacy era, and the one for invalid params in this (server/resources, Error
 * Handling, of both). Only what names the very resource asked for says that; the server's words stay as they are.
 */
function missingResource({ method, params }: CallRequest, { kind, json }: Reply): Reply | undefined {
  if (method !== 'resources/read' || !params) return undefined;
  const { code, data } = readError(json);
  const uri = stringAt(params, member(params, { start: 0, end: params.length }, 'uri'));
  const span = member(json, { start: 0, end: json.length }, 'code');
  if (code !== INVALID_PARAMS || uri === undefined || data?.uri !== uri || !span) return undefined;
  return { kind, json: splice(json, [{ ...span, with: Buffer.from(`${RESOURCE_NOT_FOUND}`) }]) };
}

const INVALID_PARAMS = -32_602;
const RESOURCE_NOT_FOUND = -32_002;

/** Errors of the modern era that are about the request of ours, not the client's: it is told what they mean for it. */
function legacyError(serverName: string, reply: Reply): Reply {
  if (!reply.json.includes('-3202')) return reply;
  const { code, data } = readError(reply.json);
  if (code === MODERN_ERROR.missingCapability) {
    const needed = Object.keys(Object(data?.requiredCapabilities)).join(', ') || errorMessage(reply.json);
    return refused(
      RPC.CAPABILITY_MISSING,
      `${serverName} needs a client that has: ${needed}`,
      'this client did not declare it; use one that does, or a tool that does not need it',
    );
  }
  if (code !== MODERN_ERROR.unsupportedVersion && code !== MODERN_ERROR.headerMismatch) return reply;
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
const OPEN = 0x7b;
