/**
 * Which server a request is for, and that server's own name for what the request names. Other params stay as
 * they came.
 */
import type { Access, ToolRole } from '../../model/access/access.ts';
import type { Reply } from '../../model/calls.ts';
import type { CatalogView, Route } from '../../model/catalog.ts';
import type { ServerStatus } from '../../model/status.ts';
import type { Json } from '../../model/text/json.ts';
import { jsonText } from '../../model/text/json.ts';
import { RPC } from '../../wire/codes.ts';
import { isDoubledAt } from '../../wire/doubled.ts';
import { member, type Span, slice, splice, stringAt } from '../../wire/envelope.ts';
import { METHOD } from '../../wire/methods.ts';
import { type ClientRequest, refusal } from '../http/message.ts';
import { roleRefusal } from './role-refusal.ts';
import { type Named, unknownName, unknownResource } from './unknown.ts';

export interface ServerRoute {
  readonly serverName: string;
  /** JSON text, with the server's own name in it. */
  readonly params: Json;
  /** What the request names, as `CallRecord.target` has it. */
  readonly target?: string;
  /** What the tool needs; only for tools of built-in servers. */
  readonly role?: ToolRole | undefined;
}

export type Routed = ServerRoute | { readonly refused: Reply };

const BY_URI: ReadonlySet<string> = new Set([
  METHOD.RESOURCES_READ,
  METHOD.RESOURCES_SUBSCRIBE,
  METHOD.RESOURCES_UNSUBSCRIBE,
]);

const BY_TASK: ReadonlySet<string> = new Set([
  METHOD.TASKS_GET,
  METHOD.TASKS_RESULT,
  METHOD.TASKS_UPDATE,
  METHOD.TASKS_CANCEL,
]);

/** Methods that the gateway answers itself, in one era or the other. */
const OWN: ReadonlySet<string> = new Set([
  METHOD.INITIALIZE,
  METHOD.PING,
  METHOD.SET_LOG_LEVEL,
  METHOD.TOOLS_LIST,
  METHOD.PROMPTS_LIST,
  METHOD.RESOURCES_LIST,
  METHOD.TEMPLATES_LIST,
  METHOD.DISCOVER,
  METHOD.LISTEN,
  METHOD.TASKS_LIST,
  METHOD.TASKS_SUBSCRIBE,
  METHOD.TASKS_UNSUBSCRIBE,
]);

/** The client that asks, and what it sees. */
export interface Asking {
  readonly access?: Access | undefined;
  readonly view: CatalogView;
  /** The servers that it would see if they were ready. */
  readonly statuses: () => readonly ServerStatus[];
  /** The server that runs a task of this client. */
  readonly taskServer: (taskId: string) => string | undefined;
  /** The route of a tool that its role hides from it. */
  readonly refusedTool: (name: string) => Route | undefined;
}

/** Undefined for a method that is not routed. */
export function routeRequest(request: ClientRequest, asking: Asking): Routed | undefined {
  const found = routeOf(request, asking);
  if (!found || 'refused' in found) return found;
  const { role, serverName, target } = found;
  const what = target === undefined ? request.method : `${request.method} of ${target}`;
  const refused = roleRefusal(asking.access, role, what, serverName);
  return refused ? { refused } : found;
}

function routeOf(request: ClientRequest, asking: Asking): Routed | undefined {
  const { method, text, params } = request;
  const { view, statuses, taskServer } = asking;
  if (method === METHOD.TOOLS_CALL) return byName('tool', request, params, asking);
  if (method === METHOD.PROMPTS_GET) return byName('prompt', request, params, asking);
  if (BY_URI.has(method)) return byUri(request, params, view, statuses);
  if (BY_TASK.has(method)) return view.tasks ? byTask(request, view, taskServer) : undefined;
  if (method !== METHOD.COMPLETE) return toOnlyServer(request, view);
  const ref = member(text, params, 'ref');
  const type = stringAt(text, member(text, ref, 'type'));
  if (type === 'ref/prompt') return byName('prompt', request, ref, asking);
  if (type === 'ref/resource') return byUri(request, ref, view, statuses);
  return refused('ref.type must be ref/prompt or ref/resource');
}

function byTask(
  { method, text, params }: ClientRequest,
  view: CatalogView,
  taskServer: (taskId: string) => string | undefined,
): Routed {
  const taskId = stringAt(text, member(text, params, 'taskId'));
  if (taskId === undefined || !params) return refused(`${method} needs a taskId, a string`);
  const serverName = taskServer(taskId);
  return serverName !== undefined && view.servers.includes(serverName)
    ? { serverName, params: slice(text, params) }
    : refused(`there is no task ${taskId} of this client`);
}

