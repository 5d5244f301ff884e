/** The gateway's description of itself as an MCP server, in either era. */
import type { CatalogView } from '../../model/catalog.ts';
import type { Era } from '../../model/era.ts';
import type { ServerStatus } from '../../model/status.ts';
import { HIVE_VERSION } from '../../model/text/version.ts';

export const SERVER_INFO = { name: 'hive', title: 'Hive', version: HIVE_VERSION } as const;

/**
 * Capabilities cannot grow during a session, while servers start and stop. All lists are therefore declared,
 * and so is everything that a server which is still starting may bring.
 */
export function capabilitiesOf(view: CatalogView, statuses: readonly ServerStatus[], era: Era): object {
  const isStarting = statuses.some(({ state }) => state === 'pending' || state === 'starting');
  const listChanged = true;
  return {
    ...view.more[era],
    tools: { listChanged },
    resources: { listChanged, ...(view.subscriptions || isStarting ? { subscribe: true } : {}) },
    prompts: { listChanged },
    ...(view.completions || isStarting ? { completions: {} } : {}),
    ...(view.logging.length > 0 || isStarting ? { logging: {} } : {}),
  };
}
