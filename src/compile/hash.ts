/** Stable identities of servers. Values of variables never enter one: references are hashed as they are written. */
import { createHash } from 'node:crypto';
import type { ComposeService } from '../model/compiled.ts';
import type { ContainerServer, Server } from '../model/desired.ts';

/** Keys of a server that need no restart when they change: what is told about it, where it stands, how its image comes here. */
const NO_RESTART: ReadonlySet<string> = new Set([
  'serverName',
  'view',
  'place',
  'unset',
  'type',
  'pull',
  'build',
]);
/** Service keys that do not make another container. */
const NO_RECREATE: ReadonlySet<string> = new Set(['labels', 'build', 'pull_policy']);

/** Hex sha256 of a value by content: the order of keys does not matter, undefined ones do not exist. */
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

/** One hash for each config key that was set, so that a plan can name the ones that changed. */
export function fieldHashes(server: Server): Record<string, string> {
  const entries: [string, unknown][] = Object.entries(server).filter(([key]) => !NO_RESTART.has(key));
  if (server.type === 'container' && server.build) entries.push(['dockerfile', server.build.digest]);
  entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, value]) => [key, stableHash(value)]));
}

/** What a container must be made anew for: its service as compiled, so that paths count as written, plus how it is reached. */
export function containerHash(server: ContainerServer, service: ComposeService): string {
  const lasting = Object.fromEntries(Object.entries(service).filter(([key]) => !NO_RECREATE.has(key)));
  return stableHash({ service: lasting, path: server.path, link: server.link, native: server.native });
}

/** What a process or a connection must be made anew for. */
export function plainHash(server: Server): string {
  return stableHash({ type: server.type, ...fieldHashes(server) });
}
