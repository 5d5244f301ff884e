/** News of tasks on listen streams (extension io.modelcontextprotocol/tasks, Task Status Notifications): for whoever began the task. */

import type { CallServer, ServerNotification } from '../../model/calls.ts';
import type { CatalogView } from '../../model/catalog.ts';
import { isObject, member, type Span, stringAt, whole } from '../../wire/envelope.ts';
import { METHOD } from '../../wire/methods.ts';
import { META, TASKS_EXTENSION } from '../../wire/modern-names.ts';
import type { Params } from '../shared/era.ts';
import type { Tasks } from '../shared/tasks.ts';
import type { Listen } from './listen-streams.ts';

export interface TaskNewsDeps {
  readonly call: CallServer;
  readonly tasks: Tasks;
  readonly all: () => Iterable<Listen>;
}

export interface TaskNews {
  /** Asks the servers of those tasks that this client began, each once; `taken` gets those that they will tell of. */
  subscribe(listen: Listen, view: CatalogView, taskIds: readonly string[], taken: Set<string>): Promise<void>;
  tell(notification: ServerNotification): void;
  /** The stream is over. */
  end(listen: Listen): void;
}

const requestOf = (method: string, taskId: string) => ({
  method,
  params: Buffer.from(JSON.stringify({ taskId })),
});

export function createTaskNews({ call, tasks, all }: TaskNewsDeps): TaskNews {
  const isWanted = (taskId: string, serverName: string): boolean =>
    [...all()].some((listen) => listen.tasks.get(taskId) === serverName);

  function end(listen: Listen): void {
    const held = [...listen.tasks];
    listen.tasks.clear();
    for (const [taskId, serverName] of held)
      if (!isWanted(taskId, serverName))
        call(serverName, requestOf(METHOD.TASKS_UNSUBSCRIBE, taskId), listen.caller);
  }

  return {
    end,
    async subscribe(listen, view, taskIds, taken) {
      const asked = [...new Set(taskIds)].map(async (taskId): Promise<void> => {
        const serverName = tasks.serverOf(listen.caller.principal, taskId);
        if (serverName === undefined || !view.servers.includes(serverName)) return;
        // News may come together with the answer.
        listen.tasks.set(taskId, serverName);
        const { reply } = call(serverName, requestOf(METHOD.TASKS_SUBSCRIBE, taskId), listen.caller);
        if ((await reply).kind === 'error') listen.tasks.delete(taskId);
        else taken.add(taskId);
      });
      await Promise.all(asked);
    },
    tell({ serverName, method, params }) {
      const taskId = params && stringAt(params, member(params, whole(params), 'taskId'));
      if (taskId === undefined) return;
      for (const listen of all()) if (listen.tasks.get(taskId) === serverName) listen.tell(method, params);
    },
  };
}

/** Whether the client of a request has declared that it knows what a task is. */
export function knowsTasks(text: Buffer, params: Params): boolean {
  const meta: Span | undefined = params.get('_meta');
  const declared = member(text, meta, META.capabilities, 'extensions', TASKS_EXTENSION);
  return declared !== undefined && isObject(text, declared);
}
