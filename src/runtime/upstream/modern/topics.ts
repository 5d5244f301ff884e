/** What a modern server can be asked to tell of one by one, as its subscription filter names it: a resource, or a task. */

import type { CallRequest } from '../../../model/calls.ts';
import { member, stringAt, whole } from '../../../wire/envelope.ts';
import { METHOD } from '../../../wire/methods.ts';

type Field = 'resourceSubscriptions' | 'taskIds';
const FIELDS: readonly Field[] = ['resourceSubscriptions', 'taskIds'];

/** One of them, as text that is the same for the same thing. */
export type Topic = `${Field} ${string}`;

export const topicOf = (field: Field, name: string): Topic => `${field} ${name}`;

export function readTopic(topic: Topic): { readonly field: Field; readonly name: string } {
  const space = topic.indexOf(' ');
  return { field: topic.slice(0, space) as Field, name: topic.slice(space + 1) };
}

/** The members of a filter that name them. */
export function namedIn(topics: Iterable<Topic>): Partial<Record<Field, string[]>> {
  const filter: Partial<Record<Field, string[]>> = {};
  for (const { field, name } of [...topics].map(readTopic)) filter[field] = [...(filter[field] ?? []), name];
  return filter;
}

/** Those that an acknowledgment names: it is taken at its word for the others. */
export function takenOf(
  params: Buffer,
  topics: ReadonlySet<Topic>,
): { readonly taken: ReadonlySet<Topic>; readonly left: ReadonlySet<Topic> } {
  const { notifications } = JSON.parse(params.toString()) as {
    notifications?: Partial<Record<Field, unknown>> | null;
  };
  const named = new Set(
    FIELDS.flatMap((field) => {
      const names = notifications?.[field];
      return Array.isArray(names)
        ? names.filter((name) => typeof name === 'string').map((name) => topicOf(field, name))
        : [];
    }),
  );
  const split = Map.groupBy(topics, (topic) => named.has(topic));
  return { taken: new Set(split.get(true)), left: new Set(split.get(false)) };
}

/** What a request wants to hear of, or no more; undefined for any other request. */
export function wishOf({ method, params }: CallRequest): { topic: Topic; isOn: boolean } | undefined {
  const found = Object.hasOwn(METHODS, method) ? METHODS[method] : undefined;
  if (!found) return undefined;
  const { field, key, isOn } = found;
  const name = (params && stringAt(params, member(params, whole(params), key))) ?? '';
  return { topic: topicOf(field, name), isOn };
}

const METHODS: Readonly<Record<string, { field: Field; key: string; isOn: boolean }>> = {
  [METHOD.RESOURCES_SUBSCRIBE]: { field: 'resourceSubscriptions', key: 'uri', isOn: true },
  [METHOD.RESOURCES_UNSUBSCRIBE]: { field: 'resourceSubscriptions', key: 'uri', isOn: false },
  [METHOD.TASKS_SUBSCRIBE]: { field: 'taskIds', key: 'taskId', isOn: true },
  [METHOD.TASKS_UNSUBSCRIBE]: { field: 'taskIds', key: 'taskId', isOn: false },
};
