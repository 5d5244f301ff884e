/** Ends event streams whose request is refused by now. */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { openSockets } from './open-sockets.ts';

/** Node keeps the answer under way on its socket. A listener on each answer would cost every call. */
type HttpSocket = Socket & { readonly _httpMessage?: ServerResponse | null };

/**
 * Tracks the server's connections. The returned function closes those with an event stream whose request
 * `isRefused` names; an answer that has not begun is left to finish. Must be called before the server
 * gets requests.
 */
export function createStreamCutter(
  server: Server,
): (isRefused: (request: IncomingMessage) => boolean) => void {
  const open: ReadonlySet<HttpSocket> = openSockets(server);
  return (isRefused) => {
    for (const { _httpMessage: response } of open)
      if (response?.headersSent && isRefused(response.req)) response.destroy();
  };
}
