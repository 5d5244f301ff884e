/** The gateway's side of the log store: passes lines to its thread, asks it, and starts it again. */
import { CODES, type Code, GatewayError } from '../errors.ts';
import { LastingTrouble } from '../lasting-trouble.ts';
import type { Clock } from '../model/clock.ts';
import type { LogLimits } from '../model/stack.ts';
import type { LogEntry, Trouble } from '../model/status.ts';
import type { FoundLines, LogSearch } from '../model/watch/log-search.ts';
import type { Secret } from '../secrets/redact.ts';
import { Batches } from './batches.ts';
import type { FromWorker, ToWorker, WireError, WorkerStart } from './store/messages.ts';

/** How long the end of the gateway may wait for the last lines to be written. */
const CLOSE_MS = 5_000;
/** Searches that wait at once; each may take two seconds. */
const MAX_SEARCHES = 20;

/** The thread: a Worker, or what a test puts in its place. */
export interface WorkerThread {
  postMessage(message: ToWorker): void;
  on(event: 'message', listener: (message: FromWorker) => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'exit', listener: () => void): unknown;
  terminate(): Promise<unknown>;
}

export interface KeeperParts {
  /** Absolute path of the folder of the files. */
  readonly folder: string;
  readonly limits: LogLimits;
  readonly clock: Clock;
  readonly startWorker: (start: Omit<WorkerStart, 'mark'>) => WorkerThread;
  /** Secrets of the stack; the same array as long as nothing was read again. */
  readonly secrets: () => readonly Secret[];
  /** Says a trouble while it lasts; empty once it is over. */
  readonly sayWhile: (text: string) => void;
  /** Called when a trouble begins or ends. */
  readonly onTroubles: () => void;
  /** Says something once. */
  readonly say: (text: string) => void;
}

interface Waiting {
  readonly resolve: (found: FoundLines) => void;
  readonly reject: (error: Error) => void;
}

export class LogKeeper {
  readonly #parts: KeeperParts;
  readonly #batches: Batches;
  readonly #trouble: LastingTrouble;
  readonly #waiting = new Map<number, Waiting>();
  #limits: LogLimits;
  #worker: WorkerThread | undefined;
  #sentSecrets: readonly Secret[] | undefined;
  #lastRequest = 0;
  #closing: PromiseWithResolvers<void> | undefined;

  /** Starts the thread. The caller must close it. */
  constructor(parts: KeeperParts) {
    this.#parts = parts;
    this.#limits = parts.limits;
    this.#batches = new Batches(parts.clock, (batch, entries) => this.#write(batch, entries));
    this.#trouble = new LastingTrouble('logs', parts.clock, () => this.#again());
    this.#again();
  }

  get troubles(): readonly Trouble[] {
    return this.#trouble.all;
  }

  add(entry: LogEntry): void {
    this.#batches.add(entry);
  }

  setLimits(limits: LogLimits): void {
    this.#limits = limits;
    this.#post({ kind: 'limits', limits });
  }

