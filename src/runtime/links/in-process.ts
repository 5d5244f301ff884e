/** The `in-process` link: a server in this process, reached by function calls that carry the same bytes as any other link. */
import { GatewayError } from '../../errors.ts';
import type { Caller } from '../../model/caller.ts';
import type { InProcessServer, ServeInProcess } from '../../model/in-process.ts';
import { readEnvelope } from '../../wire/envelope.ts';
import type { ExitFacts, Link, LinkEvents } from './link.ts';
import { within } from './within.ts';

/** What is printed of bytes that are no message; characters. */
const SHOWN = 200;

/** Opens a connection to a built-in server. The caller must close the link, which closes the connection. */
export function openInProcess(serverName: string, serve: ServeInProcess, events: LinkEvents): Link {
  return new InProcessLink(serverName, serve, events);
}

class InProcessLink implements Link {
  readonly kind = 'in-process';
  readonly #serverName: string;
  readonly #events: LinkEvents;
  readonly #server: InProcessServer;
  #isOver = false;
  #closing: Promise<void> | undefined;

  constructor(serverName: string, serve: ServeInProcess, events: LinkEvents) {
    this.#serverName = serverName;
    this.#events = events;
    this.#server = serve((message, during) => this.#deliver(message, during));
  }

  async send(message: Buffer, _headers?: Readonly<Record<string, string>>, caller?: Caller): Promise<void> {
    if (this.#isOver || this.#closing) throw closedError(this.#serverName);
    // The sender finishes its own bookkeeping first: an answer never arrives within the call of `send`.
    queueMicrotask(() => this.#receive(message, caller));
  }

  close(graceMs: number): Promise<void> {
    this.#closing ??= within(this.#server.close(), graceMs).then(() => this.#end({}));
    return this.#closing;
  }

  #receive(message: Buffer, caller: Caller | undefined): void {
    if (this.#isOver) return;
    try {
      this.#server.receive(message, caller);
    } catch (error) {
      // A defect ends this one connection, as a crash would, and not the gateway.
      void this.#server.close();
      this.#end({ message: error instanceof Error ? error.message : String(error) });
    }
  }

  #deliver(message: Buffer, during: number | undefined): void {
    if (this.#isOver) return;
    const envelope = readEnvelope(message);
    if (envelope) this.#events.message(message, envelope, during);
    else this.#events.noise(message.toString('utf8', 0, SHOWN), message.length);
  }

  #end(facts: ExitFacts): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#events.closed(facts);
  }
}

const closedError = (serverName: string): GatewayError =>
  new GatewayError('SERVER_EXITED', `the connection to ${serverName} is closed`, {
    hint: 'hive ps shows what runs now',
  });
