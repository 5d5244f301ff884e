/**
 * Calls of legacy clients to modern servers. If the server asks for input within its answer
 * (`input_required`), the client gets the questions as requests, and the call is repeated with its answers
 * (2026-07-28, basic/patterns/mrtr).
 */
import { randomUUID } from 'node:crypto';
import { GatewayError } from '../../../errors.ts';
import type { AskCaller, Call, CallRequest, Reply } from '../../../model/calls.ts';
import type { Json } from '../../../model/text/json.ts';
import { jsonText } from '../../../model/text/json.ts';
import { RPC } from '../../../wire/codes.ts';
import { member, members, slice, stringAt, whole } from '../../../wire/envelope.ts';
import { METHOD } from '../../../wire/methods.ts';
import { cancelReply } from '../requests/call-errors.ts';
import { errorMessage, failure } from '../requests/failures.ts';
import { appended } from './meta.ts';
import { resultTypeOf } from './result-type.ts';

/** Bounds a server that keeps asking. */
const MAX_ROUNDS = 8;
const MAX_QUESTIONS_PER_ROUND = 32;

export interface RoundsOptions {
  readonly serverName: string;
  /** Absent for a caller that cannot be asked. */
  readonly ask: AskCaller | undefined;
  /** Sends one round; `params` already carry the envelope. */
  readonly exchange: (request: CallRequest) => Call;
  /** Keeps the call in flight while its client answers and the server waits for nothing. */
  readonly whileAsking: <T>(work: () => Promise<T>) => Promise<T>;
}

/** Requests that a server may make within an answer. */
const ASKABLE: ReadonlySet<string> = new Set([METHOD.ELICIT, METHOD.SAMPLE, METHOD.ROOTS_LIST]);

export function callInRounds(options: RoundsOptions, request: CallRequest): Call {
  const abort = new AbortController();
  let reason: string | undefined;
  let current: Call;
  const send = (params: Json | undefined): Promise<Reply> => {
    current = options.exchange({ ...request, ...(params ? { params } : {}) });
    return current.reply;
  };
  const run = async (): Promise<Reply> => {
    let reply = await send(request.params);
    for (let round = 1; asksForInput(reply); round++) {
      if (round > MAX_ROUNDS)
        return askFailed(options.serverName, `it asked again after ${MAX_ROUNDS} rounds`);
      const answers = await options.whileAsking(() => answersTo(options, reply.json, abort.signal));
      if (reason !== undefined) return cancelReply(options.serverName, reason);
      if ('kind' in answers) return answers;
      // Always from the first params: answers count for the next round only.
      const { kind, json } = await send(
        withAnswers(request.params ?? jsonText('{}'), reply.json, answers.json),
      );
      // Without `isUndone`: an earlier round may have done something, whatever this reply claims.
      reply = { kind, json };
    }
    return reply;
  };
  const reply = run();
  return {
    reply,
    cancel(why = 'cancelled') {
      reason ??= why;
      abort.abort();
      current.cancel(why);
    },
  };
}

const asksForInput = ({ kind, json }: Reply): boolean =>
  kind === 'result' && resultTypeOf(json)?.type === 'input_required';

/** Asks all questions of a round at once. The first one that stays unanswered fails the call. */
async function answersTo(
  { serverName, ask }: RoundsOptions,
  result: Json,
  signal: AbortSignal,
): Promise<{ readonly json: Json } | Reply> {
  const requests = member(result, whole(result), 'inputRequests');
  const questions = requests ? members(result, requests) : [];
  if (questions.length > MAX_QUESTIONS_PER_ROUND)
    return askFailed(serverName, `it asks more than ${MAX_QUESTIONS_PER_ROUND} things at once`);
  let failed: Reply | undefined;
  // A failed question ends the call: its client must not go on answering the others.
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  const answer = async (method: string, params: Json | undefined): Promise<Buffer> => {
    const reply = ASKABLE.has(method)
      ? await ask?.(method, withElicitationId(method, params), either)
      : undefined;
    if (reply?.kind === 'result') return reply.json;
    const why = reply ? errorMessage(reply.json) : 'nobody can be asked for it';
    failed ??= askFailed(serverName, `${method} was not answered: ${why}`);
    stop.abort();
    return NOTHING;
  };
  const parts = await Promise.all(
    questions.map(async ({ name, value }) => {
      const method = stringAt(result, member(result, value, 'method')) ?? '';
      const params = member(result, value, 'params');
      return `${JSON.stringify(name)}:${await answer(method, params && slice(result, params))}`;
    }),
  );
  return failed ?? { json: jsonText(`{${parts.join(',')}}`) };
}

const NOTHING = Buffer.alloc(0);

/** Adds the id that a URL elicitation has in the legacy era. */
function withElicitationId(method: string, params: Json | undefined): Json | undefined {
  if (method !== METHOD.ELICIT || !params) return params;
  const all = whole(params);
  const isUrl = stringAt(params, member(params, all, 'mode')) === 'url';
  if (!isUrl || member(params, all, 'elicitationId')) return params;
  return appended(params, all, Buffer.from(`"elicitationId":"${randomUUID()}"`));
}

/** `params` for the next round. `requestState` goes back in the server's own bytes, if it sent one. */
function withAnswers(params: Json, result: Json, answers: Json): Json {
  const all = whole(result);
  const asked = member(result, all, 'inputRequests');
  const state = member(result, all, 'requestState');
  const parts = [
    ...(asked ? [Buffer.concat([Buffer.from('"inputResponses":'), answers])] : []),
    ...(state ? [Buffer.concat([Buffer.from('"requestState":'), slice(result, state)])] : []),
  ];
  return parts.reduce((text, part) => appended(text, whole(text), part), params);
}

function askFailed(serverName: string, why: string): Reply {
  const what = `${serverName} wanted something of the client, and ${why}`;
  return failure(RPC.ASK_FAILED, new GatewayError('SERVER_REFUSED', what, {}));
}
