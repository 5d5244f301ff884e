/** The `in-process` link: passes the bytes of MCP messages to a server in this process by function calls. */

import { GatewayError } from '../../errors.ts';
import type { Caller } from '../../model/caller.ts';
import type { InProcessServer, ServeInProcess } from '../../model/in-process.ts';
import { cutBytes } from '../../model/text/cut.ts';
import { readEnvelope } from '../../wire/envelope.ts';
import type { ExitFacts, Link, LinkEvents } from './link.ts';
import { within } from './within.ts';

/** How much of an invalid message is logged. */
const SHOWN_BYTES = 200;

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
    // Asynchronous, so that no answer arrives before the sender has recorded its request.
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
      // A defect closes this connection, as a crash would, but not the gateway.
      void this.#server.close();
      this.#end({ message: error instanceof Error ? error.message : String(error) });
    }
  }

  #deliver(message: Buffer, during: number | undefined): void {
    if (this.#isOver) return;
    const envelope = readEnvelope(message);
    if (envelope) this.#events.message(message, envelope, during);
    else this.#events.noise(cutBytes(message, SHOWN_BYTES), message.length);
  }

  #end(facts: ExitFacts): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#events.closed(facts);
  }
}

const closedError = (serverName: string): GatewayError =>
  new GatewayError('SERVER_EXITED', `the connection to ${serverName} is closed`, {
    hint: 'list the running servers with `npx hive ps`',
  });
