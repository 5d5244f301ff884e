/** Requests that the gateway answers itself. */
import type { CatalogList, CatalogView, ListKind } from '../../model/catalog.ts';
import type { Reply } from '../../model/ports.ts';
import { isNull, member } from '../../wire/envelope.ts';
import { type ClientRequest, ERROR, paramsOf, refusal, result } from '../http/message.ts';
import type { Session } from './sessions.ts';

/** RFC 5424 severities, least severe first (server/utilities/logging). */
export const LOG_LEVELS = [
  'debug',
  'info',
  'notice',
  'warning',
  'error',
  'critical',
  'alert',
  'emergency',
] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export const LISTS: Readonly<Record<string, { kind: ListKind; head: Buffer }>> = {
  'tools/list': { kind: 'tools', head: Buffer.from('{"tools":') },
  'resources/list': { kind: 'resources', head: Buffer.from('{"resources":') },
  'resources/templates/list': { kind: 'templates', head: Buffer.from('{"resourceTemplates":') },
  'prompts/list': { kind: 'prompts', head: Buffer.from('{"prompts":') },
};
const TAIL = Buffer.from('}');

/** Undefined for a method that is not answered here. */
export function answerLocally(
  request: ClientRequest,
  session: Session,
  view: CatalogView,
): Reply | undefined {
  if (Object.hasOwn(LISTS, request.method)) return list(request, session, view);
  if (request.method === 'ping') return result({});
  if (request.method === 'logging/setLevel') return setLevel(request, session);
  return undefined;
}

export const CURSOR_PROBLEM = 'Invalid cursor: lists are answered whole, in one page';

/** Lists come whole in one page, so no cursor is ever ours. */
export function hasCursor({ text, params }: ClientRequest): boolean {
  const cursor = member(text, params, 'cursor');
  return cursor !== undefined && !isNull(text, cursor);
}

function list(request: ClientRequest, session: Session, view: CatalogView): Reply | undefined {
  const list = LISTS[request.method];
  if (!list) return undefined;
  if (hasCursor(request)) return refusal(ERROR.invalidParams, CURSOR_PROBLEM);
  session.due.delete(list.kind);
  return { kind: 'result', json: resultOf(list.head, view.lists[list.kind]) };
}

/** A catalog is asked for the same lists by every session that connects: each result is put together once. */
const made = new WeakMap<Buffer, WeakMap<CatalogList, Buffer>>();

function resultOf(head: Buffer, list: CatalogList): Buffer {
  const ofHead = made.get(head) ?? new WeakMap<CatalogList, Buffer>();
  const json = ofHead.get(list) ?? Buffer.concat([head, list.json, TAIL]);
  made.set(head, ofHead.set(list, json));
  return json;
}

function setLevel(request: ClientRequest, session: Session): Reply {
  const level = LOG_LEVELS.indexOf(paramsOf(request).level as LogLevel);
  if (level < 0) return refusal(ERROR.invalidParams, `level must be one of ${LOG_LEVELS.join(', ')}`);
  session.logLevel = level;
  session.hasLogLevel = true;
  return result({});
}
