/** Connections to engines: over a Unix socket, TCP, TLS or ssh. */
import { Agent } from 'node:http';
import { connect, isIP } from 'node:net';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { systemFile } from '../../files/system-file.ts';
import type { EngineHost } from '../../model/text/engine-host.ts';
import type { SshStream } from './ssh-stream.ts';

/** How an engine is reached over TLS. */
export interface EngineTls {
  /** Folder with `ca.pem`, and `cert.pem` and `key.pem` if the engine asks its clients who they are. */
  readonly folder: string;
  /** False: any certificate of the engine will do. */
  readonly isVerified: boolean;
}

/** Options of an HTTP request that lead it to the engine. */
export interface Reach {
  /** Path of the engine's socket; without meaning beside an agent. */
  readonly socketPath: string;
  /** Connects to an engine that has no socket here. */
  readonly agent?: Agent;
}

/** Opens nothing yet. */
export function reachEngine(host: EngineHost, tls: EngineTls | undefined): Reach {
  switch (host.kind) {
    case 'unix':
      return { socketPath: host.path };
    case 'tcp': {
      const hostname = host.hostname.replace(/^\[|\]$/g, '');
      const open = tls
        ? () => connectTls(hostname, host.port, tls)
        : async () => connect({ host: hostname, port: host.port });
      return { socketPath: '/', agent: new EngineAgent(open) };
    }
    case 'ssh':
      return { socketPath: '/', agent: new EngineAgent(sshOpener(host)) };
  }
}

/** Keeps connections for the next request, since one over ssh takes a login. */
class EngineAgent extends Agent {
  readonly #open: () => Promise<Duplex>;

  constructor(open: () => Promise<Duplex>) {
    super({ keepAlive: true });
    this.#open = open;
  }

  override createConnection(
    _options: object,
    callback?: (error: Error | null, stream: Duplex) => void,
  ): undefined {
    // The types of Node lack the case of an error, which comes without a stream.
    const done = callback as ((error: Error | null, stream?: Duplex) => void) | undefined;
    this.#open().then(
      (stream) => done?.(null, stream),
      (error) => done?.(error),
    );
  }
}

/** Few engines are reached over TLS, and loading it takes longer than an engine takes to answer. */
async function connectTls(host: string, port: number, { folder, isVerified }: EngineTls): Promise<Duplex> {
  const { connect: connectSecurely } = await import('node:tls');
  const [ca, cert, key] = await Promise.all(
    ['ca.pem', 'cert.pem', 'key.pem'].map((name) => systemFile(join(folder, name))),
  );
  return connectSecurely({
    host,
    port,
    rejectUnauthorized: isVerified,
    ...(isIP(host) === 0 ? { servername: host } : {}),
    ...(ca ? { ca } : {}),
    ...(cert && key ? { cert, key } : {}),
  });
}

/** Every connection has an ssh process of its own, which ends with it, and with this process. */
function sshOpener(host: Extract<EngineHost, { kind: 'ssh' }>): () => Promise<Duplex> {
  const open = new Set<SshStream>();
  const endAll = (): void => {
    for (const stream of open) stream.destroy();
  };
  let isWatching = false;
  return async () => {
    const { openSsh } = await import('./ssh-stream.ts');
    const stream = openSsh(host);
    open.add(stream);
    stream.once('close', () => open.delete(stream));
    if (!isWatching) process.once('exit', endAll);
    isWatching = true;
    return stream;
  };
}
