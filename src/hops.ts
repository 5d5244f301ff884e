/**
 * Recognises gateways that serve each other, directly or by way of others: each would list the other's tools
 * as its own, without end. A gateway names itself, and the gateways among its clients, to the servers that it
 * calls. A gateway that finds itself among those names refuses the call.
 */

/** Header of requests to servers: the gateway that sends it, and those that it is a server of. */
export const HOPS_HEADER = 'hive-via';

const LOOP =
  'this gateway is a client of the gateway that asks, which would mirror its own tools without end';

/** Gateways that are remembered, and named. */
const MAX_HOPS = 32;
/** A gateway that is a client pings twice within that time. */
const FORGET_MS = 75_000;
const ID = /^[0-9a-f]{16}$/;

export class Hops {
  readonly #own: string;
  readonly #now: () => number;
  /** Gateways among the clients, and theirs, with the time of their last request. */
  readonly #seen = new Map<string, number>();

  /** @param own 16 hexadecimal digits, which no other gateway has */
  constructor(own: string, now: () => number) {
    this.#own = own;
    this.#now = now;
  }

  /** Value of the header for requests to servers. */
  get via(): string {
    const since = this.#now() - FORGET_MS;
    for (const [id, at] of this.#seen) if (at < since) this.#seen.delete(id);
    return [this.#own, ...this.#seen.keys()].join(', ');
  }

  /**
   * Takes note of the gateways that a request has come from.
   *
   * @returns why it must be refused; undefined for nearly all requests
   */
  refusal(via: string | string[] | undefined): string | undefined {
    if (via === undefined) return undefined;
    const ids = String(via)
      .split(/\s*,\s*/, MAX_HOPS)
      .filter((id) => ID.test(id));
    const [sender] = ids;
    if (ids.includes(this.#own)) {
      // It is no client then. Otherwise that gateway would refuse this one as well.
      if (sender !== undefined) this.#seen.delete(sender);
      return LOOP;
    }
    for (const id of ids) this.#note(id);
    return undefined;
  }

  #note(id: string): void {
    this.#seen.delete(id);
    this.#seen.set(id, this.#now());
    const [oldest] = this.#seen.keys();
    if (this.#seen.size > MAX_HOPS - 1 && oldest !== undefined) this.#seen.delete(oldest);
  }
}
