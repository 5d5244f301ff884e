/** Whether the gateway could listen where the config wants it, and which gateway has the port. */
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

const PROBE_TIMEOUT_MS = 2_000;

/** The config file of the gateway that listens there, if it tells. */
export async function fileOfGateway(host: string, port: number): Promise<string | undefined> {
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host.includes(':') ? '[::1]' : host;
  try {
    const signal = AbortSignal.timeout(PROBE_TIMEOUT_MS);
    const health: unknown = await (await fetch(`http://${reachable}:${port}/health`, { signal })).json();
    const { name, file } = Object(health) as Readonly<Record<string, unknown>>;
    return name === 'hive' && typeof file === 'string' ? file : undefined;
  } catch {
    return undefined;
  }
}
