/** One client's connection to the gateway, of either era, over HTTP or `hive stdio`. */
import { modernMeta } from '../../edge/harness.ts';
import type { Ledger } from '../ledger.ts';
import { Inbox, type Progress } from './inbox.ts';
import { CAPABILITIES, LEGACY_VERSION, LegacyHttp } from './legacy-http.ts';
import { type Json, type Message, Refusal, type SendOptions, type Transport } from './message.ts';
import { ModernHttp } from './modern-http.ts';
import { Stdio } from './stdio.ts';

export const KINDS = ['legacy HTTP', 'modern HTTP', 'legacy stdio', 'modern stdio'] as const;
export type Kind = (typeof KINDS)[number];

/** What clients know about the gateway. */
export interface Site {
  /** URL of the gateway that serves now. */
  url(): string;
  readonly file: string;
  readonly env: NodeJS.ProcessEnv;
  readonly ledger: Ledger;
  /** Names of servers whose resources can be followed. */
  readonly followed: readonly string[];
  /** Runs the start of a `hive stdio` while a gateway is up: it would start one of its own. */
  whileUp<T>(run: () => Promise<T>): Promise<T>;
}

export interface Asked {
  readonly id: string;
  readonly answer: Promise<Message>;
  readonly progress: Progress;
}

const MODERN_CAPABILITIES = { ...CAPABILITIES, extensions: { 'io.modelcontextprotocol/tasks': {} } };

export class Connection {
  readonly kind: Kind;
  readonly inbox: Inbox;
  readonly transport: Transport;
  #ids = 0;

  constructor(kind: Kind, inbox: Inbox, transport: Transport) {
    this.kind = kind;
    this.inbox = inbox;
    this.transport = transport;
  }

  get isModern(): boolean {
    return this.kind.startsWith('modern');
  }

  get who(): string {
    return this.inbox.who;
  }

  newId(): string {
    this.#ids += 1;
    return `${this.who}#${this.#ids}`;
  }

  /** Sends a request. `answer` rejects if there will be none. */
  ask(method: string, params: Json, { signal, ...options }: SendOptions = {}, id = this.newId()): Asked {
    const expected = this.inbox.expect(id);
    signal?.addEventListener('abort', () => this.inbox.leave(id, signal.reason as Error));
    this.transport
      .send({ id, method, params: this.#complete(params, id) }, { ...options, ...(signal ? { signal } : {}) })
      .catch((error: Error) => this.inbox.leave(id, error));
    return { id, ...expected };
  }

  async result(method: string, params: Json, options: SendOptions = {}): Promise<Json> {
    const { result, error } = await this.ask(method, params, options).answer;
    if (error) throw new Refusal(error);
    return result ?? {};
  }

  /** Cancels a request in the way of its era; `abort` is the signal that it was sent with. */
  async cancel(requestId: string, abort: AbortController): Promise<void> {
    if (this.kind === 'modern HTTP') return abort.abort(new Error('cancelled'));
    const params = this.#complete({ requestId, reason: 'enough' }, undefined);
    await this.transport.send({ method: 'notifications/cancelled', params });
    this.inbox.leave(requestId, new Error('cancelled'));
  }

  #complete(params: Json, progressToken: string | undefined): Json {
    const token = progressToken === undefined ? {} : { progressToken };
    return { ...params, _meta: this.isModern ? modernMeta(MODERN_CAPABILITIES, token) : token };
  }
}

/** Opens a connection and follows a resource of each server. Rejects if the gateway does not let the client in. */
export async function connect(
  kind: Kind,
  site: Site,
  who: string,
  token: string,
  signal: AbortSignal,
): Promise<Connection> {
  const inbox = new Inbox(who, site.ledger);
  const transport =
    kind === 'legacy HTTP'
      ? new LegacyHttp(site.url(), token, inbox)
      : kind === 'modern HTTP'
        ? new ModernHttp(site.url(), token, inbox)
        : undefined;
  if (transport) return greet(new Connection(kind, inbox, transport), site, signal);
  return site.whileUp(() =>
    greet(new Connection(kind, inbox, new Stdio(site.file, site.env, inbox)), site, signal),
  );
}

async function greet(connection: Connection, site: Site, signal: AbortSignal): Promise<Connection> {
  try {
    if (connection.isModern) await connection.result('server/discover', {}, { signal });
    else await initialize(connection, signal);
  } catch (error) {
    await connection.transport.close(false);
    throw error;
  }
  if (connection.isModern)
    follow(
      connection,
      site.followed.map((serverName) => watchedUri(serverName, connection.who)),
    );
  return connection;
}

async function initialize(connection: Connection, signal: AbortSignal): Promise<void> {
  const { transport, who } = connection;
  const clientInfo = { name: who, version: '1' };
  const params = { protocolVersion: LEGACY_VERSION, capabilities: CAPABILITIES, clientInfo };
  await connection.result('initialize', params, { signal });
  await transport.send({ method: 'notifications/initialized' });
  if (transport instanceof LegacyHttp) void transport.listen();
}

/** Time after which a server that was still starting may take a subscription. */
const FOLLOW_AGAIN_MS = 2_000;

/**
 * A subscription lasts until its stream ends. Another follows for what the gateway did not acknowledge, which
 * no longer belongs to the first: a slow gateway must not get more and more of them.
 */
export function follow(connection: Connection, uris: readonly string[]): void {
  const own = new Set(uris);
  const abort = new AbortController();
  const again = (rest: readonly string[]): void => {
    if (connection.transport.isOpen && rest.length > 0) follow(connection, rest);
  };
  const notifications = { resourceSubscriptions: uris };
  const { id, answer } = connection.ask('subscriptions/listen', { notifications }, { signal: abort.signal });
  const onEnd = (): void => {
    for (const uri of own) connection.inbox.followed.delete(uri);
    setTimeout(() => again([...own]), FOLLOW_AGAIN_MS).unref();
  };
  answer.then(onEnd, onEnd);
  setTimeout(() => {
    if (!connection.inbox.isWaiting(id)) return;
    const rest = uris.filter((uri) => !connection.inbox.followed.has(uri));
    for (const uri of rest) own.delete(uri);
    if (own.size === 0) connection.cancel(id, abort).catch(() => {});
    again(rest);
  }, FOLLOW_AGAIN_MS).unref();
}

export const watchedUri = (serverName: string, who: string): string => `watch://${serverName}/${who}`;
