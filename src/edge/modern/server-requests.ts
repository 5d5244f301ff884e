/** What a server asks its client within one call of the modern era, until the client has come back with the answers. */

import type { Reply, ServerRequest } from '../../model/calls.ts';
import { RPC } from '../../wire/codes.ts';
import { isObject, member, slice } from '../../wire/envelope.ts';
import { onOneLine } from '../../wire/one-line.ts';
import { refusal } from '../http/message.ts';
import type { Params } from '../shared/era.ts';
import { MAY_ASK, type NotAskable, notAskable } from '../shared/may-ask.ts';
import type { AskableCapabilities } from '../shared/request-meta.ts';
import type { Asked } from './input-requests.ts';
import type { ModernRequest } from './request.ts';

/** Of one call at once. */
const MAX_ASKED = 100;

/** By the key under which the client sees each. */
export type Questions = Map<string, Asked>;

const noWay = (message: string): NotAskable => ({ code: RPC.METHOD_NOT_FOUND, message });

/** Why it cannot be asked; `incoming` is of the client whose call it is, undefined where that has gone. */
export function askProblem(
  questions: Questions,
  incoming: ModernRequest | undefined,
  request: ServerRequest,
): NotAskable | undefined {
  if (!incoming || request.signal.aborted) return noWay('the client has gone');
  if (!MAY_ASK.has(incoming.request.method))
    return noWay(
      `Method not found: ${request.method} (${incoming.request.method} cannot ask its client back)`,
    );
  const isFull = questions.size >= MAX_ASKED;
  if (isFull) return noWay(`the client has ${MAX_ASKED} requests to answer already`);
  return notAskable(request, incoming.meta.asks);
}

/** Resolves with what the client says, or why it does not. */
export function put(
  questions: Questions,
  key: string,
  { method, params, signal }: ServerRequest,
): Promise<Reply> {
  const { promise, resolve } = Promise.withResolvers<Reply>();
  questions.set(key, { method, params, resolve });
  signal.addEventListener('abort', () => refuse(questions, key, noWay('the server has withdrawn it')));
  return promise;
}

/** Hands over what the retry brought; what it did not bring is asked again, if this client can still be. */
export function answerAll(
  questions: Questions,
  text: Buffer,
  params: Params,
  asks: AskableCapabilities,
): void {
  const responses = params.get('inputResponses');
  for (const [key, asked] of questions) {
    const span = member(text, responses, key);
    if (!span || !isObject(text, span)) {
      refuse(questions, key, notAskable(withParams(asked), asks));
      continue;
    }
    questions.delete(key);
    asked.resolve({ kind: 'result', json: onOneLine(slice(text, span)) });
  }
}

const withParams = ({ method, params }: Asked) => (params ? { method, params } : { method });

export function refuseAll(questions: Questions, why: string): void {
  for (const key of questions.keys()) refuse(questions, key, noWay(why));
}

/** Nothing where there is no reason to. */
function refuse(questions: Questions, key: string, why: NotAskable | undefined): void {
  if (!why) return;
  const asked = questions.get(key);
  questions.delete(key);
  asked?.resolve(refusal(why.code, why.message));
}
