/** The open connections of a server. */
import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Node keeps the answer under way on its socket. A listener on each answer would cost every call. */
export type HttpSocket = Socket & { readonly _httpMessage?: ServerResponse | null };

/** A set that follows the server's connections. Must be made before the server takes any. */
export function openSockets(server: Server): ReadonlySet<HttpSocket> {
  const open = new Set<HttpSocket>();
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  return open;
}
