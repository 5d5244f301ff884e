/** The start of a connection: opens the link, finds the era, reads the lists; one timeout for all of it. */
import { GatewayError } from '../../errors.ts';
import type { CallRequest } from '../../model/calls.ts';
import type { Inventory } from '../../model/catalog.ts';
import type { Era } from '../../model/era.ts';
import { METHOD, NOTIFICATION } from '../../wire/methods.ts';
import { TASKS_EXTENSION } from '../../wire/modern-names.ts';
import type { ExitFacts, Link } from '../links/link.ts';
import { ServerConnection } from './connection.ts';
import { speakModern } from './modern-speaker.ts';
import { type Negotiated, negotiate } from './negotiate.ts';
import { createReceiver } from './receiver.ts';
import type { CallOptions } from './requests/call-options.ts';
import { exitError, startTimeout } from './requests/failures.ts';
import type { Handshake } from './requests/handshake.ts';
import { RunningTasks } from './requests/running-tasks.ts';
import { requireSession } from './requests/second-era.ts';
import { type Speaker, speakLegacy } from './speaker.ts';
import { StaleHandshake } from './stale-handshake.ts';
import { StartProgress } from './start-progress.ts';
import type { UpstreamOptions } from './upstream.ts';

export interface StartedConnection {
  readonly connection: ServerConnection;
  readonly link: Link;
  readonly speaker: Speaker;
  readonly tasks: RunningTasks;
  /** The era to remember; undefined if nothing was learned. */
  readonly learned: Era | undefined;
}

/** How long a suspicious error is held back while the server is probed. */
const PROBE_TIMEOUT_MS = 5_000;

export class Start {
  readonly #options: UpstreamOptions;
  readonly #connection: ServerConnection;
  readonly #opening = Promise.withResolvers<Link>();
  readonly #loss = Promise.withResolvers<never>();
  /** The event that the start is waiting for. */
  #step = 'its start';
  #lossError: GatewayError | undefined;
  #isLoaded = false;
  /** How it ended, if it ended of the probe. */
  #diedOfProbe: ExitFacts | undefined;
  readonly #late = Promise.withResolvers<never>();
  readonly #progress: StartProgress;

