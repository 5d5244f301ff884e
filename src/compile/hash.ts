/**
 * Stable identities of servers. References are hashed as they are written, so no variable's value enters a
 * hash.
 */
import { createHash } from 'node:crypto';
import type { ComposeService } from '../model/compiled.ts';
import type { ContainerServer, Server } from '../model/desired.ts';

/**
 * Keys of a server whose change needs no restart: its name, its view, its place in the file, the way to get
 * its image.
 */
const NO_RESTART: ReadonlySet<string> = new Set([
  'serverName',
  'view',
  'place',
  'origin',
  'unset',
  'pull',
  'build',
]);
/** Service keys whose change needs no new container. */
const NO_RECREATE: ReadonlySet<string> = new Set(['labels', 'build', 'pull_policy']);

/**
 * SHA-256, in hex, of a value by content: the order of keys does not matter, and undefined values count as
 * absent.
 */
export function stableHash(value: unknown): string {
  return createHash('sha256').update(stableText(value)).digest('hex');
}

function stableText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(stableText).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
  entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, inner]) => `${JSON.stringify(key)}:${stableText(inner)}`).join(',')}}`;
}

/** Hashes each config key that is set, so that a plan can name the keys that changed. */
export function fieldHashes(server: Server): Record<string, string> {
  const entries: [string, unknown][] = Object.entries(server).filter(([key]) => !NO_RESTART.has(key));
  if (server.type === 'container' && server.build)
    entries.push(...Object.entries(server.build.parts ?? { dockerfile: server.build.digest }));
  entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, value]) => [key, stableHash(value)]));
}

/**
 * Covers everything that needs a new container: the compiled service, with paths as written there, and the
 * link.
 */
export function containerHash(server: ContainerServer, service: ComposeService): string {
  const lasting = Object.fromEntries(Object.entries(service).filter(([key]) => !NO_RECREATE.has(key)));
  return stableHash({ service: lasting, path: server.path, link: server.link, native: server.native });
}

/** Covers everything that needs a new process or connection. */
export function plainHash(server: Server): string {
  return stableHash(fieldHashes(server));
}
