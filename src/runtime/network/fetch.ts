/** The `fetch` of what needs a proxy or certificates of its own. */
import { fetch as fetchWith } from 'undici';
import { Agents } from './agents.ts';
import type { Network } from './network.ts';

/** The connections close by themselves when they have been idle for some seconds. */
export function fetchBy(network: Network, url: URL, init: RequestInit): Promise<Response> {
  const dispatcher = new Agents(network).of(url.origin);
  // The types of undici and of Node's own copy of it differ in name only.
  const request = fetchWith as unknown as (url: URL, init: object) => Promise<Response>;
  return request(url, { ...init, dispatcher });
}
