import { createHash } from 'node:crypto';
import { slice } from '../../wire/envelope.ts';
import type { Exchange } from '../http/exchange.ts';
import type { ClientRequest } from '../http/message.ts';
import type { Params } from '../shared/era.ts';
import type { RequestMeta } from '../shared/request-meta.ts';

/** One request as it came, and the answer it waits for. */
export interface Visit {
  readonly request: ClientRequest;
  readonly params: Params;
  readonly meta: RequestMeta;
  readonly exchange: Exchange;
  readonly scope: string;
  readonly principal: string;
}

const NOT_BOUND: ReadonlySet<string> = new Set(['_meta', 'inputResponses', 'requestState']);

/** Who asks for what: a retry repeats it, though perhaps with members in another order. */
export function bindingOf({ request, params, scope, principal }: Visit): string {
  const bound = [...params].filter(([name]) => !NOT_BOUND.has(name)).sort(([a], [b]) => (a < b ? -1 : 1));
  const values = bound.map(([name, span]) => [
    name,
    sorted(JSON.parse(slice(request.text, span).toString())),
  ]);
  const text = JSON.stringify([scope, principal, request.method, values]);
  return createHash('sha256').update(text).digest('base64');
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return { members: entries.map(([key, child]) => [key, sorted(child)]) };
}
