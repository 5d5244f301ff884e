/** Requests that go to a server: which one, and its own name for the thing. Everything else in params stays as it came. */
import type { CatalogView, Route } from '../model/catalog.ts';
import type { Reply } from '../model/ports.ts';
import type { ServerStatus } from '../model/status.ts';
import { member, type Span, slice, splice, stringAt } from '../rpc/envelope.ts';
import { type ClientRequest, ERROR, refusal } from './message.ts';
import { type Named, unknownName, unknownResource } from './unknown.ts';

export type Routed = { readonly serverName: string; readonly params: Buffer } | { readonly refused: Reply };

const BY_URI: ReadonlySet<string> = new Set([
  'resources/read',
  'resources/subscribe',
  'resources/unsubscribe',
]);

/** Undefined for a method that is not routed. */
export function routeRequest(
  request: ClientRequest,
  view: CatalogView,
  statuses: () => readonly ServerStatus[],
): Routed | undefined {
  const { method, text, params } = request;
  if (method === 'tools/call') return byName('tool', request, params, view, statuses);
  if (method === 'prompts/get') return byName('prompt', request, params, view, statuses);
  if (BY_URI.has(method)) return byUri(request, params, view, statuses);
  if (method !== 'completion/complete') return undefined;
  const ref = member(text, params, 'ref');
  const type = stringAt(text, member(text, ref, 'type'));
  if (type === 'ref/prompt') return byName('prompt', request, ref, view, statuses);
  if (type === 'ref/resource') return byUri(request, ref, view, statuses);
  return refused('ref.type must be ref/prompt or ref/resource');
}

/** `holder` is the object that has the name: params, or the ref in it. */
function byName(
  kind: Named,
  request: ClientRequest,
  holder: Span | undefined,
  view: CatalogView,
  statuses: () => readonly ServerStatus[],
): Routed {
  const span = member(request.text, holder, 'name');
  const name = stringAt(request.text, span);
  if (span === undefined || name === undefined) return refused(`${request.method} needs a name, a string`);
  const route = view.lists[`${kind}s`].routes.get(name);
  return route ? routed(request, route, name, span) : { refused: unknownName(kind, name, view, statuses()) };
}

/** A URI, or for completions the template itself. */
function byUri(
  request: ClientRequest,
  holder: Span | undefined,
  view: CatalogView,
  statuses: () => readonly ServerStatus[],
): Routed {
  const span = member(request.text, holder, 'uri');
  const uri = stringAt(request.text, span);
  if (span === undefined || uri === undefined) return refused(`${request.method} needs a uri, a string`);
  const route = view.lists.templates.routes.get(uri) ?? view.resourceRoute(uri);
  return route ? routed(request, route, uri, span) : { refused: unknownResource(uri, statuses()) };
}

function routed({ text, params }: ClientRequest, route: Route, shown: string, span: Span): Routed {
  const raw = params ? slice(text, params) : Buffer.alloc(0);
  if (route.key === shown || !params) return { serverName: route.serverName, params: raw };
  const own = { start: span.start - params.start, end: span.end - params.start };
  const edit = { ...own, with: Buffer.from(JSON.stringify(route.key)) };
  return { serverName: route.serverName, params: splice(raw, [edit]) };
}

const refused = (message: string): Routed => ({ refused: refusal(ERROR.invalidParams, message) });
