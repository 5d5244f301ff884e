/** The legacy handshake (basic/lifecycle, Initialization). */

import type { Reply } from '../../model/calls.ts';
import type { CatalogView } from '../../model/catalog.ts';
import type { Era } from '../../model/era.ts';
import type { ServerStatus } from '../../model/status.ts';
import { HIVE_VERSION } from '../../model/version.ts';
import { result } from '../http/message.ts';

export const LATEST_VERSION = '2025-11-25';
/** Every legacy revision; a test holds them as literals. */
export const LEGACY_VERSIONS: readonly string[] = ['2024-11-05', '2025-03-26', '2025-06-18', LATEST_VERSION];

/** The version asked for when we speak it, else the latest: the client then decides whether it can go on. */
export function negotiateVersion(requested: unknown): string {
  return LEGACY_VERSIONS.find((version) => version === requested) ?? LATEST_VERSION;
}

export const SERVER_INFO = { name: 'hive', title: 'Hive', version: HIVE_VERSION } as const;

/**
 * Capabilities cannot grow during a session, while servers come and go: all lists are declared, and so is what servers
 * that are still starting may bring.
 */
export function capabilitiesOf(view: CatalogView, statuses: readonly ServerStatus[], era: Era): object {
  const starting = statuses.some(({ state }) => state === 'pending' || state === 'starting');
  const listChanged = true;
  return {
    ...view.more[era],
    tools: { listChanged },
    resources: { listChanged, ...(view.subscriptions || starting ? { subscribe: true } : {}) },
    prompts: { listChanged },
    ...(view.completions || starting ? { completions: {} } : {}),
    ...(view.logging.length > 0 || starting ? { logging: {} } : {}),
  };
}

export function initializeResult(
  protocolVersion: string,
  view: CatalogView,
  statuses: readonly ServerStatus[],
): Reply {
  return result({
    protocolVersion,
    capabilities: capabilitiesOf(view, statuses, 'legacy'),
    serverInfo: SERVER_INFO,
    ...(view.instructions === undefined ? {} : { instructions: view.instructions }),
  });
}
