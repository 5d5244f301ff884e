/** The routes of pages over plain GET: health, readiness, figures, and where to get a token. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Principal } from '../model/caller.ts';
import type { GatewayControl } from '../model/operator.ts';
import type { GatewayStatus } from '../model/status.ts';
import { isNarrow } from '../policy/selection.ts';
import { RPC } from '../wire/codes.ts';
import type { Auth } from './auth/auth.ts';
import { sendJson } from './http/exchange.ts';
import { wantsHtml } from './http/guard.ts';
import { refuse } from './http/refuse.ts';
import type { Metrics } from './metrics.ts';
import { healthPage, type Page, readyPage } from './pages.ts';
import type { Connecting } from './people-page.ts';
import type { Views } from './shared/views.ts';

export interface PageDeps {
  readonly auth: Pick<Auth, 'isKnown' | 'accessOf' | 'resourceMetadata'>;
  readonly status: GatewayControl['status'];
  readonly metrics: Metrics;
  /** URL of `/mcp`. */
  readonly url: () => string;
  readonly views: Pick<Views, 'names' | 'statuses'>;
  /** How clients are connected, given the URL of `/mcp`. */
  readonly connecting: (url: string) => Promise<Connecting>;
}

type PageTarget = (
  request: IncomingMessage,
  response: ServerResponse,
  params: unknown,
  principal: Principal,
) => void;

/** Pairs of path and target. */
export function createPageTargets(
  { auth, status, metrics, url, views, connecting }: PageDeps,
  notFound: (request: IncomingMessage, response: ServerResponse) => void,
): [path: string, target: PageTarget][] {
  const seenBy = (principal: Principal): GatewayStatus => ({
    ...status(),
    servers: views.statuses('', auth.accessOf(principal)),
  });
  const page =
    (make: (status: GatewayStatus, isKnown: boolean) => Page): PageTarget =>
    (_request, response, _params, principal) =>
      sendPage(response, make(seenBy(principal), auth.isKnown(principal)));
  const resourceMetadata: PageTarget = (request, response) => {
    const body = auth.resourceMetadata();
    if (body) sendPage(response, { status: 200, body });
    else notFound(request, response);
  };
  const front: PageTarget = (request, response, _params, principal) => {
    if (!wantsHtml(request.headers.accept)) return notFound(request, response);
    const send = async (): Promise<void> => {
      const { peoplePage, tokenPage } = await import('./people-page.ts');
      const isKnown = auth.isKnown(principal);
      const page = async () => peoplePage(url(), seenBy(principal), views.names(), await connecting(url()));
      const { html, headers } = isKnown ? await page() : tokenPage();
      response.writeHead(isKnown ? 200 : 401, headers).end(html);
    };
    // Its file may be gone after an update of the package.
    send().catch(() => response.destroy());
  };
  // They name all servers.
  const figures: PageTarget = (_request, response, _params, principal) => {
    const access = auth.accessOf(principal);
    if (!access || !isNarrow(access)) void sendMetrics(metrics, response);
    else refuse(response, 403, RPC.ROLE_TOO_LOW, 'this token sees only some of the servers');
  };
  return [
    ['/', front],
    ['/health', page(healthPage)],
    ['/ready', page(readyPage)],
    ['/metrics', figures],
    ['/.well-known/oauth-protected-resource', resourceMetadata],
    ['/.well-known/oauth-protected-resource/*', resourceMetadata],
  ];
}

function sendPage(response: ServerResponse, { status, body }: Page): void {
  const text = Buffer.from(`${JSON.stringify(body, undefined, 2)}\n`);
  sendJson(response, status, [text], { 'cache-control': 'no-store' });
}

async function sendMetrics(metrics: Metrics, response: ServerResponse): Promise<void> {
  const text = await metrics.text();
  response.writeHead(200, { 'content-type': metrics.contentType }).end(text);
}
