/** Server capabilities that the gateway passes through unchanged. */
import type { Inventory } from '../model/catalog.ts';
import type { Era } from '../model/era.ts';
import { TASKS_EXTENSION } from '../wire/modern-names.ts';

/** Capabilities that the gateway declares itself, from what it merges. */
const OWN: ReadonlySet<string> = new Set(['tools', 'resources', 'prompts', 'completions', 'logging']);

type Capabilities = Readonly<Record<string, unknown>>;

/**
 * Capabilities that clients of an era get from servers of that era; across eras the same names mean different
 * things (SEP-2663). From a single server everything it declares is passed through; from several only tasks
 * are, since a task id shows which server owns the task. `tasks.list` is never passed through: it would show
 * the tasks of other clients.
 */
export function moreCapabilities(inventories: readonly Inventory[], era: Era): Capabilities {
  const sameEra = inventories.filter((it) => (it.era ?? 'legacy') === era);
  const [only] = inventories.length === 1 ? sameEra : [];
  const others = Object.entries(only?.capabilities ?? {}).filter(([key]) => !OWN.has(key) && key !== 'tasks');
  return {
    ...Object.fromEntries(others),
    ...(era === 'legacy' ? legacyTasks(sameEra) : modernTasks(sameEra, only)),
  };
}

/** True if the server declares tasks in the form of its era. */
export function runsTasks({ capabilities: { tasks, extensions } }: Inventory): boolean {
  return isObject(tasks) || (isObject(extensions) && extensions[TASKS_EXTENSION] !== undefined);
}

function legacyTasks(inventories: readonly Inventory[]): Capabilities {
  const has = inventories.some(({ capabilities }) => isObject(capabilities.tasks));
  return has ? { tasks: { cancel: {}, requests: { tools: { call: {} } } } } : {};
}

/** A single server's `extensions` are passed through whole, with its tasks. */
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
