/**
 * Checks the results of modern servers where clients act on them: a client may be asked only for input that
 * it has declared, and only where the protocol allows it (2026-07-28, basic/patterns/mrtr).
 */
import type { Reply } from '../../model/calls.ts';
import type { Json } from '../../model/text/json.ts';
import { RPC } from '../../wire/codes.ts';
import { isObject, member, members, type Span, slice, stringAt, whole } from '../../wire/envelope.ts';
import { errorObject } from '../../wire/message.ts';
import { SAID } from '../../wire/modern-names.ts';
import type { AskableCapabilities } from '../shared/askable.ts';
import { MAY_ASK, notAskable } from '../shared/may-ask.ts';
import type { RequestMeta } from './request-meta.ts';

export type ResultReply = Extract<Reply, { kind: 'result' }>;

const ASKING = SAID.otherType | SAID.inputRequests | SAID.requestState;

/** The JSON-RPC error that the client gets in place of the result; undefined if it may get the result. */
export function resultProblem(
  method: string,
  { json, said = ASKING }: ResultReply,
  declared: Pick<RequestMeta, 'askable' | 'hasExtensions'>,
): Json | undefined {
  // Nearly all results: complete, without any request.
  if ((said & ASKING) === 0 || !isObject(json, whole(json))) return undefined;
  const problem = problemOf(method, json, declared);
  if (problem === undefined) return undefined;
  const message = `the server answered with ${problem}: that is not passed on`;
  return errorObject(RPC.CAPABILITY_MISSING, message, { code: 'SERVER_REFUSED' });
}

function problemOf(
  method: string,
  json: Json,
  { askable, hasExtensions }: Pick<RequestMeta, 'askable' | 'hasExtensions'>,
): string | undefined {
  const all = new Map(members(json, whole(json)).map(({ name, value }) => [name, value]));
  const type = all.has('resultType') ? stringAt(json, all.get('resultType')) : 'complete';
  const requests = all.get('inputRequests');
  if (type === 'input_required') {
    if (!MAY_ASK.has(method)) return `a request for input, during ${method}`;
    return requests && requestsProblem(json, requests, askable);
  }
  if (requests || all.has('requestState')) return `a request for input, in a result of type ${type}`;
  return type === 'complete' || hasExtensions
    ? undefined
    : `a result of type ${type}, which the client lacks`;
}

function requestsProblem(json: Json, requests: Span, askable: AskableCapabilities): string | undefined {
  if (!isObject(json, requests)) return 'requests for input that cannot be read';
  for (const { value } of members(json, requests)) {
    const method = stringAt(json, member(json, value, 'method')) ?? '';
    const params = member(json, value, 'params');
    const problem = notAskable(params ? { method, params: slice(json, params) } : { method }, askable);
    if (problem) return `a request for input: ${problem.message}`;
  }
  return undefined;
}
