/** Whether the gateway could listen where the config wants it. */
import { createServer } from 'node:http';

/** The code of the system's error, such as EADDRINUSE; undefined if the port is free. */
export async function portFault(host: string, port: number): Promise<string | undefined> {
  const server = createServer();
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  server.listen({ host, port }, () => resolve(undefined));
  const fault = await promise;
  server.close();
  return fault;
}
