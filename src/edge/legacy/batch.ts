/** POST of a batch (2025-03-26): all its answers are sent together, on the same response. */
import { RPC } from '../../wire/codes.ts';
import { METHOD } from '../../wire/methods.ts';
import { MODERN_VERSION } from '../../wire/modern-names.ts';
import { createExchange, type Exchange, finishWhenReady, sendAccepted } from '../http/exchange.ts';
import type { Incoming } from '../http/incoming.ts';
import {
  type ClientMessage,
  errorResponse,
  PARSE_PROBLEM,
  readMessage,
  responseText,
} from '../http/message.ts';
import { refuse } from '../http/refuse.ts';
import { claimed, namesModern } from '../shared/era.ts';
import { BATCH_SIZE_PROBLEM, joinBatch, splitBatch } from './batch-text.ts';
import type { Messages } from './messages.ts';
import type { PostDeps } from './post.ts';
import type { Session } from './session.ts';
import { hasKnownVersion, sessionOf } from './session-header.ts';

const BATCH_VERSION = '2025-03-26';

type ResponseText = readonly Buffer[];

/** Answers a batch. `text` is its JSON text. */
export async function postBatch(deps: PostDeps, incoming: Incoming, text: Buffer): Promise<void> {
  const { request, response } = incoming;
  const messages = readBatch(incoming, text);
  if (!messages || !hasKnownVersion(request, response)) return;
  const session = sessionOf(deps.sessions, incoming);
  if (!session) return;
  const { protocolVersion } = session;
  if (protocolVersion !== BATCH_VERSION)
    return refuse(response, 400, RPC.INVALID_REQUEST, `${protocolVersion} has no batches: send one message`);
  const exchange = createExchange(incoming, undefined, () => deps.resumptions.answer(session, incoming));
  const answers = messages
    .map((message) => answerPart(deps.messages, session, exchange, message))
    .filter((answer) => answer !== undefined);
  if (answers.length === 0) return sendAccepted(response);
  const finish = (all: ResponseText[]): void => exchange.finish(joinBatch(all));
  await finishWhenReady(deps.keepAlive, exchange, Promise.all(answers), finish);
}

/** Undefined if the batch was refused. */
function readBatch({ request, response }: Incoming, text: Buffer): ClientMessage[] | undefined {
  const parts = splitBatch(text);
  if (parts === 'parse') refuse(response, 400, RPC.PARSE_ERROR, PARSE_PROBLEM);
  if (parts === 'size') refuse(response, 400, RPC.INVALID_REQUEST, BATCH_SIZE_PROBLEM);
  if (typeof parts === 'string') return undefined;
  const messages = parts.map(readMessage);
  if (!namesModern(request.headers) && !messages.some(claimed)) return messages;
  refuse(response, 400, RPC.INVALID_REQUEST, `${MODERN_VERSION} has no batches: send one message`);
  return undefined;
}

/** Undefined for a message that gets no answer. */
function answerPart(
  messages: Messages,
  session: Session,
  exchange: Exchange,
  message: ClientMessage,
): ResponseText | Promise<ResponseText> | undefined {
  if (message.kind === 'invalid') return message.error;
  messages.accept(message, session);
  if (message.kind !== 'request') return undefined;
  const { id, method } = message;
  if (method === METHOD.INITIALIZE)
    return errorResponse(RPC.INVALID_REQUEST, 'initialize cannot be in a batch', undefined, id);
  const reply = messages.answer(message, session, exchange);
  return reply instanceof Promise
    ? reply.then((settled) => responseText(id, settled))
    : responseText(id, reply);
}
