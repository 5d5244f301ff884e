/**
 * A legacy client on a modern server: what the server asks within its answer (`input_required`) is asked of the client as requests, and
 * the call is made again with what it says (2026-07-28, basic/patterns/mrtr).
 */

import { randomUUID } from 'node:crypto';
import { GatewayError } from '../../../errors.ts';
import type { AskCaller, Call, CallRequest, Reply } from '../../../model/calls.ts';
import { RPC } from '../../../wire/codes.ts';
import { member, members, slice, stringAt, whole } from '../../../wire/envelope.ts';
import { METHOD } from '../../../wire/methods.ts';
import { cancelReply } from '../requests/call-errors.ts';
import { errorMessage, failure } from '../requests/failures.ts';
import { appended } from './meta.ts';
import { resultTypeOf } from './result-type.ts';

/** A server that never has enough must not go on for ever. */
const MAX_ROUNDS = 8;
/** Questions of one round. */
const MAX_QUESTIONS = 32;

export interface RoundsOptions {
  readonly serverName: string;
  /** Without it nobody can be asked. */
  readonly ask: AskCaller | undefined;
  /** One exchange with the server; the envelope is in `params` already. */
  readonly exchange: (request: CallRequest) => Call;
  /** The server waits for nothing meanwhile, but somebody does: it is still a call in flight. */
  readonly whileAsking: <T>(work: () => Promise<T>) => Promise<T>;
}

/** What a client may be asked within an answer. */
const ASKABLE: ReadonlySet<string> = new Set([METHOD.ELICIT, METHOD.SAMPLE, METHOD.ROOTS_LIST]);

export function callInRounds(options: RoundsOptions, request: CallRequest): Call {
  const abort = new AbortController();
  let reason: string | undefined;
  let under: Call;
  const send = (params: Buffer | undefined): Promise<Reply> => {
    under = options.exchange({ ...request, ...(params ? { params } : {}) });
    return under.reply;
  };
  const run = async (): Promise<Reply> => {
    let reply = await send(request.params);
    for (let round = 1; asksBack(reply); round++) {
      if (round > MAX_ROUNDS)
        return askFailed(options.serverName, `it asked again after ${MAX_ROUNDS} rounds`);
      const answers = await options.whileAsking(() => answersTo(options, reply.json, abort.signal));
      if (reason !== undefined) return cancelReply(options.serverName, reason);
      if ('kind' in answers) return answers;
      // Always the first params: what was said in one round counts in the next one only.
      const { kind, json } = await send(
        withAnswers(request.params ?? Buffer.from('{}'), reply.json, answers.json),
      );
      // Whatever is said of this round, an earlier one may have done something.
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
      under.cancel(why);
    },
  };
}

const asksBack = ({ kind, json }: Reply): boolean =>
  kind === 'result' && resultTypeOf(json)?.type === 'input_required';

/** All questions at once; the first that stays unanswered fails the call. */
async function answersTo(
  { serverName, ask }: RoundsOptions,
  result: Buffer,
  signal: AbortSignal,
): Promise<{ readonly json: Buffer } | Reply> {
  const requests = member(result, whole(result), 'inputRequests');
  const questions = requests ? members(result, requests) : [];
  if (questions.length > MAX_QUESTIONS)
    return askFailed(serverName, `it asks more than ${MAX_QUESTIONS} things at once`);
  let failed: Reply | undefined;
  // One that fails ends the call: nobody should go on thinking about the others.
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  const answer = async (method: string, params: Buffer | undefined): Promise<Buffer> => {
    const can = ask && ASKABLE.has(method);
    const reply = can ? await ask(method, legacyParams(method, params), either) : undefined;
    if (reply?.kind === 'result') return reply.json;
    failed ??= askFailed(
      serverName,
      `${method} was not answered: ${reply ? errorMessage(reply.json) : 'nobody can be asked for it'}`,
    );
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
  return failed ?? { json: Buffer.from(`{${parts.join(',')}}`) };
}

const NOTHING = Buffer.alloc(0);

/** A URL elicitation had an id in the legacy era, by which its end could be told. */
function legacyParams(method: string, params: Buffer | undefined): Buffer | undefined {
  if (method !== METHOD.ELICIT || !params) return params;
  const all = whole(params);
  const isUrl = stringAt(params, member(params, all, 'mode')) === 'url';
  if (!isUrl || member(params, all, 'elicitationId')) return params;
  return appended(params, all, Buffer.from(`"elicitationId":"${randomUUID()}"`));
}

/** `requestState` goes back in the server's own bytes, or not at all where it sent none. */
function withAnswers(params: Buffer, result: Buffer, answers: Buffer): Buffer {
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
  const error = new GatewayError(
    'SERVER_REFUSED',
    `${serverName} wanted something of the client, and ${why}`,
    {},
  );
  return failure(RPC.ASK_FAILED, error);
}
