/** HTTP requests to one URL of the gateway, all of which can be cut off at once. */
import { Agent, type IncomingMessage, type OutgoingHttpHeaders, request } from 'node:http';

export interface Requests {
  /**
   * Resolves with the head of the response.
   *
   * @param signal cuts off the request, and its response
   * @throws the network's error, or an AbortError
   */
  send(
    method: 'GET' | 'POST' | 'DELETE',
    headers: OutgoingHttpHeaders,
    body?: Buffer,
    signal?: AbortSignal,
  ): Promise<IncomingMessage>;
  /**
   * POSTs a message that does no harm when it arrives twice. If its connection breaks before the response,
   * the message is sent once more, on a new connection.
   *
   * @throws as `send`
   */
  postHarmless(headers: OutgoingHttpHeaders, body: Buffer, signal: AbortSignal): Promise<IncomingMessage>;
  /** Cuts off all requests. */
  close(): void;
}

/** Failures of an open connection. The gateway may have closed it while the request was on its way. */
const BROKEN: ReadonlySet<unknown> = new Set(['ECONNRESET', 'EPIPE']);

/** The caller must close the result. */
export function openRequests(url: string): Requests {
  const kept = new Agent({ keepAlive: true });
  const fresh = new Agent({ keepAlive: false });
  const send = (agent: Agent, ...[method, headers, body, signal]: Parameters<Requests['send']>) => {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const length = body ? { 'content-length': body.length } : {};
    const options = { method, agent, headers: { ...headers, ...length }, ...(signal ? { signal } : {}) };
    request(url, options, resolve).on('error', reject).end(body);
    return promise;
  };
  return {
    send: (...args) => send(kept, ...args),
    postHarmless: (headers, body, signal) =>
      send(kept, 'POST', headers, body, signal).catch((error: NodeJS.ErrnoException) => {
        if (signal.aborted || !BROKEN.has(error.code)) throw error;
        return send(fresh, 'POST', headers, body, signal);
      }),
    close() {
      kept.destroy();
      fresh.destroy();
    },
  };
}
