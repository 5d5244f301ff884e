import type { Readable } from 'node:stream';
import type { Caller } from '../../model/caller.ts';
import type { Envelope } from '../../wire/envelope.ts';
import { createFramer, type Framer } from '../../wire/framing.ts';

/** How bytes reach one server. Whoever opens it owns it, and must close it. */
export interface Link {
  readonly kind: 'child' | 'pipe' | 'attach' | 'exec' | 'http' | 'in-process';
  readonly pid?: number;
  /**
   * Sends one JSON-RPC message, without a line break at its end. Resolves when the next one may be sent (back
   * pressure). `headers` are for HTTP, and mark the message as one of the modern era, which stands for itself.
   * `caller` is absent for messages of the gateway itself; a server in this process reads it, since MCP messages do
   * not say who sends them. Other links ignore both.
   */
  send(message: Buffer, headers?: Readonly<Record<string, string>>, caller?: Caller): Promise<void>;
  /** Closes the response of one request, where each has its own: over HTTP that withdraws it (modern era). */
  abort?(id: number): void;
  /** Ends the connection, and the process where this link started it: input ended, then SIGTERM, then SIGKILL. Idempotent. */
  close(graceMs: number): Promise<void>;
}

export interface LinkEvents {
  /**
   * One valid message; `envelope` says where its members are. `during` is the request on whose own response it came. `isRefusal`: it came
   * with a status that says that the server took nothing of the request.
   */
  message(bytes: Buffer, envelope: Envelope, during?: number, isRefusal?: boolean): void;
  /** stdout that was no message: printable text, cut for display, and its real size. */
  noise(text: string, bytes: number): void;
  /** Some text of stderr, not cut at lines. */
  stderr(text: string): void;
  /** What the link has to say itself, in a sentence. */
  note(text: string): void;
  /** The server seems not to know its session any more; where that was shown by the answer to a request, it was told first. */
  suspectStale(): void;
  /** Exactly once, after the last message. */
  closed(facts: ExitFacts): void;
}

/** Why a link is over, as far as anyone knows. */
export interface ExitFacts {
  readonly exitCode?: number;
  readonly signal?: string;
  readonly oomKilled?: boolean;
  /** A sentence where the facts above do not tell it all. */
  readonly message?: string;
}

/** What stdout of a stdio server is read with. */
export function stdoutFramer(events: LinkEvents): Framer {
  return createFramer({
    message: (bytes, envelope) => events.message(bytes, envelope),
    noise: (text, bytes) => events.noise(text, bytes),
  });
}

/** Reads what a stdio server says; resolves when both streams are over and everything was told. */
export async function readStreams(
  { stdout, stderr }: { readonly stdout: Readable; readonly stderr: Readable },
  events: LinkEvents,
): Promise<void> {
  const framer = stdoutFramer(events);
  stdout.on('data', (chunk: Buffer) => framer.push(chunk));
  stderr.on(
    'data',
    textReader((text) => events.stderr(text)),
  );
  await Promise.all([stdout, stderr].map(untilClosed));
  framer.end();
}

function untilClosed(stream: Readable): Promise<void> {
  return new Promise((resolve) => void stream.on('error', () => {}).once('close', resolve));
}

/** Text out of bytes whose characters may be split over chunks. */
export function textReader(take: (text: string) => void): (chunk: Buffer) => void {
  const decoder = new TextDecoder();
  return (chunk) => {
    const text = decoder.decode(chunk, { stream: true });
    if (text) take(text);
  };
}
