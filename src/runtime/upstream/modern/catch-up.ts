import { withoutMembers } from '../../../wire/edit.ts';
import { NOTIFICATION } from '../../../wire/methods.ts';
import type { Modern } from './modern.ts';
import { readTopic, type Topic } from './topics.ts';

const OF_RESULT: ReadonlySet<string> = new Set(['resultType', '_meta']);

/** Tells of what may have changed while nobody listened: a resource is said to have, of a task the server knows. */
export function catchUp(
  modern: Pick<Modern, 'task'>,
  topic: Topic,
  tell: (method: string, params: Buffer) => void,
): void {
  const { field, name } = readTopic(topic);
  if (field === 'resourceSubscriptions') {
    tell(NOTIFICATION.RESOURCE_UPDATED, Buffer.from(JSON.stringify({ uri: name })));
    return;
  }
  void modern.task(name).reply.then(({ kind, json }) => {
    if (kind === 'error') return;
    // What the notification carries is what `tasks/get` answers (SEP-2663), but for what makes that a result.
    tell(NOTIFICATION.TASK, withoutMembers(json, OF_RESULT));
  });
}
