/** JSON-RPC messages as the clients of a chaos run read and write them. */
export type Json = Record<string, unknown>;

export interface Message {
  readonly id?: string | number | null;
  readonly method?: string;
  readonly params?: Json;
  readonly result?: Json;
  readonly error?: { readonly code: number; readonly message: string; readonly data?: unknown };
}

export interface SendOptions {
  /** Drops the connection. */
  readonly signal?: AbortSignal;
  /** Legacy HTTP: drops the connection after that many events, then resumes the stream. */
  readonly dropAfter?: number;
}

/** The way of one client's messages to the gateway and back. Everything that arrives goes to the inbox. */
export interface Transport {
  /** Sends one message. Rejects if it gets no answer on this way. */
  send(message: Message, options?: SendOptions): Promise<void>;
  /** False once the gateway has forgotten the session. */
  readonly isOpen: boolean;
  /** The last lines that `hive stdio` has written for people. */
  readonly remarks?: readonly string[];
  /** Ends the session; without `isPolite`, the gateway is not told. */
  close(isPolite: boolean): Promise<void>;
}

/** A JSON-RPC error as a failure. */
export class Refusal extends Error {
  readonly code: number;

  constructor({ code, message }: { readonly code: number; readonly message: string }) {
    super(message);
    this.code = code;
  }
}

/** Thrown for a response that is no JSON-RPC message. */
export class HttpRefusal extends Error {
  readonly status: number;

  constructor(status: number, text = '') {
    super(`HTTP ${status}${text && `: ${text}`}`);
    this.status = status;
  }
}

/**
 * The message in the body of a response; undefined if there is none.
 * @throws HttpRefusal if the gateway refused the request before it had read its id
 */
export function messageIn({ ok, status }: Response, text: string): Message | undefined {
  if (!text.startsWith('{')) return undefined;
  const message = JSON.parse(text) as Message;
  if (!ok && (message.id ?? null) === null) throw new HttpRefusal(status, message.error?.message);
  return message;
}
