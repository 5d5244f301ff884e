/**
 * Requests of a legacy server during a call, as `input_required` asks them of a modern client (2026-07-28,
 * basic/patterns/mrtr).
 */
import type { Reply } from '../../model/calls.ts';
import type { Json } from '../../model/text/json.ts';
import { withoutMembers } from '../../wire/edit.ts';
import type { ModernReply } from './reply.ts';

/** A server's request that waits for the client's answer. */
export interface PendingRequest {
  readonly method: string;
  readonly params: Json | undefined;
  readonly resolve: (reply: Reply) => void;
}

/** Members of the params that the modern era no longer has. */
const LEGACY_ONLY: ReadonlySet<string> = new Set(['elicitationId', 'task']);

/** The reply that asks for all answers at once; the client's retry repeats `requestState`. */
export function inputRequired(
  pending: ReadonlyMap<string, PendingRequest>,
  requestState: string,
): ModernReply {
  const requests = [...pending].flatMap(([key, { method, params }], index) => [
    Buffer.from(`${index === 0 ? '' : ','}"${key}":{"method":${JSON.stringify(method)}`),
    ...(params ? [Buffer.from(',"params":'), withoutMembers(params, LEGACY_ONLY)] : []),
    Buffer.from('}'),
  ]);
  const pieces = [
    Buffer.from('{"resultType":"input_required","inputRequests":{'),
    ...requests,
    Buffer.from(`},"requestState":${JSON.stringify(requestState)}}`),
  ];
  return { kind: 'result', pieces, status: 200 };
}
