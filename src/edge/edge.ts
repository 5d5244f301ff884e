/** The gateway's face to MCP clients: one HTTP port, both eras on it, no SDK on the way. */

import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { Log } from '../log.ts';
import type {
  AskClient,
  CallServer,
  CallTally,
  ServerNotification,
  SetLogLevel,
  TaskServer,
  TellServers,
} from '../model/calls.ts';
import type { CatalogReader, Revalidate } from '../model/catalog-reader.ts';
import type { Clock } from '../model/clock.ts';
import type { GatewayControl } from '../model/operator.ts';
import type { AccessRules, AuthSettings } from '../model/stack.ts';
import { createApp } from './app.ts';
import { createAuth } from './auth/auth.ts';
import { createCors } from './http/cors.ts';
import { createGuard } from './http/guard.ts';
import { createKeepAlive } from './http/keep-alive.ts';
import { gracefulClose, listen } from './http/tcp-port.ts';
import { notifyFollower, tellNotification } from './legacy/notify.ts';
import { tellChanges } from './legacy/push.ts';
import { createResumptions } from './legacy/resumptions.ts';
import { createAsk } from './legacy/server-requests.ts';
import { createSessions } from './legacy/sessions.ts';
import { createMetrics } from './metrics.ts';
import { createModernCalls } from './modern/calls.ts';
import { createListenStreams } from './modern/listen-streams.ts';

/** Durations are milliseconds, sizes bytes. */
export interface EdgeSettings {
  readonly host: string;
  readonly port: number;
  readonly bodyLimit?: number;
  readonly sessionIdle?: number;
  readonly maxSessions?: number;
  readonly keepAlive?: number;
}

export interface EdgeDeps {
  readonly catalog: CatalogReader;
  readonly call: CallServer;
  readonly taskServer: TaskServer;
  /** By server, for `/metrics`. */
  readonly callTallies: ReadonlyMap<string, CallTally>;
  readonly revalidate?: Revalidate;
  readonly control: Pick<GatewayControl, 'status'>;
  readonly clock: Clock;
  readonly log: Log;
  /** A session is over: nothing must be kept for it any more. */
  readonly onSessionEnd?: (sessionId: string) => void;
  readonly tellServers?: TellServers;
  readonly setLogLevel?: SetLogLevel;
  /** Who may use the gateway, asked at every request; undefined for whoever reaches it. */
  readonly auth?: () => AuthSettings | undefined;
  /** Hosts and origins accepted besides the local ones, read at every request. */
  readonly access?: () => AccessRules;
  /** Lets this user's own commands in. */
  readonly localToken?: string;
  readonly settings: EdgeSettings;
}

export interface Edge {
  /** Of `/mcp`. With port 0 the real one is known after `listen`. */
  readonly url: string;
  /** @throws GatewayError PORT_TAKEN, CONFIG_INVALID */
  listen(): Promise<{ readonly url: string }>;
  /** Passes on what a server said unasked. */
  notify(notification: ServerNotification): void;
  /** Puts what a server asks to the client of that session, and waits for the answer. */
  readonly ask: AskClient;
  /** Who may use the gateway has changed: ends the sessions of those who no longer may. */
  authChanged(): void;
  /** Open client sessions. */
  sessions(): number;
  /** Bytes of events that clients could come back for. */
  keptBytes(): number;
  /** Lets answers under way finish for `grace` ms, then ends every session and frees the port. */
  close(grace: number): Promise<void>;
}

const DEFAULTS = {
  bodyLimit: 64 * 1024 * 1024,
  sessionIdle: 60 * 60 * 1000,
  maxSessions: 10_000,
  keepAlive: 15_000,
};

const NO_ACCESS_RULES: AccessRules = {};

export function createEdge(deps: EdgeDeps): Edge {
  const { catalog, call, control, clock, log, settings } = deps;
  const { host, bodyLimit, sessionIdle, maxSessions, keepAlive: beat } = { ...DEFAULTS, ...settings };
  const { onSessionEnd = () => {}, setLogLevel = () => {}, access = () => NO_ACCESS_RULES } = deps;
  const sessions = createSessions(clock, { idle: sessionIdle, max: maxSessions }, onSessionEnd);
  const keepAlive = createKeepAlive(clock, beat);
  const resumptions = createResumptions(clock);
  const metrics = createMetrics(control, deps.callTallies, () => ({
    listens: listenStreams.count,
    parked: modernCalls.parked,
  }));
  const modernCalls = createModernCalls({
    call,
    clock,
    setLogLevel,
    onSessionEnd,
  });
  const listenStreams = createListenStreams({
    call,
    taskServer: deps.taskServer,
    clock,
    keepAlive,
    onSessionEnd,
  });
  const askSession = createAsk(sessions, clock);
  const unsubscribe = catalog.onChange((change) => {
    tellChanges(sessions, change);
    listenStreams.catalogChanged(change);
  });
  let { port } = settings;
  const url = (): string => `http://${shownHost(host)}:${port}/mcp`;

  const server = createServer({ noDelay: true, keepAliveTimeout: IDLE_CONNECTION });
  const closeServer = gracefulClose(server, clock);
  const auth = createAuth(deps.auth ?? (() => undefined), deps.localToken ?? randomUUID(), url);
  const app = createApp({
    auth,
    catalog,
    call,
    taskServer: deps.taskServer,
    revalidate: deps.revalidate ?? (() => undefined),
    control,
    tellServers: deps.tellServers ?? (() => {}),
    setLogLevel,
    sessions,
    modernCalls,
    listenStreams,
    keepAlive,
    resumptions,
    bodyLimit,
    guard: createGuard(host, access),
    cors: createCors(access),
    metrics,
    log,
    url,
  });
  server.on('request', app);

  const release = (): void => {
    unsubscribe();
    sessions.close();
    keepAlive.close();
    resumptions.close();
  };

  return {
    get url() {
      return url();
    },
    async listen() {
      port = await listen(server, host, port).catch((error) => {
        release();
        throw error;
      });
      return { url: url() };
    },
    notify(notification) {
      const { followers } = notification;
      if (followers)
        for (const sessionId of followers) {
          listenStreams.notifyFollower(sessionId, notification);
          notifyFollower(sessions, sessionId, notification);
        }
      else if (!modernCalls.notify(notification)) tellNotification(sessions, deps.taskServer, notification);
    },
    ask: (request) => modernCalls.ask(request) ?? askSession(request),
    authChanged() {
      const isGone = (principal: string): boolean => !auth.isKnown(principal);
      for (const session of [...sessions.all()]) if (isGone(session.caller.principal)) sessions.end(session);
      listenStreams.expel(isGone);
      modernCalls.forget(isGone);
    },
    sessions: () => sessions.count,
    keptBytes: () => resumptions.bytes,
    async close(grace) {
      for (const session of sessions.all()) for (const stream of session.streams) stream.end();
      listenStreams.expel(() => true);
      modernCalls.forget(() => true);
      if (server.listening) await closeServer(grace);
      release();
    },
  };
}

/** Longer than clients keep a connection in their pools, so that they never write into one that we are closing. */
const IDLE_CONNECTION = 75_000;

/** A wildcard is no address to connect to. */
function shownHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}
