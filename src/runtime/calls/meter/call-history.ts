/**
 * The newest finished calls. The hot path writes plain values into columns that exist already; records are
 * made of them only when somebody reads or follows.
 */

import type { Caller } from '../../../model/caller.ts';
import type { CallRequest } from '../../../model/calls.ts';
import { type CallRecord, OUTCOMES, type Outcome } from '../../../model/watch/call-record.ts';
import { CallNames } from './call-names.ts';

/** Calls that are kept. */
const MAX_CALLS = 4_096;

/** How a call ended. */
export interface End {
  readonly outcome: Outcome;
  /** Of a JSON-RPC error; NaN for none. */
  readonly code: number;
}

export interface CallHistory {
  /** Oldest first. */
  all(): CallRecord[];
  /** Called with each call that ends. @returns the function that unsubscribes */
  onCall(listener: (record: CallRecord) => void): () => void;
}

/** Parallel arrays, one element for each kept call. */
interface Columns {
  readonly at: Float64Array;
  readonly ms: Float64Array;
  readonly bytesIn: Float64Array;
  readonly bytesOut: Float64Array;
  readonly code: Float64Array;
  readonly outcome: Outcome[];
  readonly isModern: Uint8Array;
  readonly server: string[];
  readonly method: string[];
  readonly target: string[];
  readonly client: string[];
  readonly principal: string[];
}

export class CallRing implements CallHistory {
  readonly #listeners = new Set<(record: CallRecord) => void>();
  readonly #names = new CallNames();
  #columns: Columns | undefined;
  #count = 0;

  /** @param at Unix milliseconds of its beginning */
  add(
    server: string,
    request: CallRequest,
    caller: Caller,
    { outcome, code }: End,
    at: number,
    ms: number,
    bytesOut: number,
  ): void {
    this.#columns ??= newColumns();
    const columns = this.#columns;
    const slot = this.#count % MAX_CALLS;
    columns.at[slot] = at;
    columns.ms[slot] = ms;
    columns.bytesIn[slot] = request.params?.length ?? 0;
    columns.bytesOut[slot] = bytesOut;
    columns.code[slot] = code;
    columns.outcome[slot] = outcome;
    columns.isModern[slot] = caller.era === 'modern' ? 1 : 0;
    columns.server[slot] = server;
    columns.method[slot] = this.#names.of(request.method);
    columns.target[slot] = this.#names.of(request.target ?? '');
    columns.client[slot] = caller.client ?? '';
    columns.principal[slot] = caller.principal;
    this.#count += 1;
    if (this.#listeners.size > 0) this.#announce();
  }

  /** Number of the call that is added next. */
  get next(): number {
    return this.#count + 1;
  }

  all(): CallRecord[] {
    const first = Math.max(0, this.#count - MAX_CALLS);
    return Array.from({ length: this.#count - first }, (_, index) => this.#record(first + index));
  }

  onCall(listener: (record: CallRecord) => void): () => void {
    const own = (record: CallRecord): void => listener(record);
    this.#listeners.add(own);
    return () => void this.#listeners.delete(own);
  }

  #announce(): void {
    const record = this.#record(this.#count - 1);
    for (const listener of this.#listeners) listener(record);
  }

  #record(index: number): CallRecord {
    const columns = this.#columns as Columns;
    const slot = index % MAX_CALLS;
    const code = columns.code[slot] as number;
    return {
      seq: index + 1,
      at: columns.at[slot] as number,
      ms: Math.round((columns.ms[slot] as number) * 1_000) / 1_000,
      client: columns.client[slot] as string,
      principal: columns.principal[slot] as string,
      era: columns.isModern[slot] === 1 ? 'modern' : 'legacy',
      server: columns.server[slot] as string,
      method: columns.method[slot] as string,
      target: columns.target[slot] as string,
      bytesIn: columns.bytesIn[slot] as number,
      bytesOut: columns.bytesOut[slot] as number,
      outcome: columns.outcome[slot] as Outcome,
      ...(Number.isNaN(code) ? {} : { code }),
    };
  }
}

function newColumns(): Columns {
  const numbers = (): Float64Array => new Float64Array(MAX_CALLS);
  const texts = (): string[] => new Array<string>(MAX_CALLS).fill('');
  return {
    at: numbers(),
    ms: numbers(),
    bytesIn: numbers(),
    bytesOut: numbers(),
    code: numbers(),
    outcome: new Array<Outcome>(MAX_CALLS).fill(OUTCOMES[0]),
    isModern: new Uint8Array(MAX_CALLS),
    server: texts(),
    method: texts(),
    target: texts(),
    client: texts(),
    principal: texts(),
  };
}
