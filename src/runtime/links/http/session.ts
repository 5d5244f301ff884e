/** The MCP session of a streamable HTTP link: its id, its protocol version, and their headers. */
import { member, type Span, stringAt } from '../../../wire/envelope.ts';
import type { HttpHeaders } from './endpoint.ts';

/** A header that every request gets as it is at that moment. */
export interface LiveHeader {
  readonly name: string;
  readonly value: () => string;
}

export class HttpSession {
  readonly #configured: HttpHeaders;
  readonly #live: LiveHeader | undefined;
  #id: string | undefined;
  #version: string | undefined;
  #initializeId: string | undefined;
  #isForgotten = false;

  /** @param configured headers of every request */
  constructor(configured: HttpHeaders, live?: LiveHeader) {
    this.#configured = configured;
    this.#live = live;
  }

  /** Undefined before `initialize` is answered, and for servers without sessions. */
  get id(): string | undefined {
    return this.#id;
  }

  /** True if the server has a session that the client should delete. */
  get isDeletable(): boolean {
    return this.#id !== undefined && !this.#isForgotten;
  }

  /** Headers of a request within the session, beside its own. */
  headers(own: HttpHeaders): HttpHeaders {
    return {
      ...this.#configured,
      ...this.#liveHeader(),
      ...own,
      ...(this.#id === undefined ? {} : { 'mcp-session-id': this.#id }),
      ...(this.#version === undefined ? {} : { 'mcp-protocol-version': this.#version }),
    };
  }

  /** Headers of a request outside of any session, as all requests of the modern era are. */
  headersOutside(own: HttpHeaders, modern: HttpHeaders): HttpHeaders {
    return { ...this.#configured, ...this.#liveHeader(), ...own, ...modern };
  }

  #liveHeader(): HttpHeaders {
    return this.#live ? { [this.#live.name]: this.#live.value() } : {};
  }

  /** `initialize` is being sent. @param requestId JSON text */
  initializing(requestId: string | undefined): void {
    this.#initializeId = requestId;
  }

  /** The server has responded to `initialize`. @param id as its header names it */
  begin(id: string | undefined): void {
    this.#id = id;
  }

  /** Reads the protocol version if this is the result of `initialize`. @param requestId JSON text */
  noteAnswer(requestId: string, answer: Buffer, result: Span | undefined): void {
    if (!result || requestId !== this.#initializeId) return;
    this.#initializeId = undefined;
    this.#version = stringAt(answer, member(answer, result, 'protocolVersion'));
  }

  /** The server does not know the session any more. */
  forget(): void {
    this.#isForgotten = true;
  }
}
