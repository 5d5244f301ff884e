/** Lines over the size limit, and error answers in place of the answers that were in them. */
import type { GatewayError } from '../errors.ts';
import { RPC } from './codes.ts';
import { readEnvelope } from './envelope.ts';
import type { LineSink } from './line.ts';
import { errorObject, errorText } from './message.ts';

/** Bytes kept of each end of a line: enough to find an id there. */
const KEPT_BYTES = 256;

/** The ends of a line that is being dropped, and its size. */
export class OversizedLine {
  readonly head: Buffer;
  tail: Buffer;
  bytes: number;

  /** @param start pieces of the line, as far as it was kept. They are not joined, which would take long. */
  constructor(start: readonly Buffer[]) {
    // Copies: the ends must not keep the whole line alive.
    this.head = headOf(start);
    this.tail = tailOf(...start.slice(-KEPT_BYTES));
    this.bytes = start.reduce((sum, { length }) => sum + length, 0);
  }

  add(part: Buffer): void {
    this.bytes += part.length;
    this.tail = tailOf(this.tail, part);
  }
}

function headOf(parts: readonly Buffer[]): Buffer {
  let head = Buffer.alloc(0);
  for (const part of parts) {
    if (head.length >= KEPT_BYTES) break;
    head = Buffer.concat([head, part.subarray(0, KEPT_BYTES - head.length)]);
  }
  return head;
}

const tailOf = (...parts: Buffer[]): Buffer =>
  Buffer.from(Buffer.concat(parts.map((part) => part.subarray(-KEPT_BYTES))).subarray(-KEPT_BYTES));

const ID = String.raw`("(?:[^"\\]|\\.)*"|-?\d+)`;
const VERSION = String.raw`(?:"jsonrpc"\s*:\s*"2\.0"\s*,\s*)?`;
const START = String.raw`^[^{]*\{\s*${VERSION}`;
const BODY = '"(?:result|error)"';
const HEAD_ID = new RegExp(String.raw`${START}"id"\s*:\s*${ID}\s*,\s*${VERSION}${BODY}`);
const HEAD_BODY = new RegExp(START + BODY);
const TAIL_ID = new RegExp(String.raw`"id"\s*:\s*${ID}\s*(?:,\s*"jsonrpc"\s*:\s*"2\.0"\s*)?\}\s*$`);

/**
 * Fails only the call whose answer was dropped: if the first or last bytes of the answer contain its id as
 * serializers write it, an error answer with that id goes to the sink. Otherwise the call times out.
 * @param head the first bytes of the dropped line
 * @param tail the last bytes
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
