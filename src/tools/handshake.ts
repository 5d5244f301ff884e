/** Handshakes of built-in servers in both eras. */
import { LATEST_LEGACY, LEGACY_VERSIONS } from '../model/era.ts';
import { HIVE_VERSION } from '../model/text/version.ts';
import { META, MODERN_VERSION } from '../wire/modern-names.ts';

/** Cache lifetime of lists, which never change during a connection. */
export const LIST_TTL_MS = 3_600_000;

export interface ServerIdentity {
  /** `hive-gateway`. */
  readonly name: string;
  readonly title: string;
  /** Instructions for models, sent with the handshake. */
  readonly instructions: string;
}

/** Result of `server/discover` (2026-07-28, server/discover): JSON text. */
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

/** Result of `initialize` (2025-11-25, basic/lifecycle): JSON text. */
export function initializeResult({ name, title, instructions }: ServerIdentity, requested: unknown): string {
  return JSON.stringify({
    protocolVersion: LEGACY_VERSIONS.find((version) => version === requested) ?? LATEST_LEGACY,
    capabilities: { tools: {} },
    serverInfo: { name, title, version: HIVE_VERSION },
    instructions,
  });
}
