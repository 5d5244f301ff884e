/** Connections through a SOCKS 5 proxy (RFC 1928, RFC 1929), which resolves the names itself. */
import { once } from 'node:events';
import { connect, isIP, type Socket } from 'node:net';
import type { SecureContext } from 'node:tls';
import { buildConnector } from 'undici';
import { ProxyFailure } from './failure.ts';

/** As undici's own limit for a connection. */
const TIMEOUT_MS = 10_000;
const DEFAULT_PORT = 1080;

const VERSION = 5;
const METHOD = { none: 0, password: 2 } as const;
const CONNECT = 1;
const ADDRESS = { ipv4: 1, name: 3, ipv6: 4 } as const;
const MAX_TEXT_BYTES = 255;

/** What a proxy answers to a request that it does not grant, by its number. */
const REFUSALS = [
  'had a failure of its own',
  'does not allow the connection',
  'cannot reach the network of the server',
  'cannot reach the server',
  'found nothing that listens there',
  'got no answer from the server',
  'knows no such command',
  'cannot use that kind of address',
];

/**
 * Makes what connects through a proxy. The connections are the caller's.
 * @param proxy `socks5://[USER:PASSWORD@]HOST[:PORT]`
 */
export function socksConnector(
  proxy: string,
  tls: { readonly secureContext: SecureContext } | undefined,
): buildConnector.connector {
  const secure = buildConnector({ ...tls, allowH2: false, timeout: TIMEOUT_MS });
  const address = new URL(proxy);
  return (target, callback) => {
    openTunnel(address, target).then(
      (socket) => {
        if (target.protocol === 'https:') secure({ ...target, httpSocket: socket }, callback);
        else callback(null, socket);
      },
      (error: Error) => callback(error, null),
    );
  };
}

/** Closes the connection if the tunnel cannot be made. */
async function openTunnel(proxy: URL, target: buildConnector.Options): Promise<Socket> {
  const host = withoutBrackets(proxy.hostname);
  const socket = connect({ host, port: Number(proxy.port) || DEFAULT_PORT, noDelay: true });
  const late = new ProxyFailure('the proxy did not answer in time');
  const timer = setTimeout(() => socket.destroy(late), TIMEOUT_MS);
  try {
    await once(socket, 'connect');
    await authenticate(socket, proxy);
    await request(socket, target);
    return socket;
  } catch (error) {
    // Of a connection that is closed here nobody else hears.
    socket.on('error', () => {}).destroy();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

async function authenticate(socket: Socket, { username, password }: URL): Promise<void> {
  const methods = username === '' ? [METHOD.none] : [METHOD.none, METHOD.password];
  socket.write(Buffer.from([VERSION, methods.length, ...methods]));
  const [version, method] = await take(socket, 2);
  if (version !== VERSION) throw new ProxyFailure('the proxy does not speak SOCKS 5');
  if (method === METHOD.none) return;
  if (method !== METHOD.password || username === '')
    throw new ProxyFailure('the proxy wants a user', 'socks5');
  const words = [username, password].map((word) => sized(decodeURIComponent(word)));
  socket.write(Buffer.concat([Buffer.from([1]), ...words]));
  const [, status] = await take(socket, 2);
  if (status !== 0) throw new ProxyFailure('the proxy does not accept the user', 'socks5');
}

async function request(socket: Socket, { hostname, port, protocol }: buildConnector.Options): Promise<void> {
  const number = Number(port) || (protocol === 'https:' ? 443 : 80);
  socket.write(
    Buffer.concat([
      Buffer.from([VERSION, CONNECT, 0]),
      addressOf(withoutBrackets(hostname)),
      Buffer.from([number >> 8, number & 0xff]),
    ]),
  );
  const [version, reply = 0, , kind] = await take(socket, 4);
  if (version !== VERSION) throw new ProxyFailure('the proxy does not speak SOCKS 5');
  if (reply !== 0) throw new ProxyFailure(`the proxy ${REFUSALS[reply - 1] ?? `answered ${reply}`}`);
  const bytes = kind === ADDRESS.ipv4 ? 4 : kind === ADDRESS.ipv6 ? 16 : ((await take(socket, 1))[0] ?? 0);
  await take(socket, bytes + 2);
}

function addressOf(host: string): Buffer {
  const family = isIP(host);
  if (family === 4) return Buffer.from([ADDRESS.ipv4, ...host.split('.').map(Number)]);
  if (family === 6)
    return Buffer.from([ADDRESS.ipv6, ...wordsOfIpv6(host).flatMap((it) => [it >> 8, it & 0xff])]);
  return Buffer.concat([Buffer.from([ADDRESS.name]), sized(host)]);
}

/** @param host as the URL parser writes it: without a zone, its last part never in decimal */
function wordsOfIpv6(host: string): number[] {
  const [head = [], tail] = host.split('::').map((part) => part.split(':').filter(Boolean));
  const zeros = tail ? 8 - head.length - tail.length : 0;
  return [...head, ...Array<string>(zeros).fill('0'), ...(tail ?? [])].map((word) =>
    Number.parseInt(word, 16),
  );
}

/** A text after its length. */
function sized(text: string): Buffer {
  const bytes = Buffer.from(text);
  if (bytes.length > MAX_TEXT_BYTES) throw new ProxyFailure('SOCKS has no room for such a long name or user');
  return Buffer.concat([Buffer.from([bytes.length]), bytes]);
}

const withoutBrackets = (host: string): string => host.replace(/^\[(.*)\]$/, '$1');

/** Reads so many bytes and no more: what follows them is the server's. */
async function take(socket: Socket, bytes: number): Promise<Buffer> {
  for (;;) {
    const chunk: Buffer | null = socket.read(bytes);
    if (chunk?.length === bytes) return chunk;
    if (chunk || socket.destroyed)
      throw socket.errored ?? new ProxyFailure('the proxy closed the connection');
    const over = new AbortController();
    const events = ['readable', 'close'].map((name) => once(socket, name, over));
    await Promise.race(events).finally(() => over.abort());
  }
}
