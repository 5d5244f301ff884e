/** How a built-in server introduces itself in each era. */
import { HIVE_VERSION } from '../model/version.ts';
import { META, MODERN_VERSION } from '../wire/modern-names.ts';

/** Lists of built-in servers are fixed while a connection lasts; a gateway asks again after an hour at most. */
export const LIST_TTL_MS = 3_600_000;

const OLDEST_LEGACY = '2024-11-05';
const NEWEST_LEGACY = '2025-11-25';

export interface ServerIdentity {
  /** `hive-gateway`. */
  readonly name: string;
  readonly title: string;
  /** Told to models with the server's tools. */
  readonly instructions: string;
}

/** JSON text of the result of `server/discover` (2026-07-28, server/discover). */
export function discoverResult({ name, title, instructions }: ServerIdentity): string {
  return JSON.stringify({
    resultType: 'complete',
    supportedVersions: [MODERN_VERSION],
    capabilities: { tools: {} },
    instructions,
    ttlMs: LIST_TTL_MS,
    cacheScope: 'public',
    _meta: { [META.serverInfo]: { name, title, version: HIVE_VERSION } },
  });
}

/** JSON text of the result of `initialize` (2025-11-25, basic/lifecycle). */
export function initializeResult({ name, title, instructions }: ServerIdentity, requested: unknown): string {
  return JSON.stringify({
    protocolVersion: isLegacyVersion(requested) ? requested : NEWEST_LEGACY,
    capabilities: { tools: {} },
    serverInfo: { name, title, version: HIVE_VERSION },
    instructions,
  });
}

const isLegacyVersion = (version: unknown): boolean =>
  typeof version === 'string' &&
  /^\d{4}-\d\d-\d\d$/.test(version) &&
  version >= OLDEST_LEGACY &&
  version <= NEWEST_LEGACY;
