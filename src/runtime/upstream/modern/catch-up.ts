/** Notifications about topics whose changes may have been missed while no stream was open. */
import type { Json } from '../../../model/text/json.ts';
import { toJson } from '../../../model/text/json.ts';
import { withoutMembers } from '../../../wire/edit.ts';
import { NOTIFICATION } from '../../../wire/methods.ts';
import type { ModernRequests } from './modern-requests.ts';
import { readTopic, type StreamTopic } from './topics.ts';

const OF_RESULT: ReadonlySet<string> = new Set(['resultType', '_meta']);

/** Announces a resource as changed; asks the server for the state of a task and announces that. */
export function catchUp(
  requests: Pick<ModernRequests, 'task'>,
  topic: StreamTopic,
  notify: (method: string, params: Json) => void,
): void {
  const { field, name } = readTopic(topic);
  if (field === 'resourceSubscriptions') {
    notify(NOTIFICATION.RESOURCE_UPDATED, toJson({ uri: name }));
    return;
  }
  void requests.task(name).reply.then(({ kind, json }) => {
    // The notification carries the result of `tasks/get`, without the members that make it a result
    // (SEP-2663).
    if (kind === 'result') notify(NOTIFICATION.TASK, withoutMembers(json, OF_RESULT));
  });
}
