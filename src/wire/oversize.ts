import type { GatewayError } from '../errors.ts';
import { RPC } from './codes.ts';
import { readEnvelope } from './envelope.ts';
import type { LineSink } from './line.ts';
import { errorObject, errorText } from './message.ts';

const ID = String.raw`("(?:[^"\\]|\\.)*"|-?\d+)`;
const HEAD_ID = new RegExp(
  String.raw`^[^{]*\{\s*(?:"jsonrpc"\s*:\s*"2\.0"\s*,\s*)?"id"\s*:\s*${ID}\s*,\s*(?:"jsonrpc"\s*:\s*"2\.0"\s*,\s*)?"(?:result|error)"`,
);
const HEAD_BODY = /^[^{]*\{\s*(?:"jsonrpc"\s*:\s*"2\.0"\s*,\s*)?"(?:result|error)"/;
const TAIL_ID = new RegExp(String.raw`"id"\s*:\s*${ID}\s*(?:,\s*"jsonrpc"\s*:\s*"2\.0"\s*)?\}\s*$`);

/**
 * Fails just the call whose answer was dropped: where first or last 256 bytes show the id of an answer as serialisers write
 * it, an error answer takes its place. Otherwise that call ends by its timeout.
 */
export function answerTooLarge(head: Buffer, tail: Buffer, error: GatewayError, sink: LineSink): void {
  const start = head.toString('latin1');
  const id =
    HEAD_ID.exec(start)?.[1] ??
    (HEAD_BODY.test(start) ? TAIL_ID.exec(tail.toString('latin1'))?.[1] : undefined);
  if (id === undefined) return;
  const text = errorText(
    Buffer.from(id, 'latin1'),
    errorObject(RPC.ANSWER_TOO_LARGE, `${error.code}: ${error.message}; fix: ${error.hint}`),
  );
  const envelope = readEnvelope(text);
  if (envelope) sink.message(text, envelope);
}
