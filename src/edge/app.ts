/**
 * The request listener of the gateway's port: checks, authentication, and which path and method leads where.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import findMyWay from 'find-my-way';
import type { Log } from '../log.ts';
import type { Principal } from '../model/caller.ts';
import type { Clock } from '../model/clock.ts';
import type { GatewayControl } from '../model/operator.ts';
import { viewNameOf } from '../model/text/grammar.ts';
import { RPC } from '../wire/codes.ts';
import type { Auth } from './auth/auth.ts';
import { authenticate } from './auth/authenticate.ts';
import { accepts, type Check } from './http/guard.ts';
import type { Incoming } from './http/incoming.ts';
import type { Outbox } from './http/outbox.ts';
import { refuse } from './http/refuse.ts';
import { formProblem } from './http/request-form.ts';
import type { Legacy } from './legacy/legacy.ts';
import type { Metrics } from './metrics.ts';
import { refuseMissing } from './missing.ts';
import { createPageTargets } from './page-targets.ts';
import { helpText, unknownScope } from './pages.ts';
import type { Connecting } from './people-page.ts';
import { scopeOf } from './shared/scope.ts';
import type { Views } from './shared/views.ts';

export interface AppDeps {
  readonly auth: Auth;
  readonly clock: Clock;
  readonly guard: Check;
  /** True if the request was a CORS preflight; it has been answered. */
  readonly cors: (request: IncomingMessage, response: ServerResponse) => boolean;
  readonly post: Handler;
  /** Why a request must be refused that has come from a gateway; undefined for nearly all. */
  readonly loop?: ((headers: IncomingMessage['headers']) => string | undefined) | undefined;
  readonly outbox: Outbox;
  readonly legacy: Pick<Legacy, 'get' | 'delete' | 'sse'>;
  readonly views: Views;
  readonly status: GatewayControl['status'];
  readonly metrics: Metrics;
  /** URL of `/mcp`, known once the gateway listens. */
  readonly url: () => string;
  /** How clients are connected, given the URL of `/mcp`: for the page of people. */
  readonly connecting: (url: string) => Promise<Connecting>;
  readonly log: Log;
}

type Handler = (incoming: Incoming) => void | Promise<void>;

/** The handler of a route. */
export type Target = (
  request: IncomingMessage,
  response: ServerResponse,
  params: Readonly<Record<string, string | undefined>>,
  principal: Principal,
) => void;

export type Listener = (request: IncomingMessage, response: ServerResponse) => void;

/** RFC 5842, 7.2 */
const LOOP_DETECTED = 508;

export function createApp(deps: AppDeps): Listener {
  const { auth, clock, guard, cors, post, outbox } = deps;
  const router = createRouter(deps);
  const route = (request: IncomingMessage, response: ServerResponse, principal: Principal): void => {
    const { url = '', method = '' } = request;
    // Nearly all requests are this one; looking it up costs as much as reading its body.
    if (url === '/mcp' && method === 'POST')
      void serve(deps, post, {
        request,
        response,
        scope: '',
        principal,
        access: auth.accessOf(principal),
        outbox,
      });
    else router(method, url)(request, response, principal);
  };
  return (request, response) => {
    const refusal = formProblem(request) ?? guard(request);
    if (refusal) refuse(response, refusal.status, RPC.SERVER_ERROR, refusal.message);
    else if (!cors(request, response))
      authenticate({ auth, clock }, request, response, (principal) => route(request, response, principal));
  };
}

type Found = (request: IncomingMessage, response: ServerResponse, principal: Principal) => void;

/** Methods of any route. HEAD goes wherever GET does. */
const METHODS = ['GET', 'POST', 'DELETE'] as const;

