/** One address of a server, and HTTP requests to it. */
import type { Dispatcher } from 'undici';
import type { Authorizer } from '../../oauth/authorizer.ts';
import { authorized } from './authorized.ts';

export type HttpResponse = Dispatcher.ResponseData;
export type HttpHeaders = Readonly<Record<string, string>>;

export class Endpoint {
  readonly url: string;
  // Parsed once: undici would parse the URL again for each request.
  readonly #origin: string;
  readonly #path: string;
  readonly #agent: Pick<Dispatcher, 'request'>;
  readonly #authorizer: Authorizer | undefined;

  /** The agent stays its owner's to destroy. */
  constructor(url: string, agent: Pick<Dispatcher, 'request'>, authorizer: Authorizer | undefined) {
    const { origin, pathname, search } = new URL(url);
    this.url = url;
    this.#origin = origin;
    this.#path = pathname + search;
    this.#agent = agent;
    this.#authorizer = authorizer;
  }

  /**
   * Sends one request, with the server's access token if there is one. The caller must read or dump the body
   * of the response, whatever its status.
   * @throws GatewayError LOGIN_REQUIRED, LOGIN_FAILED; and undici's error if the connection fails or `signal`
   * is aborted
   */
  request(
    method: 'GET' | 'POST' | 'DELETE',
    headers: HttpHeaders,
    signal: AbortSignal,
    body: Buffer | null = null,
  ): Promise<HttpResponse> {
    return authorized(this.#authorizer, { method, address: this.url }, (added) =>
      this.#agent.request({
        origin: this.#origin,
        path: this.#path,
        method,
        headers: { ...headers, ...added },
        body,
        signal,
      }),
    );
  }
}
