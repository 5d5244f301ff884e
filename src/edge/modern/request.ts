/** A request of a modern client, from its arrival to its answer. */
import { createHash, randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Caller } from '../../model/caller.ts';
import { viewNameOf } from '../../model/text/grammar.ts';
import { slice } from '../../wire/envelope.ts';
import { createExchange, type Exchange } from '../http/exchange.ts';
import type { Incoming } from '../http/incoming.ts';
import type { ClientRequest } from '../http/message.ts';
import type { Outbox } from '../http/outbox.ts';
import { capabilitiesText } from '../shared/askable.ts';
import type { ClientNames } from '../shared/client-names.ts';
import type { Params } from '../shared/era.ts';
import type { RequestMeta } from './request-meta.ts';

export interface ModernRequest {
  readonly request: ClientRequest;
  readonly params: Params;
  readonly meta: RequestMeta;
  readonly headers: IncomingHttpHeaders;
  readonly exchange: Exchange;
  readonly outbox: Outbox;
  /** What the URL names: `''` for all servers, a server's name, or that of a view (`viewScope`). */
  readonly scope: string;
  /** Each request is a caller of its own. */
  readonly caller: Caller;
}

export function modernRequest(
  incoming: Incoming,
  request: ClientRequest,
  params: Params,
  meta: RequestMeta,
  names: ClientNames,
): ModernRequest {
  const { scope, principal, access } = incoming;
  const { headers } = incoming.request;
  const caller: Caller = {
    principal,
    access,
    sessionId: randomUUID(),
    era: 'modern',
    capabilities: capabilitiesText(meta.askable),
    profile: viewNameOf(scope) ?? '',
    client: names.of(request.text, meta.clientInfo),
  };
  const exchange = createExchange(incoming, request.id);
  return { request, params, meta, headers, exchange, outbox: incoming.outbox, scope, caller };
}

const NOT_BOUND: ReadonlySet<string> = new Set(['_meta', 'inputResponses', 'requestState']);

/**
 * Hash of what a retry has to repeat: principal, endpoint, method and params. The order of members does not
 * matter.
 */
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
