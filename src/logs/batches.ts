/** Lines on their way to the log store: sent in batches, within a bound; lines beyond it are counted. */
import type { Clock } from '../model/clock.ts';
import { Ring } from '../model/collections/ring.ts';
import type { LogEntry } from '../model/status.ts';

/** Lines of one batch, and how long a line waits for others. */
const MAX_BATCH = 1_000;
const WAIT_MS = 250;
/** Batches that are sent and not yet written. */
const MAX_UNDER_WAY = 2;
/** Lines that wait; beyond them, or their characters, the oldest are dropped. */
const MAX_WAITING = 10_000;
const MAX_CHARACTERS = 16 << 20;

interface Batch {
  readonly number: number;
  readonly entries: readonly LogEntry[];
}

export class Batches {
  readonly #clock: Pick<Clock, 'now' | 'setTimeout'>;
  readonly #send: (number: number, entries: readonly LogEntry[]) => void;
  readonly #waiting: Ring<LogEntry>;
  /** Lines that were dropped since the last batch, by server. */
  readonly #dropped = new Map<string, number>();
  #underWay: Batch[] = [];
  #lastNumber = 0;
  #timer: { cancel(): void } | undefined;
  #isPaused = true;
  #isTaking = false;

  /** Nothing is sent before `resume`. @param send passes a batch to the store, which answers by number */
  constructor(
    clock: Pick<Clock, 'now' | 'setTimeout'>,
    send: (number: number, entries: readonly LogEntry[]) => void,
  ) {
    this.#clock = clock;
    this.#send = send;
    const bytesOf = ({ text }: LogEntry): number => text.length;
    const limits = { maxItems: MAX_WAITING, maxBytes: MAX_CHARACTERS, bytesOf };
    this.#waiting = new Ring(limits, ({ serverName }) => {
      if (this.#isTaking) return;
      this.#dropped.set(serverName, (this.#dropped.get(serverName) ?? 0) + 1);
    });
  }

  add(entry: LogEntry): void {
    this.#waiting.push(entry);
    if (this.#waiting.size >= MAX_BATCH) this.flush();
    else this.#timer ??= this.#clock.setTimeout(() => this.flush(), WAIT_MS);
  }

  /** Sends what waits, as far as the store keeps up. */
  flush(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    while (!this.#isPaused && this.#underWay.length < MAX_UNDER_WAY && this.#hasMore) this.#sendNext();
  }

  get #hasMore(): boolean {
    return this.#waiting.size > 0 || this.#dropped.size > 0;
  }

  /** True if nothing waits and nothing is under way. */
  get isEmpty(): boolean {
    return this.#underWay.length === 0 && !this.#hasMore;
  }

  #sendNext(): void {
    const entries: LogEntry[] = this.#notes();
    this.#isTaking = true;
    while (entries.length < MAX_BATCH) {
      const entry = this.#waiting.shift();
      if (!entry) break;
      entries.push(entry);
    }
    this.#isTaking = false;
    this.#lastNumber += 1;
    this.#underWay.push({ number: this.#lastNumber, entries });
    this.#send(this.#lastNumber, entries);
  }

  /** They stand where the lines would have stood: before those that are left. */
  #notes(): LogEntry[] {
    const at = this.#waiting.oldest?.at ?? this.#clock.now();
    const notes = [...this.#dropped].map(([serverName, count]): LogEntry => {
      const text = `${count} ${count === 1 ? 'line' : 'lines'} dropped: the log store did not keep up`;
      return { at, serverName, stream: 'hive', text };
    });
    this.#dropped.clear();
    return notes;
  }

  /** The store has written a batch. */
  written(number: number): void {
    this.#underWay = this.#underWay.filter((batch) => batch.number !== number);
    if (this.#waiting.size >= MAX_BATCH || this.#dropped.size > 0) this.flush();
    else if (this.#waiting.size > 0) this.#timer ??= this.#clock.setTimeout(() => this.flush(), WAIT_MS);
  }

  /** The store cannot write: nothing more is sent until `resume`. */
  pause(): void {
    this.#isPaused = true;
  }

  /** Sends again what was not written, then the rest. */
  resume(): void {
    this.#isPaused = false;
    for (const { number, entries } of this.#underWay) this.#send(number, entries);
    this.flush();
  }
}
