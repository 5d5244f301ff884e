/**
 * Where redirects of a server may lead: to its own origin, or from plain HTTP to TLS on the same host.
 * Everything else would take messages and credentials to somebody who was not configured.
 */
import { RedirectError } from './errors.ts';
import { type HttpResponse, headerOf } from './response.ts';

/** Redirects of one request in a row. */
const MAX_HOPS = 5;

/** Method and body stay as they are (RFC 9110, 15.4.8 and 15.4.9). */
const KEEPS_METHOD: ReadonlySet<number> = new Set([307, 308]);
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

export const isRedirect = (status: number): boolean => REDIRECTS.has(status);

/** True if later requests may go to the new address at once. */
export const isPermanent = (status: number): boolean => status === 308;

/** The redirects of one request. */
export class Trail {
  readonly #start: string;
  readonly #host: string | undefined;
  readonly #seen = new Set<string>();

  /** @param host of the `Host` header, if that names the server otherwise than the URL */
  constructor(url: string, host: string | undefined) {
    this.#start = url;
    this.#host = host;
    this.#seen.add(url);
  }

  /**
   * The next URL.
   * @param from URL that has given the response
   * @throws RedirectError
   */
  next(from: string, method: string, response: HttpResponse): string {
    const { statusCode } = response;
    const address = headerOf(response, 'location');
    const target = address === undefined ? undefined : resolveAddress(address, from, this.#host);
    if (!target) throw this.#error(statusCode, address, 'which is no address');
    if (!isNear(from, target)) throw this.#error(statusCode, target.href, 'which is another server');
    // As browsers do, a POST would be repeated as a GET, without its message.
    if (!KEEPS_METHOD.has(statusCode) && method !== 'GET')
      throw this.#error(statusCode, target.href, `and a ${method} does not follow that`);
    if (this.#seen.has(target.href)) throw this.#error(statusCode, target.href, 'in a circle');
    if (this.#seen.size > MAX_HOPS)
      throw this.#error(statusCode, target.href, `after ${MAX_HOPS} other redirects`);
    this.#seen.add(target.href);
    return target.href;
  }

  #error(status: number, address: string | undefined, why: string): RedirectError {
    return new RedirectError(this.#start, status, address, why);
  }
}

/**
 * The address that a server names, without user part and fragment. A server that is told another name than
 * that of its URL uses it for its own addresses.
 */
export function resolveAddress(address: string, base: string, host: string | undefined): URL | undefined {
  const url = URL.parse(address, base);
  if (!url || !/^https?:$/.test(url.protocol)) return undefined;
  url.username = '';
  url.password = '';
  url.hash = '';
  const own = new URL(base);
  if (host !== undefined && url.host.toLowerCase() === host.toLowerCase() && url.protocol === own.protocol)
    url.host = own.host;
  return url;
}

/**
 * True for the same origin, and for TLS on the same host: credentials that were sent to it in the clear are
 * no less safe there.
 */
function isNear(from: string, target: URL): boolean {
  const own = new URL(from);
  if (own.origin === target.origin) return true;
  return own.protocol === 'http:' && target.protocol === 'https:' && own.hostname === target.hostname;
}
