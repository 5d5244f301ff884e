/** How a call ended, read from its reply. Costs next to nothing for a result. */

import type { Reply } from '../../../model/calls.ts';
import type { Json } from '../../../model/text/json.ts';
import type { Outcome } from '../../../model/watch/call-record.ts';
import { RPC } from '../../../wire/codes.ts';
import { member, slice, whole } from '../../../wire/envelope.ts';
import { SAID } from '../../../wire/modern-names.ts';
import type { End } from './call-history.ts';

const OK: End = { outcome: 'ok', code: Number.NaN };
const TOOL_ERROR: End = { outcome: 'tool_error', code: Number.NaN };

/** Hive's own codes, which servers do not use. */
const BY_CODE: ReadonlyMap<number, Outcome> = new Map([
  [RPC.CALL_CANCELLED, 'cancelled'],
  [RPC.CALL_TIMEOUT, 'timeout'],
  [RPC.SERVER_GONE, 'lost'],
]);

export function endOf(reply: Reply): End {
  if (reply.kind === 'result') return isToolError(reply.json, reply.said) ? TOOL_ERROR : OK;
  const code = codeOf(reply.json);
  return { outcome: BY_CODE.get(code) ?? 'error', code };
}

const isToolError = (json: Json, said: number | undefined): boolean =>
  said === undefined ? saysFailure(json) : (said & SAID.failed) !== 0;

const IS_ERROR = Buffer.from('"isError"');
const TRUE = Buffer.from('true');

/** For the few results that have been rewritten on their way. */
function saysFailure(json: Json): boolean {
  const span = json.includes(IS_ERROR) ? member(json, whole(json), 'isError') : undefined;
  return span !== undefined && slice(json, span).equals(TRUE);
}

/** NaN for an error without a number. */
function codeOf(error: Json): number {
  const span = member(error, whole(error), 'code');
  return span ? Number(slice(error, span).toString()) : Number.NaN;
}
