/** A connection to a server that one session or one call has, and nobody after it. */
import type { Principal } from '../../model/caller.ts';
import type { OwnedUpstream } from '../upstream/upstream.ts';
import { Owner } from './owner.ts';

/**
 * Opens a connection. `capabilities` is JSON text of what its client can be asked. `onLost` is called when
 * the connection ends by itself, or takes no new calls any more: then with the milliseconds that calls under
 * way may still take.
 */
export type OpenOwned = (
  client: { readonly owner: Owner; readonly capabilities: string | undefined },
  signal: AbortSignal,
  onLost: (drainMs?: number) => void,
) => Promise<OwnedUpstream>;

/** Begins to open at once. The owner of the object must end it. */
export class OwnedConnection {
  readonly owner = new Owner();
  readonly capabilities: string | undefined;
  /** Rejects if the connection cannot be opened. */
  readonly opened: Promise<OwnedUpstream>;
  /** Set by the holder of the connection; see `OpenOwned`. */
  onLost: (drainMs?: number) => void = () => {};
  /** Of the owner, once there is one. */
  principal: Principal = '';
  #inFlight = 0;
  readonly #abort = new AbortController();
  #upstream: OwnedUpstream | undefined;

  constructor(open: OpenOwned, capabilities: string | undefined) {
    this.capabilities = capabilities;
    const { owner } = this;
    this.opened = open({ owner, capabilities }, this.#abort.signal, (drainMs) => this.onLost(drainMs));
    this.opened.then(
      (upstream) => {
        this.#upstream = upstream;
      },
      () => {},
    );
  }

  /** Counts the call as use until its reply is there. A lasting one is a subscription, which goes on. */
  use(reply: Promise<unknown>, isLasting: boolean): void {
    this.#inFlight += 1;
    if (!isLasting) void reply.then(() => (this.#inFlight -= 1));
  }

  /** True if ending the connection would interrupt no call, task or subscription. */
  get isIdle(): boolean {
    return this.#inFlight === 0 && (this.#upstream?.tasks.running ?? 0) === 0;
  }

  /** Undefined until the connection is open. */
  get upstream(): OwnedUpstream | undefined {
    return this.#upstream;
  }

  /** True once nobody wants the connection any more. */
  get isGivenUp(): boolean {
    return this.#abort.signal.aborted;
  }

  /** Gives up a start that is under way, or closes the connection. Never rejects. */
  async end(graceMs: number): Promise<void> {
    this.#abort.abort();
    await this.opened.then(
      (upstream) => upstream.close(graceMs),
      () => {},
    );
  }
}
