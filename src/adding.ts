/** Joins the servers that are added at run time to the loop, which does with them as with all others. */
import type { AddedStore } from './added/added-store.ts';
import { RunningAdded } from './added/running-added.ts';
import type { CurrentStack } from './current-stack.ts';
import { GatewayError } from './errors.ts';
import type { AddedServers, PutOptions } from './model/added/added.ts';
import type { Clock } from './model/clock.ts';
import { defined } from './model/collections/defined.ts';
import type { Engine } from './model/engine.ts';
import type { Reload } from './reload.ts';
import type { Logs } from './runtime/memory/logs.ts';
import type { Runtime } from './runtime/runtime.ts';
import { afterRuns } from './scheduling.ts';
import type { Shown } from './shown.ts';

export interface AddingParts {
  readonly addedStore: AddedStore;
  readonly stack: CurrentStack;
  readonly engine: Engine | undefined;
  readonly runtime: Pick<Runtime, 'board' | 'outcome' | 'quiet'>;
  readonly reload: Pick<Reload, 'engine' | 'plan' | 'readAgain'>;
  readonly logs: Pick<Logs, 'add'>;
  readonly clock: Clock;
}

/** The caller must close the result. */
export function createAdding(parts: AddingParts): RunningAdded {
  const { addedStore, stack, engine, runtime, reload, logs, clock } = parts;
  return new RunningAdded({
    store: addedStore,
    runtime,
    clock,
    engine,
    engineState: () => reload.engine,
    stack: () => stack.desired.stack,
    refusal: () => refusalOf(stack),
    read: async (added) => (await stack.read(undefined, added)).stack,
    plan: (added) => reload.plan(undefined, added),
    readAgain: (cause) => reload.readAgain(cause),
    published: afterRuns,
    note: (serverName, text) => logs.add(serverName, 'hive', text),
  });
}

/** An edit that is refused keeps everything from being applied that came with it. */
function refusalOf({ troubles }: CurrentStack): GatewayError | undefined {
  const edit = troubles.find(({ about }) => about === 'edit');
  if (!edit) return undefined;
  const { reason, hint, place } = edit;
  return new GatewayError('CONFIG_INVALID', `the files of the stack have a problem: ${reason}`, {
    hint,
    place,
  });
}

/** Answers without secrets. */
export function shownAdded(
  added: AddedServers,
  { text, error }: Pick<Shown, 'text' | 'error'>,
): AddedServers {
  const orShownError = <T>(answer: Promise<T>): Promise<T> =>
    answer.catch((thrown: unknown) => {
      throw error(thrown);
    });
  return {
    all: () => added.all(),
    async put(server, options) {
      const progress: PutOptions['progress'] = ({ message, ...report }) =>
        options.progress({ ...report, ...defined({ message: message && text(message) }) });
      try {
        return await added.put(server, { ...options, progress });
      } catch (thrown) {
        options.signal.throwIfAborted();
        throw error(thrown);
      }
    },
    remove: (serverNames, options) => orShownError(added.remove(serverNames, options)),
    plan: (server) => orShownError(added.plan(server).then(text)),
  };
}
