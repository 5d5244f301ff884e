/** The gateway's port for MCP clients: HTTP for both protocol eras, without an SDK on the way. */
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { Log } from '../log.ts';
import type {
  AskClient,
  CallServer,
  CallTally,
  NotifyServers,
  Reply,
  ServerNotification,
  ServerRequest,
  SetLogLevel,
  TaskServer,
} from '../model/calls.ts';
import type { BeginSession, CatalogReader, Revalidate, WakeServers } from '../model/catalog-reader.ts';
import type { Clock } from '../model/clock.ts';
import type { Era } from '../model/era.ts';
import type { AccessRules, AuthSettings } from '../model/stack.ts';
import { viewNameOf } from '../model/text/grammar.ts';
import { RPC } from '../wire/codes.ts';
import { type AppDeps, createApp } from './app.ts';
import { createAuth } from './auth/auth.ts';
import { isSubject } from './auth/subjects.ts';
import { BodyReader } from './http/body.ts';
import { createCors } from './http/cors.ts';
import { createGuard } from './http/guard.ts';
import { createKeepAlive } from './http/keep-alive.ts';
import { refusal } from './http/message.ts';
import { Outbox } from './http/outbox.ts';
import { createStreamCutter } from './http/stream-cutter.ts';
import { ARRIVAL_LIMITS, gracefulClose, listen } from './http/tcp-port.ts';
import { createLegacy } from './legacy/legacy.ts';
import { createMetrics, type Watched } from './metrics.ts';
import { createModern } from './modern/modern.ts';
import type { Connecting } from './people-page.ts';
import { createPost } from './post.ts';
import type { Clients, WhyOver } from './shared/clients.ts';
import { ViewHolds } from './shared/view-holds.ts';
import { Views } from './shared/views.ts';

/** Limits have defaults; only tests set them. */
export interface EdgeSettings {
  readonly host: string;
  readonly port: number;
  readonly bodyLimitBytes?: number;
  readonly bodyMemoryBytes?: number;
  readonly unreadMemoryBytes?: number;
  readonly sessionIdleMs?: number;
  readonly maxSessions?: number;
  readonly keepAliveMs?: number;
}

export interface EdgeDeps {
  readonly catalog: CatalogReader;
  /** As legacy clients see it. Absent: the same. */
  readonly legacyCatalog?: CatalogReader;
  readonly call: CallServer;
  readonly taskServer: TaskServer;
  /** By server, for `/metrics`. */
  readonly callTallies: ReadonlyMap<string, CallTally>;
  readonly revalidate?: Revalidate;
  readonly wake?: WakeServers;
  readonly control: Watched;
  readonly loop?: AppDeps['loop'];
  /** How clients are connected, given the URL of `/mcp`: for the page of people. */
  readonly connecting: (url: string) => Promise<Connecting>;
  readonly clock: Clock;
  readonly log: Log;
  /** Called with each legacy session that begins. */
  readonly onSessionBegin?: BeginSession;
  /** Called with the session id of every caller that is over: nothing need be kept for it. */
  readonly onSessionEnd?: (sessionId: string) => void;
  readonly notifyServers?: NotifyServers;
  readonly setLogLevel?: SetLogLevel;
  /** Settings of authentication, read at every request. Undefined admits every client. */
  readonly auth?: () => AuthSettings | undefined;
  /** Reaches the issuer of access tokens. */
  readonly issuerFetch?: typeof fetch;
  /** Hosts and origins accepted besides the local ones, read at every request. */
  readonly access?: () => AccessRules;
  /** The token of this user's own commands. */
  readonly localToken?: string;
  readonly settings: EdgeSettings;
}

export interface Edge {
  /** URL of `/mcp`. With port 0 the real port is known after `listen`. */
  readonly url: string;
  /** @throws GatewayError PORT_TAKEN, CONFIG_INVALID */
  listen(): Promise<{ readonly url: string }>;
  /** Passes on a server's notification to the clients that it is for. */
  notify(notification: ServerNotification): void;
  /** Sends a server's request to the client of its session. Never rejects. */
  readonly ask: AskClient;
  /**
   * Ends the sessions and event streams of clients that the settings of auth and access no longer admit, and
   * of views that are gone.
   */
  expelUnadmitted(): void;
  /** Open legacy sessions. */
  sessions(): number;
  /** Bytes of events that clients could come back for. */
  keptBytes(): number;
  /** Lets answers under way finish for `graceMs`, then ends every session and frees the port. */
  close(graceMs: number): Promise<void>;
}

/** Limits of an edge whose settings say nothing else. */
export const EDGE_DEFAULTS = {
  bodyLimitBytes: 64 * 1024 * 1024,
  sessionIdleMs: 60 * 60 * 1000,
  maxSessions: 10_000,
  keepAliveMs: 15_000,
};
const NO_ACCESS_RULES: AccessRules = {};

/** The caller must close the edge, also if `listen` was not called or failed. */
export function createEdge(deps: EdgeDeps): Edge {
  const acquired = new DisposableStack();
  try {
    return build(deps, acquired);
  } catch (error) {
    acquired.dispose();
    throw error;
  }
}

