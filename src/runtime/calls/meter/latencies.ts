/** Counts durations of calls to one server, by method. */
import { LATENCY_BOUNDS_SECONDS, type Latency } from '../../../model/watch/latency.ts';
import { isKnownMethod } from '../../../wire/methods.ts';

/** In place of methods that clients may choose freely. */
const OTHER = 'other';

export class Latencies {
  readonly #byMethod = new Map<string, { counts: number[]; seconds: number }>();

  get byMethod(): ReadonlyMap<string, Latency> {
    return this.#byMethod;
  }

  add(method: string, ms: number): void {
    const latency = this.#byMethod.get(method) ?? this.#newOf(method);
    const seconds = ms / 1_000;
    const bucket = bucketOf(seconds);
    latency.counts[bucket] = (latency.counts[bucket] as number) + 1;
    latency.seconds += seconds;
  }

  #newOf(method: string): { counts: number[]; seconds: number } {
    const name = isKnownMethod(method) ? method : OTHER;
    const known = this.#byMethod.get(name);
    if (known) return known;
    const latency = { counts: new Array<number>(LATENCY_BOUNDS_SECONDS.length + 1).fill(0), seconds: 0 };
    this.#byMethod.set(name, latency);
    return latency;
  }
}

function bucketOf(seconds: number): number {
  let bucket = 0;
  while (bucket < LATENCY_BOUNDS_SECONDS.length && seconds > (LATENCY_BOUNDS_SECONDS[bucket] as number))
    bucket += 1;
  return bucket;
}
