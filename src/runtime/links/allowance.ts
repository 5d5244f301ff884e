/** Measures how much work a server's output costs beyond the answers that somebody waits for. */

/**
 * Work in one turn of the event loop. It is what a call to another server may have to wait for, so it must
 * stay small beside the time that a call takes.
 */
const SLICE_MS = 0.15;

/** Work that a server may cause without any pause: servers print a lot while they start. */
const BURST_MS = 20;

/** Milliseconds of work that a server gains in each millisecond. */
const GAIN = 0.05;

/** Work that could not be cut, and held up others for longer than this, counts so many times. */
const LONG_MS = 0.5;
const WEIGHT_OF_LONG = 10;

/** Reading bytes costs something, whatever is in them: buffers must be allocated and collected. */
const MS_PER_BYTE = 1e-6;

/** A message that has cost so much costs more from there on, since all of it is kept. */
const LARGE_MS = 32;
const WEIGHT_OF_LARGE = 5;

/** Messages beside an answer that count as part of it: progress, log messages. */
const FREE_PER_ANSWER = 16;

/**
 * Reads a chunk line by line, and asks after each line whether that is enough. Returns the part that was not
 * read.
 */
export type ReadSome = (chunk: Buffer, isEnough: () => boolean) => Buffer | undefined;

/**
 * What one server may still cause, and the measurement of one slice of its output, which is read line by
 * line. Lines that answer calls are free: calls have bounds of their own.
 */
export class Allowance {
  #leftMs = BURST_MS;
  #countedAt = performance.now();
  #startedAt = 0;
  #lines = 0;
  #answers = 0;
  /** Charged for the beginning of a line whose end has not come. */
  #openLineMs = 0;

  /** True if further output must wait for its turn. */
  get isUsedUp(): boolean {
    if (this.#leftMs > 0) return false;
    this.#gain(performance.now());
    return this.#leftMs <= 0;
  }

  /** What the reading of so many bytes costs now, in milliseconds. */
  readingMs(bytes: number): number {
    return bytes * MS_PER_BYTE * (this.#openLineMs > LARGE_MS ? WEIGHT_OF_LARGE : 1);
  }

  /** Reads a chunk until this turn has had enough of it. Returns the rest. */
  slice(chunk: Buffer, read: ReadSome): Buffer | undefined {
    this.#lines = 0;
    this.#answers = 0;
    this.#startedAt = performance.now();
    const rest = read(chunk, this.#isEnough);
    this.#charge(chunk.length - (rest?.length ?? 0));
    return rest;
  }

  /** A line of this slice was an answer that a call waited for. */
  answered(): void {
    this.#answers += 1;
    this.#leftMs += this.#openLineMs;
    this.#openLineMs = 0;
  }

  /** Counts one line that has been read. */
  readonly #isEnough = (): boolean => {
    this.#lines += 1;
    return this.#lines > 1 && this.#extraLines > 0 && performance.now() - this.#startedAt > SLICE_MS;
  };

  #charge(bytes: number): void {
    const readMs = this.readingMs(bytes);
    const extra = this.#extraLines;
    if (this.#lines === 0) {
      // The line may become an answer; then this is given back.
      this.#openLineMs += readMs;
      this.#take(readMs);
    } else this.#openLineMs = 0;
    if (extra <= 0) return;
    const tookMs = performance.now() - this.#startedAt;
    const weight = tookMs > LONG_MS ? WEIGHT_OF_LONG : 1;
    this.#take((tookMs * weight * extra) / this.#lines + readMs);
  }

  /** The debt is bounded: a server that has stopped writing soon counts as any other. */
  #take(ms: number): void {
    this.#gain(performance.now());
    this.#leftMs = Math.max(this.#leftMs - ms, -BURST_MS);
  }

  #gain(now: number): void {
    this.#leftMs = Math.min(this.#leftMs + (now - this.#countedAt) * GAIN, BURST_MS);
    this.#countedAt = now;
  }

  get #extraLines(): number {
    return this.#lines - this.#answers * (1 + FREE_PER_ANSWER);
  }
}
