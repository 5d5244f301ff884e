/** POSTs messages to a server that may still be starting. */

import { setTimeout as delay } from 'node:timers/promises';
import { systemWords } from '../../../model/text/system-errors.ts';
import { codeOf } from '../../network/failure.ts';
import type { Endpoint, HttpHeaders } from './endpoint.ts';
import { isNotYet, isNotYetStatus } from './errors.ts';
import type { HttpResponse } from './response.ts';

/** Pauses between attempts to reach a server that is not up yet. */
const FIRST_RETRY_MS = 50;
const LAST_RETRY_MS = 1_000;

export class Poster {
  readonly #endpoint: Endpoint;
  readonly #failFast: boolean;
  readonly #onWait: (why: string) => void;
  #isUp = false;

  /**
   * @param failFast true if the first failure is final
   * @param onWait is called with the reason when the first attempt to reach the server has failed
   */
  constructor(endpoint: Endpoint, failFast: boolean, onWait: (why: string) => void) {
    this.#endpoint = endpoint;
    this.#failFast = failFast;
    this.#onWait = onWait;
  }

  /** True once the server has answered. From then on, no failure means that it is still starting. */
  get isUp(): boolean {
    return this.#isUp;
  }

  /**
   * Sends one message. Until the server has answered a first time, failures of a server that is still
   * starting are retried, until `signal` is aborted.
   * @param isHarmless true for a message that may arrive twice
   * @throws what `Endpoint.request` throws
   */
  async post(
    body: Buffer,
    headers: HttpHeaders,
    signal: AbortSignal,
    isHarmless: boolean,
  ): Promise<HttpResponse> {
    const response = await (this.#isUp || this.#failFast
      ? this.#postOnce(body, headers, signal, isHarmless)
      : this.#postUntilUp(body, headers, signal));
    this.#isUp = true;
    return response;
  }

  #postOnce(
    body: Buffer,
    headers: HttpHeaders,
    signal: AbortSignal,
    isHarmless: boolean,
  ): Promise<HttpResponse> {
    return isHarmless
      ? this.#endpoint.postHarmless(headers, signal, body)
      : this.#endpoint.request('POST', headers, signal, body);
  }

  async #postUntilUp(body: Buffer, headers: HttpHeaders, signal: AbortSignal): Promise<HttpResponse> {
    for (let pauseMs = FIRST_RETRY_MS; ; pauseMs = Math.min(pauseMs * 2, LAST_RETRY_MS)) {
      const outcome = await attempt(() => this.#endpoint.request('POST', headers, signal, body));
      if (typeof outcome !== 'string') return outcome;
      if (pauseMs === FIRST_RETRY_MS) this.#onWait(outcome);
      await delay(pauseMs, undefined, { signal });
    }
  }
}

/** The response, or the reason for which the server seems not to be up yet. */
async function attempt(send: () => Promise<HttpResponse>): Promise<HttpResponse | string> {
  try {
    const response = await send();
    if (!isNotYetStatus(response.statusCode)) return response;
    await response.body.dump();
    return `HTTP ${response.statusCode}`;
  } catch (cause) {
    if (!isNotYet(cause)) throw cause;
    return systemWords(codeOf(cause));
  }
}