/**
 * A method that the gateway does not know is for the server, if only one is behind the endpoint. Nothing of a
 * named view is passed on unread.
 */
function toOnlyServer(
  { method, text, params }: ClientRequest,
  { servers, isNarrowed }: CatalogView,
): Routed | undefined {
  const [serverName] = servers;
  if (serverName === undefined || servers.length > 1 || isNarrowed || OWN.has(method)) return undefined;
  return { serverName, params: params ? slice(text, params) : NO_PARAMS };
}

const NO_PARAMS = jsonText('{}');

/** Names that older clients and documents have for tools of `use: registry`: called by them, never listed. */
const OTHER_SPELLINGS: Readonly<Record<string, string>> = Object.assign(Object.create(null), {
  'registry-search': 'registry_search',
  'registry-find': 'registry_search',
  'registry-list': 'registry_list',
  'registry-info': 'registry_info',
  'registry-add': 'registry_add',
  'registry-exec': 'registry_exec',
  'registry-remove': 'registry_remove',
  'registry-config-set': 'registry_config_set',
  'registry-refresh': 'registry_refresh',
  mcp_registry_find: 'registry_search',
  mcp_registry_list: 'registry_list',
  mcp_registry_get_docs: 'registry_info',
  mcp_registry_add: 'registry_add',
  mcp_registry_exec: 'registry_exec',
  mcp_registry_remove: 'registry_remove',
  mcp_registry_config_set: 'registry_config_set',
  mcp_registry_refresh: 'registry_refresh',
});

/** `holder` spans the object that has the name: params, or the ref in it. */
function byName(kind: Named, request: ClientRequest, holder: Span | undefined, asking: Asking): Routed {
  const { view } = asking;
  const span = member(request.text, holder, 'name');
  const name = stringAt(request.text, span);
  if (span === undefined || name === undefined) return refused(`${request.method} needs a name, a string`);
  const { routes } = view.lists[`${kind}s`];
  const route = routes.get(name) ?? routes.get(OTHER_SPELLINGS[name] ?? name);
  const doubled = route && doubledArgument(request, holder, route);
  if (doubled !== undefined) return refused(doubled);
  return route
    ? routed(request, route, name, span, name)
    : { refused: roleRefused(kind, name, asking) ?? unknownName(kind, name, view, asking.statuses()) };
}

/** For a tool that is there, and that the caller's role hides. */
function roleRefused(kind: Named, name: string, { access, refusedTool }: Asking): Reply | undefined {
  const hidden = kind === 'tool' ? refusedTool(name) : undefined;
  return hidden && roleRefusal(access, hidden.role, `the tool ${name}`, hidden.serverName);
}

/** Parsers could differ in what the header of such an argument was compared with. */
function doubledArgument(
  { text }: ClientRequest,
  holder: Span | undefined,
  { paramHeaders = [] }: Route,
): string | undefined {
  const args = paramHeaders.length > 0 ? member(text, holder, 'arguments') : undefined;
  const found = args && paramHeaders.find(({ path }) => isDoubledAt(text, args.start, path));
  return found && `arguments.${found.path.join('.')} occurs twice, or in another spelling`;
}

/** Routes by URI, or for completions by the template itself. `holder` as in `byName`. */
function byUri(
  request: ClientRequest,
  holder: Span | undefined,
  view: CatalogView,
  statuses: () => readonly ServerStatus[],
): Routed {
  const span = member(request.text, holder, 'uri');
  const uri = stringAt(request.text, span);
  if (span === undefined || uri === undefined) return refused(`${request.method} needs a uri, a string`);
  const template = view.lists.templates.routes.get(uri);
  const route = template ?? view.resourceRoute(uri);
  const isListed = template !== undefined || view.lists.resources.routes.has(uri);
  return route
    ? routed(request, route, uri, span, isListed ? uri : schemeOf(uri))
    : { refused: unknownResource(uri, statuses()) };
}

/** A URI that is not listed was made by the client, perhaps of arguments. */
const schemeOf = (uri: string): string => `${/^[A-Za-z][A-Za-z0-9+.-]{0,30}:/.exec(uri)?.[0] ?? ''}…`;

function routed(
  { text, params }: ClientRequest,
  route: Route,
  shown: string,
  span: Span,
  target: string,
): Routed {
  const raw = params ? slice(text, params) : NO_PARAMS;
  const { serverName, role } = route;
  if (route.key === shown || !params) return { serverName, params: raw, target, role };
  const own = { start: span.start - params.start, end: span.end - params.start };
  const edit = { ...own, with: Buffer.from(JSON.stringify(route.key)) };
  return { serverName, params: splice(raw, [edit]), target, role };
}

const refused = (message: string): Routed => ({ refused: refusal(RPC.INVALID_PARAMS, message) });
