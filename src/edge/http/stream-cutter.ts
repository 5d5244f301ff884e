/** The requests of a server that are not answered to the end. */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';

/**
 * Tracks the server's requests. The returned function closes the connections of those event streams whose
 * request `isRefused` names; an answer that has not begun is left to finish. Must be called before the server
 * gets requests.
 */
export function createStreamCutter(
  server: Server,
): (isRefused: (request: IncomingMessage) => boolean) => void {
  const open = new Set<ServerResponse>();
  server.on('request', (_, response: ServerResponse) => {
    open.add(response);
    response.once('close', () => open.delete(response));
  });
  return (isRefused) => {
    for (const response of open) if (response.headersSent && isRefused(response.req)) response.destroy();
  };
}
