import { publicUrl } from '../../model/text/public-url.ts';
import { isMachine, type OAuthClient } from './client.ts';
import { onceOnly } from './once-only.ts';

const STEP_TIMEOUT_MS = 15_000;

/**
 * For the requests of a login, whose addresses are mostly named by the server and its authorization server. None takes longer
 * than 15 seconds. Plain HTTP goes to no host but the server's own, and only where that is reached so itself, or from this machine
 * to this machine: services in private networks, and those where clouds keep their credentials, are out of a server's reach
 * (security best practices, SSRF). What the file names is not asked about. Redirects to other origins are refused by the SDK.
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
    // Of this type, as one of any other lets the SDK guess where to log in.
    if (!mayAsk(url))
      throw new TypeError(`for a login it points to ${publicUrl(url.href)}, which is reached without TLS`);
    return fetch(input, { ...init, signal: init?.signal ?? AbortSignal.timeout(STEP_TIMEOUT_MS) });
  };
  return isMachine(client) ? onceOnly(bounded) : bounded;
}

/** As the URL parser writes it, whatever somebody wrote. */
const isLoopback = (hostname: string): boolean =>
  /^(localhost|.+\.localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname);
