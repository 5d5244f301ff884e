/** What a legacy server asks of a client during a call, as `input_required` asks it of a modern one (2026-07-28, basic/patterns/mrtr). */
import type { Reply } from '../../model/calls.ts';
import { withoutMembers } from '../../wire/edit.ts';
import type { ModernReply } from './reply.ts';

/** One request that waits for the client's answer. */
export interface Asked {
  readonly method: string;
  readonly params: Buffer | undefined;
  readonly resolve: (reply: Reply) => void;
}

/** Members of the params that the modern era no longer has. */
const LEGACY_ONLY: ReadonlySet<string> = new Set(['elicitationId', 'task']);

/** The answer that asks for all of them; the client brings `requestState` back with its own. */
export function inputRequired(asked: ReadonlyMap<string, Asked>, requestState: string): ModernReply {
  const requests = [...asked].flatMap(([key, { method, params }], index) => [
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
