/** What servers can that the gateway has no hand in. */
import type { Inventory } from '../model/catalog.ts';
import type { Era } from '../model/era.ts';
import { TASKS_EXTENSION } from '../wire/modern-names.ts';

/** Those that the gateway declares by itself, from what it merges. */
const OWN: ReadonlySet<string> = new Set(['tools', 'resources', 'prompts', 'completions', 'logging']);

type Capabilities = Readonly<Record<string, unknown>>;

/**
 * To clients of one era, of servers of that era: across eras these mean other things (SEP-2663). With one server everything it
 * declares; with several only tasks, whose ids tell whose they are. Lists of tasks would show those of other clients.
 */
export function moreCapabilities(inventories: readonly Inventory[], era: Era): Capabilities {
  const same = inventories.filter((it) => (it.era ?? 'legacy') === era);
  const [only] = inventories.length === 1 ? same : [];
  const others = Object.entries(only?.capabilities ?? {}).filter(([key]) => !OWN.has(key) && key !== 'tasks');
  return {
    ...Object.fromEntries(others),
    ...(era === 'legacy' ? legacyTasks(same) : modernTasks(same, only)),
  };
}

/** In the form of its own era. */
export function runsTasks({ capabilities: { tasks, extensions } }: Inventory): boolean {
  return isObject(tasks) || (isObject(extensions) && extensions[TASKS_EXTENSION] !== undefined);
}

function legacyTasks(inventories: readonly Inventory[]): Capabilities {
  const has = inventories.some(({ capabilities }) => isObject(capabilities.tasks));
  return has ? { tasks: { cancel: {}, requests: { tools: { call: {} } } } } : {};
}

function modernTasks(inventories: readonly Inventory[], only: Inventory | undefined): Capabilities {
  const declared = inventories.map(({ capabilities: { extensions } }) =>
    isObject(extensions) ? extensions[TASKS_EXTENSION] : undefined,
  );
  const tasks = declared.find((it) => it !== undefined);
  return only || tasks === undefined ? {} : { extensions: { [TASKS_EXTENSION]: tasks } };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
