/** Names an engine for people. */
import type { FoundEngine } from './find-engine.ts';

const NAMES = { docker: 'Docker', podman: 'Podman' } as const;

/** `Docker 26.1.5 (rootful) at unix:///var/run/docker.sock, the system socket`. */
export function describeEngine({
  flavour,
  version,
  isRootless,
  url,
  tls,
  source,
}: Pick<FoundEngine, 'flavour' | 'version' | 'isRootless' | 'url' | 'tls' | 'source'>): string {
  const kind = `${NAMES[flavour]} ${version} (${isRootless ? 'rootless' : 'rootful'})`;
  const secured = tls === undefined ? '' : tls.isVerified ? ' over TLS' : ' over TLS, unverified';
  return `${kind} at ${url}${secured}, ${source}`;
}
