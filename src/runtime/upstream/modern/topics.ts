/** Topics of a modern subscription: single resources and tasks, as its filter names them. */
import type { CallRequest } from '../../../model/calls.ts';
import type { Json } from '../../../model/text/json.ts';
import { member, stringAt, whole } from '../../../wire/envelope.ts';
import { METHOD } from '../../../wire/methods.ts';

type Field = 'resourceSubscriptions' | 'taskIds';
const FIELDS: readonly Field[] = ['resourceSubscriptions', 'taskIds'];

/** Equal text for equal topics. */
export type StreamTopic = `${Field} ${string}`;

export const topicOf = (field: Field, name: string): StreamTopic => `${field} ${name}`;

/** `name` is the URI or the task id. */
export function readTopic(topic: StreamTopic): { readonly field: Field; readonly name: string } {
  const space = topic.indexOf(' ');
  return { field: topic.slice(0, space) as Field, name: topic.slice(space + 1) };
}

/** The members of a filter that name these topics. */
export function namedIn(topics: Iterable<StreamTopic>): Partial<Record<Field, string[]>> {
  const filter: Partial<Record<Field, string[]>> = {};
  for (const { field, name } of [...topics].map(readTopic)) filter[field] = [...(filter[field] ?? []), name];
  return filter;
}

/** Topics that an acknowledgment names (`taken`), and the others. */
export function acknowledgedIn(
  params: Json,
  topics: ReadonlySet<StreamTopic>,
): { readonly taken: ReadonlySet<StreamTopic>; readonly left: ReadonlySet<StreamTopic> } {
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

/** The topic that a request subscribes to or unsubscribes from; undefined for any other request. */
export function topicRequestOf({
  method,
  params,
}: CallRequest): { readonly topic: StreamTopic; readonly isSubscribe: boolean } | undefined {
  const found = Object.hasOwn(METHODS, method) ? METHODS[method] : undefined;
  if (!found) return undefined;
  const { field, key, isSubscribe } = found;
  const name = (params && stringAt(params, member(params, whole(params), key))) ?? '';
  return { topic: topicOf(field, name), isSubscribe };
}

interface TopicMethod {
  readonly field: Field;
  /** Member of the params that names the topic. */
  readonly key: string;
  readonly isSubscribe: boolean;
}

const METHODS: Readonly<Record<string, TopicMethod>> = {
  [METHOD.RESOURCES_SUBSCRIBE]: { field: 'resourceSubscriptions', key: 'uri', isSubscribe: true },
  [METHOD.RESOURCES_UNSUBSCRIBE]: { field: 'resourceSubscriptions', key: 'uri', isSubscribe: false },
  [METHOD.TASKS_SUBSCRIBE]: { field: 'taskIds', key: 'taskId', isSubscribe: true },
  [METHOD.TASKS_UNSUBSCRIBE]: { field: 'taskIds', key: 'taskId', isSubscribe: false },
};
