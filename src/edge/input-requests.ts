/** What a legacy server asks of a client during a call, as `input_required` asks it of a modern one (2026-07-28, basic/patterns/mrtr). */
import type { Reply, ServerRequest } from '../model/ports.ts';
import { withoutMembers } from '../rpc/edit.ts';
import { member, type Span, stringAt, whole } from '../rpc/envelope.ts';
import { type ModernReply, takesUrls } from './modern-reply.ts';
import type { Askable, AskableCapabilities } from './request-meta.ts';

/** One request that waits for the client's answer. */
export interface Asked {
  readonly method: string;
  readonly params: Buffer | undefined;
  readonly resolve: (reply: Reply) => void;
}

const NEEDS: Readonly<Record<string, Askable>> = {
  'elicitation/create': 'elicitation',
  'sampling/createMessage': 'sampling',
  'roots/list': 'roots',
};
/** Members of the params that the modern era no longer has. */
const LEGACY_ONLY: ReadonlySet<string> = new Set(['elicitationId', 'task']);

/** Whether the client declared that it can be asked this, as it is asked here. */
export function mayAsk(
  { method, params }: Pick<ServerRequest, 'method' | 'params'>,
  asks: AskableCapabilities,
): boolean {
  const capability = Object.hasOwn(NEEDS, method) ? NEEDS[method] : undefined;
  const declared = capability && asks.get(capability);
  if (!declared) return false;
  const has = (name: string): boolean => member(declared, whole(declared), name) !== undefined;
  const sent = (name: string): Span | undefined => params && member(params, whole(params), name);
  if (capability === 'sampling') return sent('tools') === undefined || has('tools');
  if (capability === 'roots') return true;
  const isUrl = params !== undefined && stringAt(params, sent('mode')) === 'url';
  return isUrl ? takesUrls(asks) : has('form') || !has('url');
}

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
