/** The `fetch` of a login: refuses addresses that a server must not make Hive contact. */

import { isLoopback } from '../../model/text/loopback.ts';
import { publicUrl } from '../../model/text/public-url.ts';
import { fetchOver, type OpenNetwork } from '../network/fetch-over.ts';
import { isMachine, type OAuthClient } from './client.ts';
import { withoutRetry } from './without-retry.ts';

const REQUEST_TIMEOUT_MS = 15_000;

/**
 * Makes the `fetch` for the requests of a login. The server and its authorization server name most of the
 * addresses, so plain HTTP is refused, except to the server's own host if the config reaches it over plain
 * HTTP, and between programs of this machine. Services in private networks and the credential services of
 * clouds thus stay out of a server's reach (security best practices, SSRF). Addresses that the config names
 * are always allowed. The SDK refuses redirects to other origins. A request takes at most 15 seconds.
 * @param network absent for direct connections
 */
export function loginFetch(serverUrl: string, client: OAuthClient, network?: OpenNetwork): typeof fetch {
  const isAllowed = addressFilter(serverUrl, client);
  const bounded: typeof fetch = async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    // A TypeError, since the SDK reacts to any other error by guessing where to log in.
    if (!isAllowed(url))
      throw new TypeError(`the login leads to ${publicUrl(url.href)}, which does not use TLS`);
    const options = { ...init, signal: init?.signal ?? AbortSignal.timeout(REQUEST_TIMEOUT_MS) };
    return network ? fetchOver(await network(), input, options) : fetch(input, options);
  };
  return isMachine(client) ? withoutRetry(bounded) : bounded;
}

function addressFilter(serverUrl: string, { issuer, idp }: OAuthClient): (url: URL) => boolean {
  const server = new URL(serverUrl);
  const configured = [issuer, idp?.tokenEndpoint].flatMap((url) =>
    url === undefined ? [] : [new URL(url).origin],
  );
  return ({ protocol, hostname, origin }) => {
    if (protocol === 'https:' || configured.includes(origin)) return true;
    if (isLoopback(server.hostname) && isLoopback(hostname)) return true;
    return server.protocol === 'http:' && server.hostname === hostname;
  };
}
