/** Reads the event streams of a streamable HTTP server, and resumes those that end early. */
import { setTimeout as delay } from 'node:timers/promises';
import { DEFAULT_LIMIT_BYTES } from '../../../wire/framing.ts';
import { isMessage, sseReader } from '../../../wire/sse.ts';
import { codeOf } from '../../network/failure.ts';
import type { Allowance } from '../allowance.ts';
import type { LinkEvents } from '../link.ts';
import type { Endpoint, HttpHeaders } from './endpoint.ts';
import { RedirectError } from './errors.ts';
import { readInTurns } from './read-in-turns.ts';
import { type HttpBody, type HttpResponse, isEventStream } from './response.ts';
import type { HttpSession } from './session.ts';

/** Pause before a stream is opened again, unless the server names another one. Doubled after each failure. */
const RETRY_MS = 1_000;
const MAX_RETRY_MS = 30_000;

type OnData = (data: Buffer) => void;

/** Where a stream is resumed, and after which pause. */
interface StreamPosition {
  lastId: string | undefined;
  retryMs: number;
}

export class EventStreams {
  readonly #endpoint: Endpoint;
  readonly #session: HttpSession;
  readonly #life: AbortSignal;
  readonly #events: Pick<LinkEvents, 'noise' | 'suspectStale'>;
  readonly #allowance: Allowance;

  /** @param life is aborted when the link is closed, which ends all streams */
  constructor(
    endpoint: Endpoint,
    session: HttpSession,
    life: AbortSignal,
    events: Pick<LinkEvents, 'noise' | 'suspectStale'>,
    allowance: Allowance,
  ) {
    this.#endpoint = endpoint;
    this.#session = session;
    this.#life = life;
    this.#events = events;
    this.#allowance = allowance;
  }

  /**
   * Reads the stream that answers a POST, and all its continuations, until it ends. Rejects if the connection
   * breaks and the stream cannot be resumed.
   * @param onData gets the data of each event
   * @param mayResume true as long as something is missing for which the stream should be resumed
   */
  async readResponse(body: HttpBody, onData: OnData, mayResume: () => boolean): Promise<void> {
    const position: StreamPosition = { lastId: undefined, retryMs: RETRY_MS };
    const canResume = (): boolean => mayResume() && position.lastId !== undefined && !this.#life.aborted;
    for (let part: HttpBody | undefined = body; part; ) {
      // A lost connection is the same as an early end, if the stream can be resumed.
      await this.#read(part, position, onData).catch((cause) => {
        if (!canResume()) throw cause;
      });
      if (!canResume()) return;
      await delay(position.retryMs, undefined, { signal: this.#life });
      part = await this.#open(position);
    }
  }

  /**
   * Reads the stream of messages that belong to no request, until the link is closed. Ends at once if the
   * server offers no such stream. Never rejects.
   * @param onData gets the data of each event
   * @param onRefused is called when nothing listens at the server's address any more
   * @param onOpened is called when the server has answered the first request for the stream, or the request
   * has failed
   */
  async listen(onData: OnData, onRefused: () => void, onOpened: () => void): Promise<void> {
    const position: StreamPosition = { lastId: undefined, retryMs: RETRY_MS };
    for (let failures = 0; !this.#life.aborted; ) {
      try {
        const body = await this.#open(position).finally(onOpened);
        if (!body) return;
        failures = 0;
        await this.#read(body, position, onData);
      } catch (cause) {
        if (codeOf(cause) === 'ECONNREFUSED') onRefused();
        failures += 1;
      }
      const pauseMs = Math.min(position.retryMs * 2 ** failures, MAX_RETRY_MS);
      await delay(pauseMs, undefined, { signal: this.#life }).catch(() => {});
    }
  }

  /** Undefined if the server offers no such stream. */
  async #open({ lastId }: StreamPosition): Promise<HttpBody | undefined> {
    const headers = this.#session.headers({
      accept: 'text/event-stream',
      ...(lastId === undefined ? {} : { 'last-event-id': lastId }),
    });
    const response = await this.#get(headers);
    if (!response) return undefined;
    const { statusCode, body } = response;
    if (statusCode === 200 && isEventStream(response)) return body;
    await body.dump();
    // The status of a forgotten session. Servers that have no such stream may give it too.
    if (statusCode === 404 && this.#session.id !== undefined) this.#events.suspectStale();
    return undefined;
  }

  /** Undefined if the server redirects to another one, such as that of its documentation. */
  #get(headers: HttpHeaders): Promise<HttpResponse | undefined> {
    return this.#endpoint.request('GET', headers, this.#life).catch((cause) => {
      if (cause instanceof RedirectError) return undefined;
      throw cause;
    });
  }

  async #read(body: HttpBody, position: StreamPosition, onData: OnData): Promise<void> {
    const read = sseReader(
      {
        event: (event) => {
          position.lastId = event.id;
          if (event.data.length > 0 && isMessage(event)) onData(event.data);
        },
        retry: (ms) => {
          position.retryMs = Math.min(ms, MAX_RETRY_MS);
        },
        tooLarge: (bytes) => this.#events.noise('an event over the size limit was dropped', bytes),
      },
      DEFAULT_LIMIT_BYTES,
    );
    await readInTurns(body, this.#allowance, read);
    read.end();
  }
}
