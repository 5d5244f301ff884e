/** One figure over time: seconds for ten minutes, ten seconds for six hours, minutes for a week. */
import { FloatRing } from './float-ring.ts';

/** Steps, and how many of each are kept. */
export const RINGS = [
  { stepMs: 1_000, steps: 600 },
  { stepMs: 10_000, steps: 2_160 },
  { stepMs: 60_000, steps: 10_080 },
] as const;

/** The mean of a step that has not ended. */
interface Open {
  step: number;
  sum: number;
  count: number;
}

export class MetricRings {
  readonly #rings = RINGS.map(({ stepMs, steps }) => new FloatRing(stepMs, steps));
  readonly #open: Open[] = RINGS.map(() => ({ step: Number.NaN, sum: 0, count: 0 }));

  get bytes(): number {
    return this.#rings.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** @param at Unix milliseconds */
  add(at: number, value: number): void {
    for (const [index, ring] of this.#rings.entries()) {
      const step = Math.floor(at / ring.stepMs);
      const open = this.#open[index] as Open;
      if (open.step !== step) Object.assign(open, { step, sum: 0, count: 0 });
      open.sum += value;
      open.count += 1;
      ring.set(step, open.sum / open.count);
    }
  }

  /** The newest value that is not older than `withinMs`; NaN if there is none. */
  newest(now: number, withinMs: number): number {
    const step = Math.floor(now / 1_000);
    for (let back = 0; back * 1_000 <= withinMs; back++) {
      const value = this.#rings[0]?.get(step - back) ?? Number.NaN;
      if (!Number.isNaN(value)) return value;
    }
    return Number.NaN;
  }

  /** The sum of what was counted per second from `from` on and before `to`; NaN if nothing was. */
  sum(from: number, to: number, ring: number): number {
    const { total, count } = this.#over(from, to, ring);
    return count === 0 ? Number.NaN : (total * (RINGS[ring]?.stepMs ?? 0)) / 1_000;
  }

  /** The mean of the values from `from` on and before `to`, in Unix milliseconds; NaN if there are none. */
  mean(from: number, to: number, ring: number): number {
    const { total, count } = this.#over(from, to, ring);
    return count === 0 ? Number.NaN : total / count;
  }

  #over(from: number, to: number, ring: number): { total: number; count: number } {
    const { stepMs } = RINGS[ring] as (typeof RINGS)[number];
    let total = 0;
    let count = 0;
    for (let step = Math.floor(from / stepMs); step * stepMs < to; step++) {
      const value = this.#rings[ring]?.get(step) ?? Number.NaN;
      if (Number.isNaN(value)) continue;
      total += value;
      count += 1;
    }
    return { total, count };
  }
}

/** The finest ring that reaches back so far and has no finer steps than are wanted. */
export function ringFor(rangeMs: number, stepMs: number): number {
  const fits = RINGS.findLastIndex((it) => it.stepMs <= stepMs);
  const reaches = RINGS.findIndex((it) => it.stepMs * it.steps >= rangeMs);
  return Math.max(0, fits, reaches === -1 ? RINGS.length - 1 : reaches);
}
