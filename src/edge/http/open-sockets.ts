/** The open connections of a server. */
import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** A set that follows the server's connections. Must be made before the server takes any. */
export function openSockets(server: Server): ReadonlySet<Socket> {
  const open = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  return open;
}
