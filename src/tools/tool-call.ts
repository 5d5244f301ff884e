/** One `tools/call` in flight: its progress, cancellation and result. */

import type { Caller } from '../model/caller.ts';
import { type OperationResult, type OperationRunner, PassedOn } from '../model/operation.ts';
import type { ProgressReport } from '../model/watch/progress-report.ts';
import { notificationText } from '../wire/message.ts';
import { NOTIFICATION } from '../wire/methods.ts';
import { failureResult, successResult } from './results.ts';

export interface ToolCallParams {
  readonly name?: unknown;
  readonly arguments?: unknown;
  readonly _meta?: { readonly progressToken?: unknown } | undefined;
}

export interface CallResult {
  /** JSON text. */
  readonly json: string | Buffer;
  /** True if it has the `resultType` of the modern era. */
  readonly isModern: boolean;
}

function resultOf(found: OperationResult): CallResult {
  if (found.output instanceof PassedOn) return found.output;
  return { json: JSON.stringify(successResult(found)), isModern: false };
}

/**
 * Runs one operation. Cancelling aborts its signal; `done` resolves when the operation has ended, and never
 * rejects.
 */
export class ToolCall {
  readonly #abort = new AbortController();
  readonly #notify: (message: Buffer) => void;
  readonly #progressToken: unknown;
  #lastProgress = Number.NEGATIVE_INFINITY;
  #isOver = false;
  /** The result; undefined for a cancelled call, which must not be answered. */
  readonly done: Promise<CallResult | undefined>;

  constructor(
    runner: OperationRunner,
    name: string,
    params: ToolCallParams,
    caller: Caller,
    notify: (message: Buffer) => void,
  ) {
    this.#notify = notify;
    this.#progressToken = params._meta?.progressToken;
    this.done = this.#run(runner, name, params, caller);
  }

  cancel(reason: string): void {
    this.#abort.abort(new Error(reason));
  }

  async #run(
    runner: OperationRunner,
    name: string,
    { name: _, arguments: input = {}, ...request }: ToolCallParams,
    caller: Caller,
  ): Promise<CallResult | undefined> {
    const { signal } = this.#abort;
    const progress = (report: ProgressReport) => this.#progress(report);
    const result = await runner
      .run(name, input, { caller, signal, request, progress })
      .then(resultOf)
      .catch((error) => ({ json: JSON.stringify(failureResult(error)), isModern: false }));
    this.#isOver = true;
    return signal.aborted ? undefined : result;
  }

  /** Progress must increase, and must not follow the result (basic/utilities/progress). */
  #progress(report: ProgressReport): void {
    if (this.#progressToken === undefined || this.#isOver || this.#abort.signal.aborted) return;
    if (report.progress <= this.#lastProgress) return;
    this.#lastProgress = report.progress;
    const params = { progressToken: this.#progressToken, ...report };
    this.#notify(notificationText(NOTIFICATION.PROGRESS, Buffer.from(JSON.stringify(params))));
  }
}