function createRouter(deps: AppDeps): (method: string, url: string) => Found {
  const router = findMyWay();
  // The router's type for handlers has no argument for the principal, so targets are called here, not by the
  // router.
  const on = (method: findMyWay.HTTPMethod, path: string, target: Target): void =>
    router.on(method, path, target as unknown as findMyWay.Handler<findMyWay.HTTPVersion.V1>);
  const mcp =
    (handler: Handler): Target =>
    (request, response, { serverName = '' }, principal) => {
      const scope = scopeOf(request.url ?? '', serverName);
      if (typeof scope !== 'string') refuse(response, scope.status, RPC.SERVER_ERROR, scope.message);
      else {
        const access = deps.auth.accessOf(principal);
        void serve(deps, handler, { request, response, scope, principal, access, outbox: deps.outbox });
      }
    };
  for (const path of ['/mcp', '/mcp/:serverName']) {
    on('POST', path, mcp(deps.post));
    on(
      'GET',
      path,
      mcp((incoming) => get(deps, incoming)),
    );
    on('DELETE', path, mcp(deps.legacy.delete));
  }
  for (const path of ['/sse', '/sse/:serverName']) {
    on(
      'GET',
      path,
      mcp((incoming) => openSse(deps, incoming)),
    );
    on('POST', path, mcp(deps.legacy.sse.post));
  }
  for (const [path, target] of createPageTargets(deps, notFound)) on('GET', path, target);
  return (method, url) => (request, response, principal) => {
    const path = withoutSlashes(url);
    const found = router.find((method === 'HEAD' ? 'GET' : method) as findMyWay.HTTPMethod, path);
    if (found) (found.handler as unknown as Target)(request, response, found.params, principal);
    else {
      const methods = METHODS.filter((other) => router.find(other, path));
      refuseMethod(methods, request, response);
    }
  };
}

/** The address without slashes at the end of its path, which people and clients add. */
function withoutSlashes(url: string): string {
  const query = url.indexOf('?');
  const rest = query < 0 ? '' : url.slice(query);
  let end = query < 0 ? url.length : query;
  while (end > 1 && url[end - 1] === '/') end -= 1;
  return url.slice(0, end) + rest;
}

/** Keeps a defect of the gateway from ending more than the one request. */
async function serve(deps: AppDeps, handler: Handler, incoming: Incoming): Promise<void> {
  const { views, status, log } = deps;
  const { request, response, scope, access } = incoming;
  try {
    // Not for pages: those are open to strangers, who must not name gateways.
    const loop = deps.loop?.(request.headers);
    if (loop !== undefined) refuse(response, LOOP_DETECTED, RPC.SERVER_ERROR, loop);
    else if (views.has(scope, access)) await handler(incoming);
    else {
      const seen = { ...status(), servers: views.statuses('', access) };
      refuseMissing(request, response, unknownScope(scope, seen, views.names()));
    }
  } catch (error) {
    log.error({ err: error, url: request.url }, 'a request failed inside the gateway');
    if (response.headersSent) response.destroy();
    else refuse(response, 500, RPC.INTERNAL, 'internal error of the gateway; its log has the details');
  }
}

/** GET of an endpoint: a session's stream for MCP clients, help for people. */
function get({ legacy, url, status, views }: AppDeps, incoming: Incoming): void {
  const { request, response, scope, access } = incoming;
  const { accept, 'mcp-session-id': sessionId, 'mcp-protocol-version': version } = request.headers;
  const isHead = request.method === 'HEAD';
  const isClient = sessionId !== undefined || version !== undefined || accept?.includes('text/event-stream');
  // A stream would not end with its headers.
  if (isClient && !isHead) legacy.get(incoming);
  else if (!isHead && !accepts(accept, 'text/plain') && !accepts(accept, 'text/html'))
    refuse(response, 406, RPC.SERVER_ERROR, 'Accept must list text/event-stream');
  else {
    response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' });
    response.end(helpText(url(), { ...status(), servers: views.statuses(scope, access) }, viewNameOf(scope)));
  }
}

/** A stream of the older transport. HEAD gets the headers alone, and opens nothing. */
function openSse({ legacy }: AppDeps, incoming: Incoming): void | Promise<void> {
  if (incoming.request.method !== 'HEAD') return legacy.sse.open(incoming);
  incoming.response.writeHead(200, { 'content-type': 'text/event-stream' }).end();
}

/** @param methods that the address has */
function refuseMethod(
  methods: readonly (typeof METHODS)[number][],
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const allow = methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]));
  if (allow.length === 0) notFound(request, response);
  else response.writeHead(405, { allow: allow.join(', '), 'content-length': 0 }).end();
}

function notFound(request: IncomingMessage, response: ServerResponse): void {
  const path = request.url?.split('?', 1)[0];
  const known = '/mcp, /mcp/SERVER, /sse, /sse/SERVER, /health, /ready and /metrics';
  refuseMissing(request, response, `nothing at ${path}; there are ${known}`);
}
