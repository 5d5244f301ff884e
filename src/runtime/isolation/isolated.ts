/** Connections of one server that belong to one session, or to one call (`isolation`). */
import { GatewayError } from '../../errors.ts';
import type { Caller, Principal } from '../../model/caller.ts';
import { type Call, type CallRequest, settled } from '../../model/calls.ts';
import type { Clock } from '../../model/clock.ts';
import { Shares } from '../../model/collections/shares.ts';
import { RPC } from '../../wire/codes.ts';
import { METHOD } from '../../wire/methods.ts';
import { failure } from '../upstream/requests/failures.ts';
import type { TaskUse } from '../upstream/requests/running-tasks.ts';
import type { OwnedUpstream, UpstreamCalls } from '../upstream/upstream.ts';
import { callWhenOpen } from './call-when-open.ts';
import { type OpenOwned, OwnedConnection } from './owned-connection.ts';
import { Standby } from './standby.ts';

/** Connections of one server besides the shared one. Half of them for one client, while no other has one. */
const MAX_CONNECTIONS = 128;
/** Time for a process whose session is idle and has to make room. */
const MAKE_ROOM_GRACE_MS = 2_000;

export interface Isolated {
  /**
   * `isolation: session`: opens the connection at the session's first call and keeps it until the session
   * ends, or until it is the longest idle one of a client that has no room for another. A modern caller
   * makes but this one request, and its next one is most likely alike: a standby is
   * opened for that.
   */
  callInSession(caller: Caller, request: CallRequest): Call;
  /** `isolation: call`: opens a connection for this call, and ends it after the reply. */
  callAlone(caller: Caller, request: CallRequest): Call;
  /** True if the caller's session has a connection, or could get one. */
  hasRoom(caller: Caller): boolean;
  /** Calls `act` with every connection of the session, each once it is open. */
  eachOf(sessionId: string, act: (upstream: OwnedUpstream) => void): void;
  /** Ends the connections of the session. */
  endSession(sessionId: string, graceMs: number): Promise<void>;
  /**
   * Resolves when no call is under way on any connection, nor a task if `isWithTasks`; or after the timeout.
   */
  drain(timeoutMs: number, isWithTasks?: boolean): Promise<void>;
  close(graceMs: number): Promise<void>;
  /** Connections that have an owner. */
  readonly count: number;
  /** The tasks of each of these connections. */
  readonly tasks: readonly TaskUse[];
  /** The connection on which the session began the task. A modern task belongs to no session. */
  holderOf(taskId: string, sessionId: string | undefined): UpstreamCalls | undefined;
}

/** The caller must close the result. */
export const createIsolated = (serverName: string, open: OpenOwned, clock: Clock): Isolated =>
  new IsolatedConnections(serverName, open, clock);

class IsolatedConnections implements Isolated {
  readonly #serverName: string;
  readonly #open: OpenOwned;
  readonly #standby: Standby;
  /** By key: a session's id, or that and the number of one call. The one used least recently is the first. */
  readonly #owned = new Map<string, OwnedConnection>();
  readonly #shares = new Shares(MAX_CONNECTIONS);
  /** Connections that take no new calls, until those under way have ended. */
  readonly #leaving = new Set<OwnedConnection>();
  #calls = 0;

  constructor(serverName: string, open: OpenOwned, clock: Clock) {
    this.#serverName = serverName;
    this.#open = open;
    this.#standby = new Standby(open, clock);
  }

