/** `fetch` for the requests of a login, restricted to addresses that a server may name. */
import { publicUrl } from '../../model/text/public-url.ts';
import { isMachine, type OAuthClient } from './client.ts';
import { onceOnly } from './once-only.ts';

const STEP_TIMEOUT_MS = 15_000;

/**
 * Most addresses of a login are named by the server and its authorization server. Plain HTTP is allowed only to the
 * server's own host, if the server itself is reached by it, and from this machine to itself. That keeps services in
 * private networks and the metadata services of clouds out of a server's reach (security best practices, SSRF).
 * Addresses from the config file are always allowed. Redirects to other origins are refused by the SDK. A request takes
 * at most 15 seconds.
 */
export function loginFetch(serverUrl: string, client: OAuthClient): typeof fetch {
  const { issuer, idp } = client;
  const server = new URL(serverUrl);
  const named = [issuer, idp?.tokenEndpoint].flatMap((url) =>
    url === undefined ? [] : [new URL(url).origin],
  );
  const mayAsk = ({ protocol, hostname, origin }: URL): boolean => {
    if (protocol === 'https:' || named.includes(origin)) return true;
    if (isLoopback(server.hostname) && isLoopback(hostname)) return true;
    return server.protocol === 'http:' && server.hostname === hostname;
  };
  const bounded: typeof fetch = async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    // A TypeError: after any other error the SDK would guess where to log in.
    if (!mayAsk(url))
      throw new TypeError(`for a login it points to ${publicUrl(url.href)}, which is reached without TLS`);
    return fetch(input, { ...init, signal: init?.signal ?? AbortSignal.timeout(STEP_TIMEOUT_MS) });
  };
  return isMachine(client) ? onceOnly(bounded) : bounded;
}

/** @param hostname as the URL parser normalizes it */
const isLoopback = (hostname: string): boolean =>
  /^(localhost|.+\.localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname);