  /** Finds also lines that were added just before. @throws GatewayError USAGE, STATE_FAILED */
  search(search: LogSearch): Promise<FoundLines> {
    this.#batches.flush();
    const { promise, resolve, reject } = Promise.withResolvers<FoundLines>();
    if (!this.#worker || this.#closing) return Promise.reject(this.#gone());
    if (this.#waiting.size >= MAX_SEARCHES) return Promise.reject(tooMany());
    this.#lastRequest += 1;
    this.#waiting.set(this.#lastRequest, { resolve, reject });
    this.#post({ kind: 'search', request: this.#lastRequest, search, now: this.#parts.clock.now() });
    return promise;
  }

  /** Writes what waits, and ends the thread. Never rejects. */
  async close(): Promise<void> {
    this.#closing ??= Promise.withResolvers<void>();
    const { promise, resolve } = this.#closing;
    const limit = this.#parts.clock.setTimeout(resolve, CLOSE_MS);
    this.#batches.flush();
    this.#closeIfEmpty();
    await promise;
    limit.cancel();
    this.#trouble.close();
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
    this.#rejectAll();
  }

  #closeIfEmpty(): void {
    if (!this.#closing) return;
    if (!this.#worker || this.#trouble.all.length > 0) this.#closing.resolve();
    else if (this.#batches.isEmpty) this.#post({ kind: 'close' });
    else this.#batches.flush();
  }

  /** Starts the thread, or has it write what it could not write. */
  #again(): void {
    if (!this.#worker) this.#start();
    this.#batches.resume();
  }

  #start(): void {
    const { startWorker, folder } = this.#parts;
    const worker = startWorker({ folder, limits: this.#limits });
    this.#worker = worker;
    this.#sentSecrets = undefined;
    worker.on('message', (message) => {
      if (worker === this.#worker) this.#hear(message);
    });
    worker.on('error', (error) => this.#died(worker, error.message));
    worker.on('exit', () => this.#died(worker, 'its thread has ended'));
  }

  #write(batch: number, entries: readonly LogEntry[]): void {
    const secrets = this.#parts.secrets();
    if (secrets !== this.#sentSecrets) this.#post({ kind: 'secrets', secrets });
    this.#sentSecrets = secrets;
    this.#post({ kind: 'write', batch, entries });
  }

  #post(message: ToWorker): void {
    this.#worker?.postMessage(message);
  }

  #hear(message: FromWorker): void {
    switch (message.kind) {
      case 'written':
        this.#written(message.batch);
        break;
      case 'failed':
        this.#failed(message.reason);
        break;
      case 'found':
        this.#take(message.request)?.resolve(message.found);
        break;
      case 'refused':
        this.#take(message.request)?.reject(toError(message.error));
        break;
      case 'aside':
        this.#parts.say(
          `the log file ${message.name} is broken (${message.reason}): it was set aside in ` +
            `${this.#parts.folder}, and another one was begun`,
        );
        break;
      case 'closed':
        this.#worker = undefined;
        this.#closing?.resolve();
    }
  }

  #take(request: number): Waiting | undefined {
    const waiting = this.#waiting.get(request);
    this.#waiting.delete(request);
    return waiting;
  }

  #written(batch: number): void {
    const wasTrouble = this.troubles.length > 0;
    this.#trouble.mended();
    this.#parts.sayWhile('');
    this.#batches.written(batch);
    if (wasTrouble) this.#parts.onTroubles();
    this.#closeIfEmpty();
  }

  #failed(reason: string): void {
    this.#batches.pause();
    const isNew = this.troubles.length === 0;
    const { folder } = this.#parts;
    const message = `logs cannot be written to ${folder}: ${reason}; the newest lines stay in memory`;
    this.#trouble.failed(new GatewayError('STATE_FAILED', message, { hint: `make room in ${folder}` }), true);
    this.#parts.sayWhile(message);
    if (isNew) this.#parts.onTroubles();
    this.#closeIfEmpty();
  }

  #died(worker: WorkerThread, reason: string): void {
    if (worker !== this.#worker) return;
    this.#worker = undefined;
    this.#rejectAll();
    this.#failed(reason);
  }

  #rejectAll(): void {
    for (const { reject } of this.#waiting.values()) reject(this.#gone());
    this.#waiting.clear();
  }

  #gone(): GatewayError {
    const [trouble] = this.#trouble.all;
    const why = trouble?.reason ?? 'the log store is closed';
    return new GatewayError('STATE_FAILED', why, { hint: trouble?.hint ?? 'try again in a few seconds' });
  }
}

const tooMany = (): GatewayError =>
  new GatewayError('USAGE', `${MAX_SEARCHES} searches of logs wait already`, {
    hint: 'try again in a few seconds',
  });

const toError = ({ code, message, hint }: WireError): GatewayError =>
  new GatewayError(code in CODES ? (code as Code) : 'INTERNAL', message, { hint });
