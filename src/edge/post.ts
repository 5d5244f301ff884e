/** POST: one message from a client, or a batch of them, passed on to the era that the message belongs to. */
import { RPC } from '../wire/codes.ts';
import type { BodyReader } from './http/body.ts';
import { sendJson } from './http/exchange.ts';
import { createPostCheck } from './http/guard.ts';
import type { Incoming } from './http/incoming.ts';
import { readMessage } from './http/message.ts';
import { refuse, refuseBody } from './http/refuse.ts';
import { isBatch } from './legacy/batch-text.ts';
import type { Legacy } from './legacy/legacy.ts';
import type { Modern } from './modern/modern.ts';
import { claimed, namesModern } from './shared/era.ts';

export interface PostDeps {
  readonly legacy: Pick<Legacy, 'post' | 'postBatch'>;
  readonly modern: Pick<Modern, 'post'>;
  readonly bodies: BodyReader;
  readonly bodyLimitBytes: number;
}

/** Handles one POST, from its headers to the end of the answer. */
export function createPost({ legacy, modern, bodies, bodyLimitBytes }: PostDeps) {
  const check = createPostCheck();
  return async (incoming: Incoming): Promise<void> => {
    const { request, response } = incoming;
    const refusal = check(request);
    if (refusal) return refuse(response, refusal.status, RPC.SERVER_ERROR, refusal.message);
    const body = await bodies.read(request, bodyLimitBytes, incoming.principal);
    if (body.kind !== 'whole') return refuseBody(response, body, bodyLimitBytes);
    try {
      await handle(incoming, body.bytes);
    } finally {
      body.release();
    }
  };

  /** Resolves once nothing of the message is needed any more. */
  function handle(incoming: Incoming, text: Buffer): void | Promise<void> {
    if (isBatch(text)) return legacy.postBatch(incoming, text);
    const message = readMessage(text);
    if (message.kind === 'invalid') return sendJson(incoming.response, 400, message.error);
    const claim = claimed(message);
    return claim || namesModern(incoming.request.headers)
      ? modern.post(incoming, message, claim)
      : legacy.post(incoming, message);
  }
}
