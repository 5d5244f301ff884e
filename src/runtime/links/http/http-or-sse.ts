/** The `http` link to a server of either transport: streamable HTTP, or HTTP with SSE as before it. */
import { type Envelope, readEnvelope, type Span, slice, stringAt } from '../../../wire/envelope.ts';
import { METHOD } from '../../../wire/methods.ts';
import type { Link, LinkEvents } from '../link.ts';
import type { HttpHeaders } from './endpoint.ts';
import { type HttpOptions, openHttp } from './http.ts';
import { openSse } from './sse.ts';

/**
 * Statuses with which a server of 2024-11-05 answers a POST to the address at which it serves GET only
 * (2026-07-28, basic/transports/streamable-http).
 */
const NO_POST: ReadonlySet<unknown> = new Set([400, 404, 405]);

/**
 * Opens a link over streamable HTTP. If the server refuses the POST of `initialize`, the link changes to HTTP
 * with SSE. The caller must close the link.
 */
export function openHttpOrSse(options: HttpOptions, events: LinkEvents): Link {
  return new HttpOrSseLink(options, events);
}

/** A request to `initialize` that has not been answered; `id` is JSON text. */
interface PendingInitialize {
  readonly id: string;
  readonly message: Buffer;
}

class HttpOrSseLink implements Link {
  readonly kind = 'http';
  readonly #options: HttpOptions;
  readonly #events: LinkEvents;
  readonly #http: Link;
  /** Takes the place of `#http` after the change. */
  #sse: Link | undefined;
  #initialize: PendingInitialize | undefined;
  #wasInitializeSent = false;
  #isClosed = false;

  constructor(options: HttpOptions, events: LinkEvents) {
    this.#options = options;
    this.#events = events;
    this.#http = openHttp(options, {
      ...events,
      message: (bytes, envelope, during, isRefusal) => this.#message(bytes, envelope, during, isRefusal),
      closed: (facts) => {
        if (!this.#sse) events.closed(facts);
      },
    });
  }

  /** The older transport is one long session. */
  get hasSession(): boolean {
    return this.#sse !== undefined || this.#http.hasSession === true;
  }

  send(message: Buffer, modernHeaders?: HttpHeaders): Promise<void> {
    if (this.#sse) return this.#sse.send(message);
    if (!modernHeaders && !this.#wasInitializeSent) this.#noteInitialize(message);
    return this.#http.send(message, modernHeaders);
  }

  abort(id: number): void {
    this.#http.abort?.(id);
  }

  close(graceMs: number): Promise<void> {
    this.#isClosed = true;
    return (this.#sse ?? this.#http).close(graceMs);
  }

  #noteInitialize(message: Buffer): void {
    const envelope = readEnvelope(message);
    if (!envelope?.id || stringAt(message, envelope.method) !== METHOD.INITIALIZE) return;
    this.#wasInitializeSent = true;
    this.#initialize = { id: textAt(message, envelope.id), message };
  }

  #message(bytes: Buffer, envelope: Envelope, during?: number, isRefusal?: boolean): boolean {
    const pass = (): boolean => this.#events.message(bytes, envelope, during, isRefusal);
    const pending = this.#initialize;
    const isAnswer = pending && envelope.id && textAt(bytes, envelope.id) === pending.id;
    if (isAnswer) this.#initialize = undefined;
    if (!isAnswer || !envelope.error || !NO_POST.has(statusOf(bytes, envelope.error))) return pass();
    void this.#changeToSse(pending.message, pass);
    return true;
  }

  /** @param otherwise is called if the server has no event stream either */
  async #changeToSse(initialize: Buffer, otherwise: () => void): Promise<void> {
    const sse = await openSse(this.#options, this.#events);
    if (!sse) {
      if (!this.#isClosed) otherwise();
    } else if (this.#isClosed) await sse.close(0);
    else {
      this.#sse = sse;
      await this.#http.close(0);
      await sse.send(initialize);
    }
  }
}

const textAt = (text: Buffer, span: Span): string => slice(text, span).toString();

/** The HTTP status that an error of this link's own carries. */
function statusOf(bytes: Buffer, error: Span): unknown {
  const value = JSON.parse(slice(bytes, error).toString()) as { data?: { status?: unknown } } | null;
  return value?.data?.status;
}
