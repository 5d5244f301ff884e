/**
 * The filter of `subscriptions/listen`: which notifications a client asks for (2026-07-28,
 * basic/patterns/subscriptions).
 */
import type { ListKind } from '../../model/catalog.ts';
import { member, type Span, slice } from '../../wire/envelope.ts';
import { META, TASKS_EXTENSION } from '../../wire/modern-names.ts';
import type { Params } from '../shared/era.ts';

export interface ListenFilter {
  readonly toolsListChanged?: boolean;
  readonly promptsListChanged?: boolean;
  readonly resourcesListChanged?: boolean;
  readonly resourceSubscriptions?: readonly string[];
  readonly taskIds?: readonly string[];
}

const LIST_OF_FLAG = {
  toolsListChanged: 'tools',
  promptsListChanged: 'prompts',
  resourcesListChanged: 'resources',
} as const satisfies Record<string, ListKind>;
export type ListFlag = keyof typeof LIST_OF_FLAG;
const FLAGS = Object.keys(LIST_OF_FLAG) as ListFlag[];

/** URIs, or task ids, of one stream. */
export const MAX_TOPICS = 1_000;

/** The filter, or in words why it cannot be read. `span` is the value of `params.notifications`. */
export function readFilter(text: Buffer, span: Span | undefined): ListenFilter | string {
  const filter: unknown = span && JSON.parse(slice(text, span).toString());
  if (typeof filter !== 'object' || filter === null || Array.isArray(filter))
    return 'params.notifications must be an object that names the notifications to send';
  const { resourceSubscriptions: uris = [], taskIds = [], ...flags } = filter as Record<string, unknown>;
  const wrong = FLAGS.find((flag) => flags[flag] !== undefined && typeof flags[flag] !== 'boolean');
  if (wrong) return `params.notifications.${wrong} must be true or false`;
  return (
    problemOf('resourceSubscriptions', uris) ?? problemOf('taskIds', taskIds) ?? (filter as ListenFilter)
  );
}

function problemOf(name: string, list: unknown): string | undefined {
  if (!Array.isArray(list) || !list.every((it) => typeof it === 'string'))
    return `params.notifications.${name} must be an array of strings`;
  return list.length > MAX_TOPICS ? `at most ${MAX_TOPICS} ${name} fit into one request` : undefined;
}

/** The lists whose changes the client asks for. */
export const flagsOf = (filter: ListenFilter): ListFlag[] => FLAGS.filter((flag) => filter[flag] === true);

export const listOf = (flag: ListFlag): ListKind => LIST_OF_FLAG[flag];

/** True if the client of the request has declared the tasks extension. */
export function declaresTasks(text: Buffer, params: Params): boolean {
  const declared = member(text, params.get('_meta'), META.capabilities, 'extensions', TASKS_EXTENSION);
  return declared !== undefined && text[declared.start] === 0x7b;
}

export const TASKS_REQUIRED = 'Missing required client capability: taskIds are of the tasks extension';
export const TASKS_CAPABILITY = { requiredCapabilities: { extensions: { [TASKS_EXTENSION]: {} } } };
