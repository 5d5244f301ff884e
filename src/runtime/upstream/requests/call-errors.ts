/** Error replies for calls that their server does not answer. */

import { GatewayError } from '../../../errors.ts';
import type { CallRequest, Reply } from '../../../model/calls.ts';
import { durationText } from '../../../model/text/duration.ts';
import { RPC } from '../../../wire/codes.ts';
import { errorObject } from '../../../wire/message.ts';
import { failure } from './failures.ts';

/** @param trouble a known problem of the server, quoted as the likely reason */
export function timeoutReply(
  serverName: string,
  { method }: CallRequest,
  ms: number,
  trouble: string | undefined,
): Reply {
  const why = trouble ? ` (${trouble})` : '';
  const what = `${serverName} did not answer ${method} within ${durationText(ms)}${why}`;
  const error = new GatewayError('SERVER_TIMEOUT', what, {
    hint: trouble
      ? `npx hive restart ${serverName}`
      : 'raise `timeouts.call` of this server if it needs longer',
  });
  return failure(RPC.CALL_TIMEOUT, error);
}

/**
 * For a call that reports progress without end (2025-11-25, basic/lifecycle, Timeouts: a maximum regardless
 * of progress).
 */
export function maximumReply(serverName: string, { method }: CallRequest, ms: number): Reply {
  const limit = `${durationText(ms)}, the most that any call may take`;
  const what = `${serverName} was not done with ${method} within ${limit}`;
  const error = new GatewayError('SERVER_TIMEOUT', what, {
    hint: 'raise `timeouts.callMax` of this server if its calls need longer',
  });
  return failure(RPC.CALL_TIMEOUT, error);
}

export const cancelReply = (serverName: string, reason: string): Reply => ({
  kind: 'error',
  json: errorObject(RPC.CALL_CANCELLED, `the call to ${serverName} was cancelled: ${reason}`),
});

export function busyReply(serverName: string, max: number): Reply {
  const error = new GatewayError('SERVER_REFUSED', `${serverName} has ${max} calls in flight already`, {
    hint: 'wait for some of them, or raise `maxInFlight` of this server',
  });
  return failure(RPC.SERVER_BUSY, error);
}
