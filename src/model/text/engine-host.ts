/** Addresses of container engines, in the syntax of DOCKER_HOST, and of named pipes of Windows. */

/** An address as the docker command understands it; `url` is its canonical form. */
export type EngineHost =
  | { readonly kind: 'unix'; readonly url: string; readonly path: string }
  | { readonly kind: 'tcp'; readonly url: string; readonly hostname: string; readonly port: number }
  | {
      readonly kind: 'ssh';
      readonly url: string;
      readonly hostname: string;
      readonly user: string | undefined;
      readonly port: number | undefined;
      /** The engine's socket on that machine; undefined: the docker command there chooses. */
      readonly socket: string | undefined;
    };

/** An address that no engine can be reached at. */
export interface UnfitHost {
  readonly kind: 'unfit';
  /** Completes "DOCKER_HOST=… ". */
  readonly reason: string;
  /** The address that was probably meant. */
  readonly instead: string;
}

const PIPES = '\\\\.\\pipe\\';

export const namedPipe = (name: string): string => `${PIPES}${name}`;

/** Nothing in a file system: such an address cannot be looked at, changed or removed as a file. */
export const isNamedPipe = (address: string): boolean => address.startsWith(PIPES);

const SYSTEM_SOCKET = 'unix:///var/run/docker.sock';
const PLAIN_PORT = 2375;
const TLS_PORT = 2376;

/**
 * Reads an address. As in the docker command, an address without a scheme is one of TCP, and `unix://` alone
 * is the system's socket. `http://` and `https://` are read as `tcp://`, as many tools write them.
 * @param isTls the engine is reached over TLS, which has another default port
 * @param platform only Windows has named pipes
 */
export function readEngineHost(
  text: string,
  isTls = false,
  platform: NodeJS.Platform = 'linux',
): EngineHost | UnfitHost {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text)?.[1]?.toLowerCase();
  const rest = scheme === undefined ? text : text.slice(scheme.length + '://'.length);
  switch (scheme) {
    case 'unix':
      return rest === '' ? unixHost('/var/run/docker.sock') : unixHost(rest);
    case 'tcp':
    case 'http':
      return tcpHost(rest, isTls);
    case 'https':
      return tcpHost(rest, true);
    case 'ssh':
      return sshHost(rest);
    case 'npipe':
      return platform === 'win32' ? pipeHost(rest) : unfit('is a named pipe of Windows', SYSTEM_SOCKET);
    case 'fd':
      return unfit('is where a daemon listens, not where it is reached', SYSTEM_SOCKET);
    case undefined:
      return bareHost(text, isTls);
    default:
      return unfit(`has the scheme ${scheme}://, which no engine has`, SYSTEM_SOCKET);
  }
}

const unfit = (reason: string, instead: string): UnfitHost => ({ kind: 'unfit', reason, instead });
const unixHost = (path: string): EngineHost => ({ kind: 'unix', url: `unix://${path}`, path });
/** Node connects to a pipe of Windows as to a socket in a folder. */
const pipeHost = (path: string): EngineHost => ({ kind: 'unix', url: `npipe://${path}`, path });

function bareHost(text: string, isTls: boolean): EngineHost | UnfitHost {
  const path = /^(?:unix:)?(\/.*)$/.exec(text)?.[1];
  if (path !== undefined) return unfit('lacks unix:// before the path', `unix://${path}`);
  if (/:\d+$/.test(text)) return tcpHost(text, isTls);
  return unfit('is no address of an engine', SYSTEM_SOCKET);
}

function tcpHost(rest: string, isTls: boolean): EngineHost | UnfitHost {
  const url = parsed(`http://${/^(:|$)/.test(rest) ? `localhost${rest}` : rest}`);
  if (!url) return unfit('is no address of an engine', `tcp://HOST:${PLAIN_PORT}`);
  const { hostname, username, password, pathname, search } = url;
  // A URL has no port 80, since that is the one of HTTP.
  const port = Number(/^[^/]*:(\d+)(\/|$)/.exec(rest)?.[1] ?? (isTls ? TLS_PORT : PLAIN_PORT));
  const canonical = `tcp://${hostname}:${port}`;
  if (username || password) return unfit('has a user, and TCP knows none', canonical);
  if (pathname !== '/' || search) return unfit('has a path, which Hive cannot use', canonical);
  return { kind: 'tcp', url: canonical, hostname, port };
}

function sshHost(rest: string): EngineHost | UnfitHost {
  const url = parsed(`ssh://${rest}`);
  const example = 'ssh://USER@HOST';
  if (!url?.hostname) return unfit('names no host', example);
  const { hostname, username, password, port, pathname, search, hash } = url;
  const user = decodeURIComponent(username) || undefined;
  const login = user === undefined ? hostname : `${username}@${hostname}`;
  if (password) return unfit('has a password, which ssh does not take: use a key', `ssh://${login}`);
  if (search || hash) return unfit('has a query, and ssh knows none', `ssh://${login}`);
  // Words of the ssh command, which would take them for options.
  if (/^-/.test(hostname) || user?.startsWith('-')) return unfit('begins with a hyphen', example);
  const socket = pathname === '' || pathname === '/' ? undefined : decodeURIComponent(pathname);
  return { kind: 'ssh', url: `ssh://${rest}`, hostname, user, port: Number(port) || undefined, socket };
}

function parsed(url: string): URL | undefined {
  return URL.canParse(url) ? new URL(url) : undefined;
}
