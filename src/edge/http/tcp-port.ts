/** Opens the TCP port, and closes it without cutting off answers under way. */
import type { Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GatewayError } from '../../errors.ts';
import type { Clock } from '../../model/clock.ts';
import { shellWord } from '../../model/text/commands.ts';
import { systemWords } from '../../model/text/system-errors.ts';
import { type HttpSocket, openSockets } from './open-sockets.ts';

/**
 * Resolves with the port: the given one, or any free one for 0.
 *
 * @throws GatewayError PORT_TAKEN, CONFIG_INVALID
 */
export async function listen(server: Server, host: string, port: number): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen({ host, port }, resolve);
  try {
    await promise;
  } catch (error) {
    throw await listenError(error as NodeJS.ErrnoException, host, port);
  } finally {
    server.removeListener('error', reject);
  }
  return (server.address() as AddressInfo).port;
}

async function listenError(cause: NodeJS.ErrnoException, host: string, port: number): Promise<Error> {
  const hint = 'choose another with gateway.port in the config';
  if (cause.code === 'EADDRINUSE') {
    const holder = await holderOf(host, port);
    const way = holder
      ? `end it: ${holder.end}; or ${hint}`
      : `see who it is with: ss -ltnp 'sport = :${port}'; or ${hint}`;
    return new GatewayError('PORT_TAKEN', `port ${port} on ${host} is taken${holder?.words ?? ''}`, {
      hint: way,
      cause,
    });
  }
  if (cause.code === 'EACCES')
    return new GatewayError('PORT_TAKEN', `port ${port} on ${host} may not be used by this user`, {
      hint,
      cause,
    });
  const message = `cannot listen on ${host}:${port}: ${systemWords(cause.code ?? cause.message)}`;
  return new GatewayError('CONFIG_INVALID', message, {
    hint: 'write `gateway: { host: 127.0.0.1 }`, or another address of this machine',
    cause,
  });
}

/** How long a request may take to arrive, and its head; Node closes the connection after that. */
export const ARRIVAL_LIMITS = { requestTimeout: 300_000, headersTimeout: 60_000 } as const;

/** How long the rest of a request may keep a closing server open. */
const REST_MS = 1_000;

/** Long enough for a busy gateway, or one on a machine that stood still for a moment. */
const PROBE_TIMEOUT_MS = 5_000;

interface Holder {
  /** Continues the sentence that the port is taken. */
  readonly words: string;
  /** What to type, if the gateway tells strangers which stack it serves. */
  readonly end: string;
}

/** The gateway that holds the port; undefined if another program does, which only system tools can name. */
async function holderOf(host: string, port: number): Promise<Holder | undefined> {
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host.includes(':') ? '[::1]' : host;
  try {
    const signal = AbortSignal.timeout(PROBE_TIMEOUT_MS);
    const health: unknown = await (await fetch(`http://${reachable}:${port}/health`, { signal })).json();
    const { name, stack, file, pid } = health as Readonly<Record<string, unknown>>;
    if (name !== 'hive') return undefined;
    if (stack === undefined) return { words: ' by another gateway', end: 'stop that gateway' };
    const end = typeof file === 'string' ? `npx hive down -c ${shellWord(file)}` : `kill ${Number(pid)}`;
    return { words: ` by the gateway of the stack ${stack} (pid ${pid})`, end };
  } catch {
    return undefined;
  }
}

/**
 * The returned function closes the server: it takes no new connections, closes those without a request, and
 * after `graceMs` cuts those with answers still under way. Must be called once, before the server gets
 * requests.
 */
export function gracefulClose(server: Server, clock: Clock): (graceMs: number) => Promise<void> {
  let closing = false;
  const open = openSockets(server);
  server.on('request', (_, response: ServerResponse) => {
    response.once('close', () => {
      if (closing) server.closeIdleConnections();
    });
  });
  return async (graceMs) => {
    closing = true;
    const { promise, resolve } = Promise.withResolvers<void>();
    server.close(() => resolve());
    server.closeIdleConnections();
    // What has arrived by now is read first.
    setImmediate(closeUnused, open);
    const rest = clock.setTimeout(() => closeUnarrived(open), REST_MS);
    const cut = clock.setTimeout(() => server.closeAllConnections(), graceMs);
    await promise;
    for (const timer of [rest, cut]) timer.cancel();
  };
}

/**
 * Closes the connections on which nothing was ever sent. Node does not count these as idle; clients leave
 * them behind when they give up a request before it is written.
 */
function closeUnused(open: ReadonlySet<HttpSocket>): void {
  for (const socket of open) if (socket.bytesRead === 0) socket.destroy();
}

/** Closes the connections whose request has not arrived as a whole. */
function closeUnarrived(open: ReadonlySet<HttpSocket>): void {
  for (const socket of open) if (!socket._httpMessage?.req.complete) socket.destroy();
}
