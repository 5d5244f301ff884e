/** The newest values of one figure, one for each step of time. */

const FIRST_LENGTH = 16;

/** A step without a value is NaN. Memory grows with what is kept, up to `maxSteps` values of four bytes. */
export class FloatRing {
  readonly stepMs: number;
  readonly #maxSteps: number;
  #values = new Float32Array(0);
  /** Of the newest step; steps are counted from the beginning of 1970. */
  #last = Number.NaN;
  #count = 0;

  constructor(stepMs: number, maxSteps: number) {
    this.stepMs = stepMs;
    this.#maxSteps = maxSteps;
  }

  get bytes(): number {
    return this.#values.byteLength;
  }

  /** How far back values are kept. */
  get keptMs(): number {
    return this.#maxSteps * this.stepMs;
  }

  /** Sets the value of a step. A clock that was set back begins anew. */
  set(step: number, value: number): void {
    const isNew = Number.isNaN(this.#last) || step - this.#last >= this.#maxSteps;
    if (isNew || step <= this.#last - this.#count) this.#begin(step);
    else if (step > this.#last) this.#advance(step);
    this.#put(step, value);
  }

  /** NaN for a step that is not kept, or has no value. */
  get(step: number): number {
    if (!(step <= this.#last && step > this.#last - this.#count)) return Number.NaN;
    return this.#values[step % this.#values.length] as number;
  }

  #begin(step: number): void {
    this.#last = step;
    this.#count = 1;
    if (this.#values.length === 0) this.#values = new Float32Array(Math.min(FIRST_LENGTH, this.#maxSteps));
  }

  #advance(step: number): void {
    const count = Math.min(this.#maxSteps, this.#count + step - this.#last);
    if (count > this.#values.length) this.#grow(count);
    for (let empty = this.#last + 1; empty < step; empty++) this.#put(empty, Number.NaN);
    this.#last = step;
    this.#count = count;
  }

  #grow(needed: number): void {
    let length = this.#values.length;
    while (length < needed) length *= 2;
    const next = new Float32Array(Math.min(this.#maxSteps, length));
    for (let step = this.#last - this.#count + 1; step <= this.#last; step++)
      next[step % next.length] = this.get(step);
    this.#values = next;
  }

  #put(step: number, value: number): void {
    this.#values[step % this.#values.length] = value;
  }
}
