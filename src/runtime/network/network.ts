/** How a remote server and its login are reached: through which proxy, and trusting which certificates. */
import { dirname, resolve } from 'node:path';
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls';
import { GatewayError } from '../../errors.ts';
import { MAX_ENV_BYTES } from '../../files/limits.ts';
import { processFiles } from '../../files/process-files.ts';
import type { RemoteServer } from '../../model/desired.ts';
import { type Values, valueIn } from '../../model/references.ts';
import { proxyFor, type Way, type WebProxy, wayTo } from './proxy.ts';

export interface Network {
  /** Undefined for a direct connection. @throws GatewayError VALUE_INVALID */
  proxyFor(address: string): WebProxy | undefined;
  wayTo(address: string): Way;
  /** Absent if Node's own certificates are enough. */
  readonly trust?: SecureContext;
}

/** For servers in containers of this machine. */
export const DIRECT: Network = {
  proxyFor: () => undefined,
  wayTo: () => ({ through: '', hint: undefined }),
};

/**
 * Reads what the entry and the variables say.
 * @throws GatewayError START_FAILED if a file of certificates cannot be read
 */
export async function openNetwork(
  server: Pick<RemoteServer, 'tls' | 'place'>,
  values: Values,
): Promise<Network> {
  const trust = await readTrust(authorityFiles(server, values));
  return {
    proxyFor: (address) => proxyFor(address, values),
    wayTo: (address) => wayTo(address, values),
    ...(trust && { trust }),
  };
}

/** Node has read the file of its own environment already, and knows nothing of one in `.env`. */
function authorityFiles({ tls, place }: Pick<RemoteServer, 'tls' | 'place'>, values: Values): string[] {
  const extra = valueIn('NODE_EXTRA_CA_CERTS', values);
  const isNew = extra !== undefined && extra !== '' && extra !== process.env.NODE_EXTRA_CA_CERTS;
  return [...(tls ? [tls.ca] : []), ...(isNew ? [resolve(dirname(place.path), extra)] : [])];
}

async function readTrust(files: readonly string[]): Promise<SecureContext | undefined> {
  if (files.length === 0) return undefined;
  const own = await Promise.all(files.map(readAuthorities));
  return createSecureContext({ ca: [...getCACertificates('default'), ...own] });
}

async function readAuthorities(path: string): Promise<string> {
  let text: string;
  try {
    text = await processFiles.text(path, MAX_ENV_BYTES);
  } catch (cause) {
    throw unreadable(path, `cannot be read: ${(cause as Error).message}`, cause);
  }
  if (!text.includes('-----BEGIN CERTIFICATE-----')) throw unreadable(path, 'holds no certificate in PEM');
  return text;
}

const unreadable = (path: string, what: string, cause?: unknown): GatewayError =>
  new GatewayError('START_FAILED', `${path} ${what}`, {
    hint: 'name the file of the certificate authority, in PEM: `tls.ca` of the entry, or NODE_EXTRA_CA_CERTS',
    cause,
  });
