/** POST: one message from a client (or, in 2025-03-26, a batch of them), answered on the same request. */

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Principal } from '../model/caller.ts';
import type { Reply } from '../model/calls.ts';
import { RPC } from '../wire/codes.ts';
import { METHOD } from '../wire/methods.ts';
import { MODERN_VERSION } from '../wire/modern-names.ts';
import { BATCH_SIZE_PROBLEM, isBatch, joinBatch, splitBatch } from './http/batch.ts';
import { readBody } from './http/body.ts';
import { createExchange, type Exchange, sendJson } from './http/exchange.ts';
import { postRefusal } from './http/guard.ts';
import {
  type ClientMessage,
  type ClientRequest,
  errorResponse,
  PARSE_PROBLEM,
  readMessage,
  responseText,
} from './http/message.ts';
import { refuse, refuseBody } from './http/refuse.ts';
import { beginSession } from './legacy/begin-session.ts';
import { answer, answerInitialize, take } from './legacy/legacy.ts';
import { isPrimed, type Resumptions } from './legacy/resumptions.ts';
import { settleAsk } from './legacy/server-requests.ts';
import { isSpoken, sessionOf } from './legacy/session-header.ts';
import type { Session } from './legacy/sessions.ts';
import { handleModern, type ModernDeps } from './modern/modern.ts';
import { claimed, namesModern } from './shared/era.ts';

export interface PostDeps extends ModernDeps {
  readonly resumptions: Resumptions;
  /** Bytes. */
  readonly bodyLimit: number;
}

/** One POST to the endpoint of `scope`, from its headers to the end of the answer. */
export async function handlePost(
  deps: PostDeps,
  request: IncomingMessage,
  response: ServerResponse,
  scope: string,
  principal: Principal,
): Promise<void> {
  const wrong = postRefusal(request);
  if (wrong) return refuse(response, wrong.status, RPC.SERVER_ERROR, wrong.message);
  const body = await readBody(request, deps.bodyLimit);
  if (body.kind !== 'whole') return refuseBody(response, body, deps.bodyLimit);
  const { bytes } = body;
  if (isBatch(bytes)) return handleBatch(deps, request, response, scope, principal, bytes);
  const message = readMessage(bytes);
  if (message.kind === 'invalid') return sendJson(response, 400, message.error);
  const params = claimed(message);
  if (params || namesModern(request.headers))
    return handleModern(deps, request, response, scope, principal, message, params);
  if (!isSpoken(request, response)) return;
  if (message.kind === 'request' && message.method === METHOD.INITIALIZE)
    return handleInitialize(deps, response, scope, message, principal);
  const session = sessionOf(deps.sessions, request, response, scope, principal, idOf(message));
  if (!session) return;
  if (message.kind === 'request') return await handleRequest(deps, response, session, message);
  if (message.kind === 'notification') take(deps, message, session);
  if (message.kind === 'response') settleAsk(session, message.id, message.reply);
  accept(response);
}

const idOf = (message: ClientMessage): Buffer | undefined =>
  message.kind === 'request' ? message.id : undefined;

/** Notifications and responses get no answer (transports, Sending Messages to the Server). */
function accept(response: ServerResponse): void {
  response.writeHead(202, { 'content-length': 0 }).end();
}

function handleInitialize(
  deps: PostDeps,
  response: ServerResponse,
  scope: string,
  request: ClientRequest,
  principal: string,
): void {
  const session = beginSession(deps.sessions, scope, request, principal);
  if (!session) {
    refuse(response, 503, RPC.SERVER_ERROR, 'too many sessions are open', request.id);
    return;
  }
  const reply = answerInitialize(deps, session);
  sendJson(response, 200, responseText(request.id, reply), { 'mcp-session-id': session.caller.sessionId });
}

function handleRequest(
  deps: PostDeps,
  response: ServerResponse,
  session: Session,
  request: ClientRequest,
): void | Promise<void> {
  const open = () => deps.resumptions.answer(session, response, request.id);
  const exchange = createExchange(response, open, isPrimed(session));
  const reply = answer(deps, request, session, exchange);
  const finish = (settled: Reply): void => exchange.finish(responseText(request.id, settled));
  return reply instanceof Promise ? waiting(deps, exchange, reply, finish) : finish(reply);
}

async function waiting<T>(
  { keepAlive }: PostDeps,
  exchange: Exchange,
  reply: Promise<T>,
  finish: (settled: T) => void,
): Promise<void> {
  const release = keepAlive.watch(exchange);
  try {
    finish(await reply);
  } finally {
    release();
  }
}

async function handleBatch(
  deps: PostDeps,
  request: IncomingMessage,
  response: ServerResponse,
  scope: string,
  principal: Principal,
  text: Buffer,
): Promise<void> {
  const parts = splitBatch(text);
  if (parts === 'parse') return refuse(response, 400, RPC.PARSE_ERROR, PARSE_PROBLEM);
  if (parts === 'size') return refuse(response, 400, RPC.INVALID_REQUEST, BATCH_SIZE_PROBLEM);
  const messages = parts.map(readMessage);
  if (namesModern(request.headers) || messages.some(claimed))
    return refuse(response, 400, RPC.INVALID_REQUEST, `${MODERN_VERSION} has no batches: send one message`);
  if (!isSpoken(request, response)) return;
  const session = sessionOf(deps.sessions, request, response, scope, principal);
  if (!session) return;
  if (session.protocolVersion !== BATCH_VERSION)
    return refuse(
      response,
      400,
      RPC.INVALID_REQUEST,
      `${session.protocolVersion} has no batches: send one message`,
    );
  const exchange = createExchange(response, () => deps.resumptions.answer(session, response));
  const answers = messages
    .map((message) => answerPart(deps, session, exchange, message))
    .filter((answer) => answer !== undefined);
  if (answers.length === 0) return accept(response);
  await waiting(deps, exchange, Promise.all(answers), (all) => exchange.finish(joinBatch(all)));
}

const BATCH_VERSION = '2025-03-26';

type ResponseText = readonly Buffer[];

/** Undefined for what gets no answer. */
function answerPart(
  deps: PostDeps,
  session: Session,
  exchange: Exchange,
  message: ClientMessage,
): ResponseText | Promise<ResponseText> | undefined {
  if (message.kind === 'invalid') return message.error;
  if (message.kind === 'notification') take(deps, message, session);
  if (message.kind === 'response') settleAsk(session, message.id, message.reply);
  if (message.kind !== 'request') return undefined;
  const { id, method } = message;
  if (method === METHOD.INITIALIZE)
    return errorResponse(RPC.INVALID_REQUEST, 'initialize cannot be in a batch', undefined, id);
  const reply = answer(deps, message, session, exchange);
  return reply instanceof Promise
    ? reply.then((settled) => responseText(id, settled))
    : responseText(id, reply);
}
