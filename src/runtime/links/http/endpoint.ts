/** One address of a server, and HTTP requests to it. */
import type { Dispatcher } from 'undici';
import type { Authorizer } from '../../oauth/authorizer.ts';
import { authorized } from './authorized.ts';
import { decoded } from './decoding.ts';
import { isBroken } from './errors.ts';
import { isPermanent, isRedirect, resolveAddress, Trail } from './redirects.ts';
import type { HttpResponse } from './response.ts';

export type HttpHeaders = Readonly<Record<string, string>>;
type Method = 'GET' | 'POST' | 'DELETE';

/** What sends requests to each origin. */
export interface Senders {
  of(origin: string): Pick<Dispatcher, 'request'>;
}

/** The `Host` header, if it is set. */
export function hostOf(headers: HttpHeaders): string | undefined {
  return Object.entries(headers).find(([name]) => name.toLowerCase() === 'host')?.[1];
}

interface Target {
  readonly url: string;
  // Parsed once: undici would parse the URL again for each request.
  readonly origin: string;
  readonly path: string;
  readonly agent: Pick<Dispatcher, 'request'>;
}

interface Request {
  readonly method: Method;
  readonly headers: HttpHeaders;
  readonly signal: AbortSignal;
  readonly body: Buffer | null;
}

export class Endpoint {
  readonly url: string;
  readonly #agents: Senders;
  readonly #authorizer: Authorizer | undefined;
  readonly #host: string | undefined;
  /** Where requests are sent: the URL, or where it has moved for good. */
  #target: Target;
  /** The URL that has given the last response. */
  #answeredBy: string;

  /**
   * The agents stay their owner's to destroy.
   * @param host the `Host` header of all requests, if it differs from the URL's
   */
  constructor(url: string, agents: Senders, authorizer: Authorizer | undefined, host?: string) {
    this.url = url;
    this.#agents = agents;
    this.#authorizer = authorizer;
    this.#host = host;
    this.#target = this.#targetOf(url);
    this.#answeredBy = url;
  }

  /**
   * Sends one request, with the server's access token if there is one, and follows redirects. The caller must
   * read or dump the body of the response, whatever its status.
   * @throws GatewayError LOGIN_REQUIRED, LOGIN_FAILED, RedirectError; and undici's error if the connection
   * fails or `signal` is aborted
   */
  async request(
    method: Method,
    headers: HttpHeaders,
    signal: AbortSignal,
    body: Buffer | null = null,
  ): Promise<HttpResponse> {
    const request = { method, headers, signal, body };
    const response = await this.#send(this.#target, request);
    if (!isRedirect(response.statusCode)) return decoded(this.url, response);
    return decoded(this.url, await this.#follow(response, request));
  }

  /** An address that the server has named. Undefined if it is not on the server's own origin. */
  own(address: string): string | undefined {
    const url = resolveAddress(address, this.#answeredBy, this.#host);
    return url?.origin === new URL(this.#answeredBy).origin ? url.href : undefined;
  }

  async #follow(first: HttpResponse, request: Request): Promise<HttpResponse> {
    const trail = new Trail(this.#target.url, this.#host);
    let target = this.#target;
    let response = first;
    for (let isMoved = true; isRedirect(response.statusCode); ) {
      await response.body.dump();
      isMoved &&= isPermanent(response.statusCode);
      target = this.#targetOf(trail.next(target.url, request.method, response));
      response = await this.#send(target, request);
      if (isMoved && !isRedirect(response.statusCode)) this.#target = target;
    }
    this.#answeredBy = target.url;
    return response;
  }

  #targetOf(url: string): Target {
    const { origin, pathname, search } = new URL(url);
    return { url, origin, path: pathname + search, agent: this.#agents.of(origin) };
  }

  #send({ url, origin, path, agent }: Target, request: Request): Promise<HttpResponse> {
    const { method, headers, body, signal } = request;
    return authorized(this.#authorizer, { method, address: url }, (added) =>
      agent.request({
        origin,
        path,
        method,
        // Without this header a server may choose any encoding.
        headers: { 'accept-encoding': 'identity', ...headers, ...added },
        body,
        signal,
        // Proxies get these limits from nowhere else; each call has a limit of its own, streams have none.
        headersTimeout: 0,
        bodyTimeout: 0,
      }),
    );
  }

  /**
   * POSTs a message that does no harm when it arrives twice: a notification or an answer. If its connection
   * breaks before the response, the message is sent once more: nobody would notice its loss.
   * @throws as `request`
   */
  async postHarmless(headers: HttpHeaders, signal: AbortSignal, body: Buffer): Promise<HttpResponse> {
    try {
      return await this.request('POST', headers, signal, body);
    } catch (cause) {
      if (signal.aborted || !isBroken(cause)) throw cause;
      return this.request('POST', headers, signal, body);
    }
  }
}
