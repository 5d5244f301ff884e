/** One request of a modern client, from its arrival to its answer. */
import { createHash } from 'node:crypto';
import type { Caller } from '../../model/caller.ts';
import { slice } from '../../wire/envelope.ts';
import type { Exchange } from '../http/exchange.ts';
import type { ClientRequest } from '../http/message.ts';
import type { Params } from '../shared/era.ts';
import type { RequestMeta } from '../shared/request-meta.ts';

export interface ModernRequest {
  readonly request: ClientRequest;
  readonly params: Params;
  readonly meta: RequestMeta;
  readonly exchange: Exchange;
  /** `''` for all servers, else the one server asked for. */
  readonly scope: string;
  readonly caller: Caller;
}

const NOT_BOUND: ReadonlySet<string> = new Set(['_meta', 'inputResponses', 'requestState']);

/** Hash of what a retry has to repeat: caller, endpoint, method and params, in whatever order their members are. */
export function bindingOf({ request, params, scope, caller }: ModernRequest): string {
  const bound = [...params].filter(([name]) => !NOT_BOUND.has(name)).sort(([a], [b]) => (a < b ? -1 : 1));
  const values = bound.map(([name, span]) => [
    name,
    sorted(JSON.parse(slice(request.text, span).toString())),
  ]);
  const text = JSON.stringify([scope, caller.principal, request.method, values]);
  return createHash('sha256').update(text).digest('base64');
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return { members: entries.map(([key, child]) => [key, sorted(child)]) };
}
