/** The control socket: HTTP for commands such as `hive ps`, on a unix socket that only this user can open. */
import { chmodSync, lstatSync, rmSync } from 'node:fs';
import { createServer, request as httpRequest, type Server } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { GatewayError } from '../../errors.ts';
import type { GatewayControl } from '../../model/operator.ts';
import { isNamedPipe } from '../../model/text/engine-host.ts';
import { createControlApp } from './app.ts';

export interface ControlSocket {
  /** Ends every stream and removes the socket. */
  close(): Promise<void>;
}

/** Bytes of `sun_path` in a unix socket address, without the closing zero: 103 on macOS and BSD. */
export const longestPath = (platform: NodeJS.Platform = process.platform): number =>
  platform === 'linux' ? 107 : 103;

/**
 * Longer than any start: a gateway that is starting answers only once it can serve. That takes more than 5 s
 * if another program holds its port and does not answer.
 */
const PROBE_TIMEOUT_MS = 30_000;
/** A gateway that could not start, or stops, closes its socket a moment after its connections. */
const ENDING: ReadonlySet<unknown> = new Set(['ECONNRESET', 'EPIPE', 'ENOENT']);
const RETRY_MS = 50;
const MAX_TRIES = 20;

/**
 * Serves `control` at `path`, which may be a named pipe. A socket that a dead gateway left behind is
 * replaced.
 *
 * @param control requests that arrive before it resolves wait for it
 * @param probeTimeoutMs limits the wait for a process that listens at `path` already; only tests set it
 * @throws GatewayError ALREADY_RUNNING if a live gateway holds it, CONFIG_INVALID if the path cannot be a
 *   socket
 */
export async function listenControl(
  path: string,
  control: GatewayControl | Promise<GatewayControl>,
  probeTimeoutMs = PROBE_TIMEOUT_MS,
): Promise<ControlSocket> {
  const isPipe = isNamedPipe(path);
  if (!isPipe && Buffer.byteLength(path) > longestPath()) throw pathTooLong(path);
  const app = Promise.resolve(control).then(createControlApp);
  const server = createServer((request, response) => void app.then((serve) => serve(request, response)));
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  await takePath(server, path, probeTimeoutMs);
  try {
    if (!isPipe) chmodSync(path, 0o600);
  } catch (error) {
    await close();
    throw cannotListen(path, error as Error);
  }
  return { close };
}

function pathTooLong(path: string): GatewayError {
  const length = Buffer.byteLength(path);
  return new GatewayError(
    'CONFIG_INVALID',
    `the control socket's path is ${length} bytes long, and the system takes ${longestPath()}: ${path}`,
    { hint: 'move the state directory to a shorter path' },
  );
}

const cannotListen = (path: string, cause: Error): GatewayError =>
  new GatewayError('STATE_FAILED', `cannot open the control socket ${path}: ${cause.message}`, {
    hint: 'the state folder must exist and be writable for this user, on a disk with room',
    cause,
  });

function bind(server: Server, path: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen(path, resolve);
  return promise.finally(() => server.removeListener('error', reject));
}

/** Waits for a gateway that is about to end, and replaces the socket of a dead one. */
async function takePath(server: Server, path: string, probeTimeoutMs: number): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      return await bind(server, path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw cannotListen(path, error as Error);
    }
    if (!isNamedPipe(path) && lstatSync(path, { throwIfNoEntry: false })?.isSocket() === false)
      throw notASocket(path);
    const found = await probe(path, probeTimeoutMs);
    // Only a refused connection proves that nobody listens.
    if (found === 'ECONNREFUSED') rmSync(path, { force: true });
    else if (!(ENDING.has(found) && tries < MAX_TRIES)) throw inUse(path, found);
    else await delay(RETRY_MS);
  }
}

const notASocket = (path: string): GatewayError =>
  new GatewayError('ALREADY_RUNNING', `${path} exists and is not a socket`, {
    hint: 'move it away, or remove it if nothing uses it',
  });

/**
 * Never advises to remove the socket, since the process behind it may be a gateway that serves.
 *
 * @param found the pid of the gateway that holds the socket, or why it is unknown
 */
function inUse(path: string, found: { pid: unknown } | string): GatewayError {
  if (typeof found === 'string')
    return new GatewayError(
      'ALREADY_RUNNING',
      `a process listens on ${path}, but does not answer as a gateway (${found})`,
      { hint: 'it may be a gateway that is stuck: end it, and start again' },
    );
  return new GatewayError(
    'ALREADY_RUNNING',
    `a gateway for this stack is already running (pid ${found.pid})`,
    {
      hint: 'npx hive ps shows it, npx hive down stops it',
    },
  );
}

/** The pid of the gateway that answers at `path`, or the code of what went wrong. */
function probe(path: string, timeoutMs: number): Promise<{ pid: unknown } | string> {
  const { promise, resolve } = Promise.withResolvers<{ pid: unknown } | string>();
  const request = httpRequest({ socketPath: path, path: '/status', timeout: timeoutMs }, (response) => {
    let text = '';
    response.setEncoding('utf8').on('data', (chunk) => {
      text += chunk;
    });
    response.on('end', () => resolve(pidIn(text)));
  });
  request.on('timeout', () => request.destroy(Object.assign(new Error(), { code: 'ETIMEDOUT' })));
  request.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  request.end();
  return promise;
}

function pidIn(text: string): { pid: unknown } | string {
  try {
    return { pid: JSON.parse(text).pid };
  } catch {
    return 'no JSON';
  }
}
