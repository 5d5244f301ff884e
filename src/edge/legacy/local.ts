/** Requests that the gateway answers itself. */

import type { Reply } from '../../model/calls.ts';
import type { CatalogList, CatalogView } from '../../model/catalog.ts';
import { RPC } from '../../wire/codes.ts';
import { METHOD } from '../../wire/methods.ts';
import { type ClientRequest, paramsOf, refusal, result } from '../http/message.ts';
import { ANSWERED_LISTS, CURSOR_PROBLEM, hasCursor } from '../shared/lists.ts';
import { LOG_LEVELS, type LogLevel } from '../shared/log-levels.ts';
import type { Session } from './sessions.ts';

const TAIL = Buffer.from('}');

/** Undefined for a method that is not answered here. */
export function answerLocally(
  request: ClientRequest,
  session: Session,
  view: CatalogView,
): Reply | undefined {
  if (ANSWERED_LISTS.has(request.method)) return list(request, session, view);
  if (request.method === METHOD.PING) return result({});
  if (request.method === METHOD.SET_LOG_LEVEL) return setLevel(request, session);
  return undefined;
}

function list(request: ClientRequest, session: Session, view: CatalogView): Reply | undefined {
  const list = ANSWERED_LISTS.get(request.method);
  if (!list) return undefined;
  if (hasCursor(request)) return refusal(RPC.INVALID_PARAMS, CURSOR_PROBLEM);
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
  if (level < 0) return refusal(RPC.INVALID_PARAMS, `level must be one of ${LOG_LEVELS.join(', ')}`);
  session.logLevel = level;
  session.hasLogLevel = true;
  return result({});
}
