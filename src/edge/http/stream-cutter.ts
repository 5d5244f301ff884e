/** Ends event streams whose request is refused by now. */
import type { IncomingMessage, Server } from 'node:http';
import { openSockets } from './open-sockets.ts';

/**
 * Tracks the server's connections. The returned function closes those with an event stream whose request
 * `isRefused` names; an answer that has not begun is left to finish. Must be called before the server
 * gets requests.
 */
export function createStreamCutter(
  server: Server,
): (isRefused: (request: IncomingMessage) => boolean) => void {
  const open = openSockets(server);
  return (isRefused) => {
    for (const { _httpMessage: response } of open)
      if (response?.headersSent && isRefused(response.req)) response.destroy();
  };
}
