/** The interface of all links. */
import type { Caller } from '../../model/caller.ts';
import type { Envelope } from '../../wire/envelope.ts';

/**
 * Carries messages to and from one server. The caller of the function that opens a link owns it, and must
 * close it.
 */
export interface Link {
  readonly kind: 'child' | 'pipe' | 'attach' | 'exec' | 'http' | 'in-process';
  readonly pid?: number;
  /** Over HTTP: true once the server has begun a session, in which it can send messages of its own. */
  readonly hasSession?: boolean;
  /** Resolves once the server itself runs. Absent unless something may have to be installed first. */
  readonly installed?: Promise<void>;
  /**
   * Sends one JSON-RPC message, given without a line break at its end. Resolves when the next one may be sent
   * (back pressure).
   * @param headers for HTTP: they make the message one of the modern era, which belongs to no session
   * @param caller absent for messages of the gateway itself. MCP messages do not name their sender, so a
   * server in this process learns it here; other links ignore it
   */
  send(message: Buffer, headers?: Readonly<Record<string, string>>, caller?: Caller): Promise<void>;
  /**
   * Closes the response of one request, which cancels that request in the modern era. Absent for links on
   * which requests have no response of their own.
   */
  abort?(id: number): void;
  /**
   * Ends the connection, and the process if this link started it: closes its input, then sends SIGTERM, then
   * SIGKILL. Idempotent. `graceMs` is the time between those steps.
   */
  close(graceMs: number): Promise<void>;
}

/** Events that a link reports to its owner. */
export interface LinkEvents {
  /**
   * One valid JSON-RPC message; `envelope` locates its members.
   * @param during id of the request on whose own response the message arrived
   * @param isRefusal true if its HTTP status shows that the server did not process the request
   * @returns true if a call waited for the message. All others count against the server's allowance
   */
  message(bytes: Buffer, envelope: Envelope, during?: number, isRefusal?: boolean): boolean;
  /**
   * Output on stdout that was no message: printable text, cut for display, and the number of bytes that it
   * had.
   */
  noise(text: string, bytes: number): void;
  /** Some text of stderr, not cut at lines. */
  stderr(text: string): void;
  /**
   * What the start waits for before the server runs, in words: `installing X`. Undefined once that is over.
   * The time does not count.
   */
  preparing?(what: string | undefined): void;
  /** A sentence about the connection, for the server's log. */
  note(text: string): void;
  /**
   * The server seems to have forgotten its session. If the answer to a request has shown that, `message` was
   * called with that answer first.
   */
  suspectStale(): void;
  /** The link has ended. Called exactly once, after the last message. */
  closed(facts: ExitFacts): void;
}

/** Why a link has ended, as far as is known. */
export interface ExitFacts {
  readonly exitCode?: number;
  readonly signal?: string;
  readonly oomKilled?: boolean;
  /** A sentence, if the other facts do not explain the end. */
  readonly message?: string;
  /** Ids of the requests in flight that never left, since nothing listened. JSON text. */
  readonly unsent?: ReadonlySet<string>;
}