  constructor(options: UpstreamOptions) {
    this.#options = options;
    const connection = new ServerConnection(options, (_error, facts) => this.#lost(facts));
    this.#connection = connection;
    this.#progress = new StartProgress({
      clock: options.clock,
      ms: options.timeouts.start,
      lastLine: () => connection.output.lastLine,
      show: (what) => options.onSlowStart?.(what),
      tooLate: (ms) => this.#late.reject(this.#timeoutError(ms)),
    });
    connection.onPreparing = (what) => this.#progress.preparing(what);
    connection.onStderr = () => this.#progress.alive();
  }

  /**
   * Resolves with a connection that serves. The first failure counts, and leaves nothing open.
   * @throws GatewayError and what `open` throws; DiedOfProbe
   */
  async run(): Promise<StartedConnection> {
    const { serverName, signal } = this.#options;
    const aborted = untilAborted(signal, () => abortError(serverName));
    try {
      return await Promise.race([this.#loss.promise, this.#late.promise, aborted.promise, this.#steps()]);
    } catch (error) {
      const first = this.#lossError ?? error;
      await this.#connection.close(0);
      throw this.#diedOfProbe ? new DiedOfProbe(first, this.#diedOfProbe) : first;
    } finally {
      this.#progress.close();
      aborted.release();
    }
  }

  async #steps(): Promise<StartedConnection> {
    const { serverName, open, onClosed, callsOnly, isLegacyOnly } = this.#options;
    open(this.#connection.events).then(this.#opening.resolve, this.#opening.reject);
    const link = await this.#opening.promise;
    this.#connection.outgoing.use(link);
    if (link.installed) this.#progress.installing(link.installed);
    const { learned, ...handshake } = await this.#negotiate(link);
    if (isLegacyOnly) requireSession(serverName, link);
    // Over HTTP messages may overtake each other, and nothing may overtake this one.
    if (handshake.era === 'legacy') await this.#connection.outgoing.notify(NOTIFICATION.INITIALIZED);
    const speaker = this.#speaker(link, handshake);
    const tasks = this.#follow(speaker, handshake);
    // A modern server's lists also show how its tools are called.
    if (handshake.era === 'modern' || !callsOnly) await speaker.inventory.load();
    this.#isLoaded = true;
    this.#connection.serve(this.#staleHandshake(speaker, handshake.era), onClosed);
    return { connection: this.#connection, link, speaker, tasks, learned };
  }

  #negotiate(link: Link): Promise<Negotiated> {
    const { serverName, clock, timeouts, capabilities, remembered, isLegacyOnly } = this.#options;
    return negotiate({
      serverName,
      clock,
      kind: link.kind,
      installed: link.installed,
      startMs: timeouts.start,
      call: (request, headers) => {
        // Background: a probe that is never answered must not count as in flight.
        const options = { ...this.#optionsOf(request), headers, background: true };
        return this.#connection.calls.call(request, options).reply;
      },
      capabilities,
      remembered,
      isLegacyOnly,
    });
  }

  #speaker(link: Link, handshake: Handshake): Speaker {
    const { serverName, clock, onInventory } = this.#options;
    const inventoryOptions = {
      serverName,
      handshake,
      clock,
      note: (text: string) => this.#connection.output.note(text),
      onChange: onInventory,
    };
    const optionsOf = (request: CallRequest): CallOptions => this.#optionsOf(request);
    return handshake.era === 'modern'
      ? speakModern(this.#options, this.#connection, link.kind, inventoryOptions, optionsOf)
      : speakLegacy(this.#connection, inventoryOptions, optionsOf);
  }

  /** From now on what the server sends reaches its lists, tasks and subscriptions. */
  #follow({ inventory, stream }: Speaker, { era, capabilities }: Handshake): RunningTasks {
    const { calls } = this.#connection;
    const tasks = new RunningTasks({
      era,
      clock: this.#options.clock,
      patienceMs: () => calls.limits.callMaxMs,
    });
    const followed = runsTasks(capabilities) ? tasks : undefined;
    this.#connection.establish(createReceiver({ era, inventory, tasks: followed, stream }));
    stream?.start();
    return tasks;
  }

  #staleHandshake(speaker: Speaker, era: Era): StaleHandshake {
    const { serverName, clock, onStale } = this.#options;
    const options = { timeoutMs: PROBE_TIMEOUT_MS, background: true };
    const probe = () => speaker.probe(options);
    const probeList = () => speaker.probeList(options);
    return new StaleHandshake({ serverName, era, clock, probe, probeList, onStale });
  }

  /** While starting, requests have no timeout of their own. */
  #optionsOf({ method }: CallRequest): CallOptions {
    if (this.#isLoaded) return {};
    this.#step = method;
    return { timeoutMs: 0 };
  }

  #lost(facts: ExitFacts): void {
    const fail = (): void => {
      const { output, outgoing } = this.#connection;
      const when = `while waiting for ${this.#step}`;
      if (this.#step === METHOD.DISCOVER && isItsOwnEnd(facts)) this.#diedOfProbe = facts;
      this.#lossError ??= exitError(this.#options.serverName, facts, output.last, when, outgoing.kind);
      this.#loss.reject(this.#lossError);
    };
    // A link that cannot be opened reports the reason itself, and better than its end does.
    this.#opening.promise.then(fail, () => {});
  }

  #timeoutError(ms: number): GatewayError {
    const { serverName } = this.#options;
    const { output, outgoing } = this.#connection;
    return startTimeout(serverName, ms, this.#step, output.last, outgoing.kind);
  }
}

/**
 * The server exited when it got `server/discover`, as some do that expect `initialize` first. A server that
 * would have exited anyway looks the same from outside; only a second start shows the difference.
 */
export class DiedOfProbe extends Error {
  readonly first: unknown;
  /** False if it ended without an error: somebody may have asked it to. */
  readonly isError: boolean;
  constructor(first: unknown, { exitCode }: ExitFacts) {
    super('exited on server/discover');
    this.first = first;
    this.isError = exitCode !== 0;
  }
}

/**
 * False for ends that have nothing to do with the probe: no such command, the kernel's doing, or a signal,
 * which programs report as 128 and its number.
 */
const isItsOwnEnd = ({ exitCode, oomKilled }: ExitFacts): boolean =>
  exitCode !== undefined && exitCode < 126 && !oomKilled;

/** The release must be called. */
function untilAborted(
  signal: AbortSignal | undefined,
  error: () => GatewayError,
): { readonly promise: Promise<never>; release(): void } {
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = (): void => reject(error());
  signal?.addEventListener('abort', abort);
  if (signal?.aborted) abort();
  return { promise, release: () => signal?.removeEventListener('abort', abort) };
}

/** True if the server declares tasks, in the words of either era. */
function runsTasks({ tasks, extensions }: Inventory['capabilities']): boolean {
  return tasks != null || (extensions as Record<string, unknown> | undefined)?.[TASKS_EXTENSION] != null;
}

const abortError = (serverName: string): GatewayError =>
  new GatewayError('SERVER_EXITED', `the start of ${serverName} was given up for something newer`, {
    hint: 'nothing to do: npx hive ps shows what runs now',
  });
