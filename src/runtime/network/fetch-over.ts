/** `fetch` through the proxy and with the certificates of a network, and errors that say how it went. */
import { publicUrl } from '../../model/text/public-url.ts';
import { explain } from './failure.ts';
import type { Network } from './network.ts';

/** Says how an address is reached, when that is needed. */
export type OpenNetwork = () => Promise<Network>;

/** The message has the address, the way to it, the reason and a fix. */
export class Unreachable extends TypeError {
  /** A code, or a few words. */
  readonly reason: string;

  constructor(message: string, reason: string, cause: unknown) {
    super(message, { cause });
    this.reason = reason;
  }
}

/** @throws Unreachable, GatewayError VALUE_INVALID; and what the signal of `init` says */
export async function fetchOver(
  network: Network,
  input: Parameters<typeof fetch>[0],
  init: RequestInit,
): Promise<Response> {
  const url = new URL(input instanceof Request ? input.url : input);
  try {
    if (!network.trust && !network.proxyFor(url.href)) return await fetch(input, init);
    // Loaded when first needed: most requests need neither a proxy nor an authority of their own.
    const { fetchBy } = await import('./fetch.ts');
    return await fetchBy(network, url, init);
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    const way = network.wayTo(url.href);
    const { reason, hint } = explain(cause, way);
    const message = `${publicUrl(url.href)} cannot be reached${way.through}: ${reason}; ${hint}`;
    throw new Unreachable(message, reason, cause);
  }
}
