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
  /** Cuts off all requests. */
  close(): void;
}

/** The caller must close the result. */
export function openRequests(url: string): Requests {
  const agent = new Agent({ keepAlive: true });
  return {
    send(method, headers, body, signal) {
      const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
      const length = body ? { 'content-length': body.length } : {};
      const options = { method, agent, headers: { ...headers, ...length }, ...(signal ? { signal } : {}) };
      request(url, options, resolve).on('error', reject).end(body);
      return promise;
    },
    close: () => agent.destroy(),
  };
}
