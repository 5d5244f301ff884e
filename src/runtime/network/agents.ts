/** The connections of one remote server or login, through its proxy and with its certificates. */
import { Agent, type Dispatcher, ProxyAgent } from 'undici';
import type { Network } from './network.ts';
import { isSocks } from './proxy.ts';
import { socksConnector } from './socks.ts';

// undici's own time limits are off: each call has a limit of its own, and streams have none.
const PATIENT = { bodyTimeout: 0, headersTimeout: 0 };

/** The owner must destroy them. */
export class Agents {
  readonly #network: Network;
  readonly #options: { readonly connections?: number };
  /** By the URL of the proxy, which is empty for direct connections. */
  readonly #agents = new Map<string, Dispatcher>();

  constructor(network: Network, options: { readonly connections?: number } = {}) {
    this.#network = network;
    this.#options = options;
  }

  /** What sends requests to an origin. @throws GatewayError VALUE_INVALID */
  of(origin: string): Dispatcher {
    const proxy = this.#network.proxyFor(origin)?.url ?? '';
    let agent = this.#agents.get(proxy);
    if (!agent) {
      agent = this.#create(proxy);
      this.#agents.set(proxy, agent);
    }
    return agent;
  }

  async destroy(): Promise<void> {
    await Promise.all([...this.#agents.values()].map((agent) => agent.destroy()));
  }

  #create(proxy: string): Dispatcher {
    const { trust: secureContext } = this.#network;
    const options = { ...this.#options, ...PATIENT };
    const tls = secureContext && { secureContext };
    if (proxy === '') return new Agent({ ...options, ...(tls && { connect: tls }) });
    // undici's own SOCKS is experimental: its pools have time limits that streams must not have.
    if (isSocks(proxy)) return new Agent({ ...options, connect: socksConnector(proxy, tls) });
    return new ProxyAgent({ ...options, uri: proxy, ...(tls && { requestTls: tls, proxyTls: tls }) });
  }
}
