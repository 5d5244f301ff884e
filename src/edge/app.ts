/** Which path and method leads where. */

import type { IncomingMessage, ServerResponse } from 'node:http';
import findMyWay from 'find-my-way';
import type { Principal } from '../model/caller.ts';
import type { GatewayStatus } from '../model/status.ts';
import { RPC } from '../wire/codes.ts';
import type { Auth } from './auth/auth.ts';
import { authenticate } from './auth/authenticate.ts';
import { sendJson } from './http/exchange.ts';
import { accepts, type Refusal } from './http/guard.ts';
import { refuse } from './http/refuse.ts';
import { handleGet } from './legacy/push.ts';
import { isSpoken, sessionOf } from './legacy/session-header.ts';
import { createSse } from './legacy/sse.ts';
import type { Metrics } from './metrics.ts';
import { healthPage, helpText, type Page, readyPage, unknownServer } from './pages.ts';
import { handlePost, type PostDeps } from './post.ts';

export interface AppDeps extends PostDeps {
  readonly auth: Auth;
  readonly guard: (request: IncomingMessage) => Refusal | undefined;
  /** True when the request was a browser's question whether it may ask, and is answered. */
  readonly cors: (request: IncomingMessage, response: ServerResponse) => boolean;
  readonly metrics: Metrics;
  /** Of `/mcp`, once it listens. */
  readonly url: () => string;
}

/** `scope` is the one server asked for, or `''` for all. */
type Handler = (
  request: IncomingMessage,
  response: ServerResponse,
  scope: string,
  principal: Principal,
) => void | Promise<void>;
/** What the router leads to. */
type Target = (
  request: IncomingMessage,
  response: ServerResponse,
  params: Readonly<Record<string, string | undefined>>,
  principal: Principal,
) => void;
type RouterTarget = findMyWay.Handler<findMyWay.HTTPVersion.V1>;

/** The request listener of the gateway's port. */
export function createApp(deps: AppDeps): (request: IncomingMessage, response: ServerResponse) => void {
  const router = findMyWay();
  // Handlers are called with the principal, which the router's own `lookup` has no argument for.
  const on = (methods: findMyWay.HTTPMethod[], path: string, target: Target): void =>
    router.on(methods, path, target as unknown as RouterTarget);
  const mcp =
    (handler: Handler): Target =>
    (request, response, { serverName = '' }, principal) =>
      void serve(deps, handler, request, response, serverName, principal);
  const endpoints = { POST: post(deps), GET: get(deps), DELETE: del(deps) } as const;
  for (const path of ['/mcp', '/mcp/:serverName']) {
    for (const method of ['POST', 'GET', 'DELETE'] as const) on([method], path, mcp(endpoints[method]));
    on(['PUT', 'PATCH', 'HEAD', 'OPTIONS'], path, wrongMethod);
  }
  const sse = createSse(deps);
  for (const path of ['/sse', '/sse/:serverName']) {
    on(['GET'], path, mcp(sse.open));
    on(['POST'], path, mcp(sse.post));
    on(['PUT', 'PATCH', 'HEAD', 'OPTIONS', 'DELETE'], path, wrongMethod);
  }
  const page =
    (make: (status: GatewayStatus, isKnown: boolean) => Page): Target =>
    (_request, response, _params, principal) =>
      sendPage(response, make(deps.control.status(), deps.auth.isKnown(principal)));
  on(['GET'], '/health', page(healthPage));
  on(['GET'], '/ready', page(readyPage));
  for (const path of ['', '/*'])
    on(['GET'], `/.well-known/oauth-protected-resource${path}`, (request, response) => {
      const body = deps.auth.resourceMetadata();
      if (body) sendPage(response, { status: 200, body });
      else notFound(request, response);
    });
  on(['GET'], '/metrics', (_, response) => void sendMetrics(deps.metrics, response));
  const route = (request: IncomingMessage, response: ServerResponse, principal: Principal): void => {
    const { url = '', method = '' } = request;
    // Nearly all requests are this one; looking it up costs as much as reading its body.
    if (url === '/mcp' && method === 'POST')
      return void serve(deps, endpoints.POST, request, response, '', principal);
    const found = router.find(method as findMyWay.HTTPMethod, url);
    if (found) (found.handler as unknown as Target)(request, response, found.params, principal);
    else notFound(request, response);
  };
  return (request, response) => {
    const refusal = deps.guard(request);
    if (refusal) refuse(response, refusal.status, RPC.SERVER_ERROR, refusal.message);
    else if (!deps.cors(request, response))
      authenticate(deps.auth, request, response, (principal) => route(request, response, principal));
  };
}

/** Keeps a defect of the gateway from ending more than the one request. */
async function serve(
  deps: AppDeps,
  handler: Handler,
  request: IncomingMessage,
  response: ServerResponse,
  scope: string,
  principal: Principal,
): Promise<void> {
  try {
    if (scope !== '' && !isKnown(deps, scope)) {
      const message = unknownServer(scope, deps.control.status());
      return refuse(response, 404, RPC.SERVER_ERROR, message);
    }
    await handler(request, response, scope, principal);
  } catch (error) {
    deps.log.error({ err: error, url: request.url }, 'a request failed inside the gateway');
    if (response.headersSent) response.destroy();
    else refuse(response, 500, RPC.INTERNAL, 'internal error of the gateway; its log has the details');
  }
}

/** The catalog is asked first, since it is at hand; a server that is not ready is only in the status. */
function isKnown({ catalog, control }: AppDeps, name: string): boolean {
  if (catalog.current().byServer.has(name)) return true;
  return control.status().servers.some(({ serverName }) => serverName === name);
}

const post =
  (deps: AppDeps): Handler =>
  (request, response, scope, principal) =>
    handlePost(deps, request, response, scope, principal);

const get =
  (deps: AppDeps): Handler =>
  (request, response, scope, principal) => {
    if (!isSpoken(request, response)) return;
    const { accept, 'mcp-session-id': sessionId } = request.headers;
    const isClient = sessionId !== undefined || accept?.includes('text/event-stream');
    if (isClient) {
      handleGet(deps, request, response, scope, principal);
      return;
    }
    if (!accepts(accept, 'text/plain') && !accepts(accept, 'text/html'))
      return refuse(response, 406, RPC.SERVER_ERROR, 'Accept must list text/event-stream');
    response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' });
    response.end(helpText(deps.url(), deps.control.status()));
  };

const del =
  (deps: AppDeps): Handler =>
  (request, response, scope, principal) => {
    const session =
      isSpoken(request, response) && sessionOf(deps.sessions, request, response, scope, principal);
    if (!session) return;
    deps.sessions.end(session);
    response.writeHead(200, { 'content-length': 0 }).end();
  };

function sendPage(response: ServerResponse, { status, body }: Page): void {
  sendJson(response, status, [Buffer.from(`${JSON.stringify(body, undefined, 2)}\n`)], {
    'cache-control': 'no-store',
  });
}

async function sendMetrics(metrics: Metrics, response: ServerResponse): Promise<void> {
  const text = await metrics.text();
  response.writeHead(200, { 'content-type': metrics.contentType }).end(text);
}

function wrongMethod(_request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(405, { allow: 'GET, POST, DELETE', 'content-length': 0 }).end();
}

function notFound(request: IncomingMessage, response: ServerResponse): void {
  const path = request.url?.split('?', 1)[0];
  refuse(
    response,
    404,
    RPC.SERVER_ERROR,
    `nothing at ${path}; there are /mcp, /mcp/SERVER, /sse, /sse/SERVER, /health, /ready and /metrics`,
  );
}