/** @param acquired receives each part that holds a timer or a subscription, as soon as it exists */
function build(deps: EdgeDeps, acquired: DisposableStack): Edge {
  const { catalog, legacyCatalog = catalog, call, taskServer, clock, log, settings } = deps;
  const { status } = deps.control;
  const { onSessionBegin = () => undefined, onSessionEnd = () => {} } = deps;
  const { setLogLevel = () => {}, notifyServers = () => {}, revalidate = () => undefined } = deps;
  const { access = () => NO_ACCESS_RULES, auth: authSettings = () => undefined } = deps;
  const { bodyLimitBytes, sessionIdleMs, maxSessions, keepAliveMs } = { ...EDGE_DEFAULTS, ...settings };
  const viewsOf = (reader: CatalogReader, era: Era): Views => {
    const holds = acquired.adopt(new ViewHolds(reader.views, clock), (it) => it.close());
    return new Views(reader, status, (kind, name) => revalidate(kind, name, era), deps.wake, holds);
  };
  const views = viewsOf(catalog, 'modern');
  const legacyViews = viewsOf(legacyCatalog, 'legacy');
  const keepAlive = acquired.adopt(createKeepAlive(clock, keepAliveMs), (it) => it.close());
  const bodyLimits = { heldBytes: settings.bodyMemoryBytes };
  const bodies = acquired.adopt(new BodyReader(clock, bodyLimits), (it) => it.close());
  const outbox = acquired.adopt(new Outbox(clock, settings.unreadMemoryBytes), (it) => it.close());
  const common = { views, call, taskServer, setLogLevel, onSessionEnd, clock, keepAlive };
  const limits = { bodyBytes: bodyLimitBytes, sessionIdleMs, maxSessions };
  const modern = acquired.adopt(createModern(common), (it) => it.close());
  const sessions = { views: legacyViews, onSessionBegin, notifyServers };
  const legacy = acquired.adopt(createLegacy({ ...common, ...sessions, bodies, log, limits }), (it) =>
    it.close(),
  );
  const eras: readonly Clients[] = [modern, legacy];
  acquired.defer(catalog.onChange((change) => modern.catalogChanged(change)));
  acquired.defer(legacyCatalog.onChange((change) => legacy.catalogChanged(change)));
  const port = createPort(settings, clock);
  const auth = createAuth(authSettings, deps.localToken ?? randomUUID(), port.url, clock, deps.issuerFetch);
  const metrics = createMetrics(deps.control, deps.callTallies, modern, legacy);
  const post = createPost({ legacy, modern, bodies, bodyLimitBytes });
  const guard = createGuard(settings.host, access);
  const cors = createCors(access);
  port.serve(
    createApp({ ...deps, auth, guard, cors, post, outbox, legacy, views, status, metrics, url: port.url }),
  );

  return {
    get url() {
      return port.url();
    },
    listen: port.listen,
    notify: (notification) => notify(eras, notification),
    ask: (request) => ask(eras, request),
    expelUnadmitted() {
      const whyOver = expulsions(auth, views);
      for (const era of eras) era.expel(whyOver);
      port.cutStreams((request) => guard(request) !== undefined);
    },
    sessions: () => legacy.sessions,
    keptBytes: () => legacy.keptBytes,
    async close(graceMs) {
      for (const era of eras) era.endStreams();
      await port.close(graceMs);
      acquired.dispose();
    },
  };
}

/** Says whom the present settings no longer admit, and whose view is gone. */
function expulsions(auth: ReturnType<typeof createAuth>, views: Views): WhyOver {
  const hasOtherRules = auth.hasOtherRules();
  return (principal, scope) => {
    if (!auth.isKnown(principal) || (hasOtherRules && isSubject(principal)))
      return 'its client may no longer use the gateway';
    return views.isGone(scope) ? `there is no view ${viewNameOf(scope)} any more` : undefined;
  };
}

function notify(eras: readonly Clients[], notification: ServerNotification): void {
  if (!notification.followers) eras.some((era) => era.notify(notification));
  else
    for (const sessionId of notification.followers)
      for (const era of eras) era.notifyFollower(sessionId, notification);
}

async function ask(eras: readonly Clients[], request: ServerRequest): Promise<Reply> {
  for (const era of eras) {
    const answer = era.ask(request);
    if (answer) return answer;
  }
  return refusal(RPC.SERVER_ERROR, 'the client has gone');
}

/**
 * Longer than clients keep a connection in their pools, so that they never write into one that the gateway is
 * closing.
 */
const IDLE_CONNECTION_MS = 75_000;

/** The TCP port, and the URL of `/mcp` on it. */
function createPort({ host, port: wanted }: EdgeSettings, clock: Clock) {
  const server = createServer({ ...ARRIVAL_LIMITS, noDelay: true, keepAliveTimeout: IDLE_CONNECTION_MS });
  const closeServer = gracefulClose(server, clock);
  const cutStreams = createStreamCutter(server);
  let port = wanted;
  const url = (): string => `http://${shownHost(host)}:${port}/mcp`;
  return {
    url,
    cutStreams,
    serve: (listener: Parameters<typeof createServer>[1] & {}) => void server.on('request', listener),
    async listen() {
      port = await listen(server, host, port);
      return { url: url() };
    },
    async close(graceMs: number) {
      if (server.listening) await closeServer(graceMs);
    },
  };
}

/** A wildcard is no address to connect to. */
function shownHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}
