/** Requests of legacy clients that the gateway answers itself: lists, `ping` and `logging/setLevel`. */
import type { Reply } from '../../model/calls.ts';
import type { CatalogList, CatalogView, ListKind } from '../../model/catalog.ts';
import type { Json } from '../../model/text/json.ts';
import { MCP_LEVELS } from '../../model/watch/log-search.ts';
import { RPC } from '../../wire/codes.ts';
import { METHOD } from '../../wire/methods.ts';
import { type ClientRequest, paramsOf, refusal, result } from '../http/message.ts';
import { ANSWERED_LISTS, type AnsweredList, CURSOR_PROBLEM, hasCursor } from '../shared/lists.ts';
import { severityOf } from '../shared/log-levels.ts';
import type { Session } from './session.ts';

/** Undefined for a method that the gateway does not answer itself. */
export type AnswerLocally = (
  request: ClientRequest,
  session: Session,
  view: CatalogView,
) => Reply | undefined;

/** @param onLogLevel called when a session has set its log level */
export function createLocalAnswers(onLogLevel: (session: Session) => void): AnswerLocally {
  const results = new ListResults();
  return (request, session, view) => {
    const list = ANSWERED_LISTS.get(request.method);
    if (list) {
      if (hasCursor(request)) return refusal(RPC.INVALID_PARAMS, CURSOR_PROBLEM);
      session.due.delete(list.kind);
      return { kind: 'result', json: results.of(list, view.lists[list.kind]) };
    }
    if (request.method === METHOD.PING) return result({});
    return request.method === METHOD.SET_LOG_LEVEL ? setLogLevel(request, session, onLogLevel) : undefined;
  };
}

function setLogLevel(
  request: ClientRequest,
  session: Session,
  onLogLevel: (session: Session) => void,
): Reply {
  const level = severityOf(paramsOf(request).level);
  if (level < 0) return refusal(RPC.INVALID_PARAMS, `level must be one of ${MCP_LEVELS.join(', ')}`);
  session.logLevel = level;
  onLogLevel(session);
  return result({});
}

const TAIL = Buffer.from('}');

/** Every session that connects asks the catalog for the same lists: each result is put together once. */
class ListResults {
  readonly #byKind = new Map<ListKind, WeakMap<CatalogList, Json>>();

  of({ kind, head }: AnsweredList, list: CatalogList): Json {
    const results = this.#byKind.get(kind) ?? new WeakMap<CatalogList, Json>();
    const known = results.get(list);
    if (known) return known;
    const json = Buffer.concat([head, list.json, TAIL]) as Json;
    this.#byKind.set(kind, results.set(list, json));
    return json;
  }
}
