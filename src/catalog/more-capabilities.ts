/** Server capabilities that the gateway passes through unchanged. */
import type { Inventory } from '../model/catalog.ts';
import { isRecord } from '../model/collections/is-record.ts';
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
 * @param passesAll true if there is a single server, and clients may use all that it has
 */
export function moreCapabilities(
  inventories: readonly Inventory[],
  era: Era,
  passesAll = inventories.length === 1,
): Capabilities {
  const sameEra = inventories.filter((it) => (it.era ?? 'legacy') === era);
  const [only] = passesAll ? sameEra : [];
  const others = Object.entries(only?.capabilities ?? {}).filter(([key]) => !OWN.has(key) && key !== 'tasks');
  return {
    ...Object.fromEntries(
      others.flatMap(([key, value]) => (isRecord(value) ? [[key, readable(key, value)]] : [])),
    ),
    ...(era === 'legacy' ? legacyTasks(sameEra) : modernTasks(sameEra, only)),
  };
}

/** Clients refuse the whole handshake because of one extension that is no object. */
function readable(key: string, value: Record<string, unknown>): Record<string, unknown> {
  if (key !== 'extensions' && key !== 'experimental') return value;
  return Object.fromEntries(Object.entries(value).filter(([, settings]) => isRecord(settings)));
}

/** True if the server declares tasks in the form of its era. */
export function runsTasks({ capabilities: { tasks, extensions } }: Inventory): boolean {
  return isRecord(tasks) || (isRecord(extensions) && extensions[TASKS_EXTENSION] !== undefined);
}

function legacyTasks(inventories: readonly Inventory[]): Capabilities {
  const has = inventories.some(({ capabilities }) => isRecord(capabilities.tasks));
  return has ? { tasks: { cancel: {}, requests: { tools: { call: {} } } } } : {};
}

/** A single server's `extensions` are passed through whole, with its tasks. */
function modernTasks(inventories: readonly Inventory[], only: Inventory | undefined): Capabilities {
  const declared = inventories.map(({ capabilities: { extensions } }) =>
    isRecord(extensions) ? extensions[TASKS_EXTENSION] : undefined,
  );
  const tasks = declared.find(isRecord);
  return only || tasks === undefined ? {} : { extensions: { [TASKS_EXTENSION]: tasks } };
}
