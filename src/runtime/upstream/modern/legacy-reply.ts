/** A modern server's answer as a client of the legacy era knows it. */
import { GatewayError } from '../../../errors.ts';
import type { Reply } from '../../../model/ports.ts';
import { RPC } from '../../../rpc/codes.ts';
import { member, slice, splice } from '../../../rpc/envelope.ts';
import { failure } from '../failures.ts';
import { MODERN_ERROR, readError } from './discover.ts';
import { resultTypeOf, withoutResultType } from './result-type.ts';

/** `wrap`: the tool's output schema is no object at its root, so that the legacy view of it is wrapped, and its values must be too. */
export function legacyReply(serverName: string, reply: Reply, wrap: boolean): Reply {
  if (reply.kind === 'error') return legacyError(serverName, reply);
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

/** Errors of the modern era that are about the request of ours, not the client's: it is told what they mean for it. */
function legacyError(serverName: string, reply: Reply): Reply {
  if (!reply.json.includes('-3202')) return reply;
  const { code, data, message } = readError(reply.json);
  if (code === MODERN_ERROR.missingCapability) {
    const needed = Object.keys(Object(data?.requiredCapabilities)).join(', ') || String(message);
    return refused(
      RPC.CAPABILITY_MISSING,
      `${serverName} needs a client that has: ${needed}`,
      'this client did not declare it; use one that does, or a tool that does not need it',
    );
  }
  if (code !== MODERN_ERROR.unsupportedVersion && code !== MODERN_ERROR.headerMismatch) return reply;
  const hint = `hive restart ${serverName}: it is asked again what it speaks`;
  return refused(RPC.SERVER_GONE, `${serverName} does not take what it took at its start: ${message}`, hint);
}

function foreignResult(serverName: string, type: string): Reply {
  const what = `${serverName} answered with a result of type ${type}, which clients of this protocol version do not know`;
  return refused(RPC.CAPABILITY_MISSING, what, 'use a client of protocol version 2026-07-28');
}

const refused = (rpcCode: number, message: string, hint: string): Reply =>
  failure(rpcCode, new GatewayError('SERVER_REFUSED', message, { hint }));

const STRUCTURED = Buffer.from('"structuredContent"');
const OPEN = 0x7b;