  callInSession(caller: Caller, request: CallRequest): Call {
    const { sessionId, era } = caller;
    const known = this.#owned.get(sessionId);
    if (!known && !this.#makeRoom(caller.principal)) return this.#refuse();
    const isLasting = LASTING.has(request.method);
    const connection = known ?? this.#start(sessionId, caller, era === 'modern' && !isLasting);
    // The connection that was used last stands last.
    this.#owned.delete(sessionId);
    this.#owned.set(sessionId, connection);
    const call = callWhenOpen(connection.opened, request, caller, () => connection.isGivenUp);
    connection.use(call.reply, isLasting);
    return call;
  }

  callAlone(caller: Caller, request: CallRequest): Call {
    if (!this.#makeRoom(caller.principal)) return this.#refuse();
    this.#calls += 1;
    const key = `${caller.sessionId} ${this.#calls}`;
    const connection = this.#start(key, caller, true);
    const call = callWhenOpen(connection.opened, request, caller, () => connection.isGivenUp);
    connection.use(call.reply, false);
    void call.reply.then(() => this.#end(key, 0));
    return call;
  }

  hasRoom({ sessionId, principal }: Caller): boolean {
    return this.#owned.has(sessionId) || this.#shares.hasRoom(principal) || !!this.#idleLongest(principal);
  }

  eachOf(sessionId: string, act: (upstream: OwnedUpstream) => void): void {
    for (const key of this.#keysOf(sessionId)) void this.#owned.get(key)?.opened.then(act, () => {});
  }

  async endSession(sessionId: string, graceMs: number): Promise<void> {
    if (this.#owned.size === 0) return;
    await Promise.all(this.#keysOf(sessionId).map((key) => this.#end(key, graceMs)));
  }

  async drain(timeoutMs: number, isWithTasks?: boolean): Promise<void> {
    await this.#standby.close();
    const all = [...this.#owned.values(), ...this.#leaving];
    const drained = all.map(({ opened }) =>
      opened.then(
        (upstream) => upstream.drain(timeoutMs, isWithTasks),
        () => {},
      ),
    );
    await Promise.all(drained);
  }

  async close(graceMs: number): Promise<void> {
    const leaving = [...this.#leaving].map((connection) => connection.end(graceMs));
    const owned = [...this.#owned.keys()].map((key) => this.#end(key, graceMs));
    await Promise.all([this.#standby.close(), ...leaving, ...owned]);
  }

  get count(): number {
    return this.#owned.size;
  }

  get tasks(): readonly TaskUse[] {
    return [...this.#owned.values()].flatMap(({ upstream }) => upstream?.tasks ?? []);
  }

  holderOf(taskId: string, sessionId: string | undefined): UpstreamCalls | undefined {
    const isHolder = ({ upstream }: OwnedConnection): boolean =>
      upstream?.tasks.knows(taskId, sessionId) === true;
    return [...this.#owned.values()].find(isHolder)?.upstream;
  }

  /** False if the client has its share of connections, and all of them are in use. */
  #makeRoom(principal: Principal): boolean {
    if (this.#shares.hasRoom(principal)) return true;
    const key = this.#idleLongest(principal);
    if (key !== undefined) void this.#end(key, MAKE_ROOM_GRACE_MS);
    return key !== undefined;
  }

  #idleLongest(principal: Principal): string | undefined {
    return [...this.#owned].find(([, it]) => it.principal === principal && it.isIdle)?.[0];
  }

  /** Removes the connection from the table. */
  #remove(key: string, { principal }: OwnedConnection): void {
    this.#owned.delete(key);
    this.#shares.give(principal);
  }

  #keysOf(sessionId: string): string[] {
    return [...this.#owned.keys()].filter((key) => key === sessionId || key.startsWith(`${sessionId} `));
  }

  /** @param isBrief the caller makes but this one call: a standby is opened for the next one */
  #start(key: string, { sessionId, capabilities, principal }: Caller, isBrief: boolean): OwnedConnection {
    const connection = this.#standby.take(capabilities) ?? new OwnedConnection(this.#open, capabilities);
    connection.onLost = (drainMs) => {
      this.#forget(key, connection);
      if (drainMs !== undefined) void this.#leave(connection, drainMs);
    };
    connection.owner.set(sessionId);
    connection.principal = principal;
    this.#shares.add(principal);
    this.#owned.set(key, connection);
    const hasRoom = (): boolean => this.#shares.hasRoom(principal);
    if (!hasRoom()) void this.#standby.drop();
    const prepareNext = (): void => {
      if (isBrief && hasRoom()) this.#standby.prepare(capabilities);
    };
    // The call itself is sent before the next process is started.
    connection.opened.then(
      () => setImmediate(prepareNext),
      () => this.#forget(key, connection),
    );
    return connection;
  }

  #forget(key: string, connection: OwnedConnection): void {
    if (this.#owned.get(key) === connection) this.#remove(key, connection);
  }

  async #leave(connection: OwnedConnection, drainMs: number): Promise<void> {
    this.#leaving.add(connection);
    await connection.upstream?.drain(drainMs);
    await connection.end(0);
    this.#leaving.delete(connection);
  }

  async #end(key: string, graceMs: number): Promise<void> {
    const connection = this.#owned.get(key);
    if (!connection) return;
    this.#remove(key, connection);
    await connection.end(graceMs);
  }

  #refuse(): Call {
    const runs = `${this.#serverName} runs for as many sessions of this client as it may`;
    const hint = 'end sessions that are not needed, or set `isolation: shared`';
    return settled(
      failure(
        RPC.SERVER_BUSY,
        new GatewayError('SERVER_REFUSED', `${runs}, and all of them are in use`, { hint }),
      ),
    );
  }
}

/** Requests of modern streams, which last: no next call follows at once. */
const LASTING: ReadonlySet<string> = new Set([METHOD.RESOURCES_SUBSCRIBE, METHOD.TASKS_SUBSCRIBE]);
