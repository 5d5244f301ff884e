/** A call whose connection is still being opened. */
import { GatewayError, toGatewayError } from '../../errors.ts';
import type { Caller } from '../../model/caller.ts';
import type { Call, CallRequest, Reply } from '../../model/calls.ts';
import { RPC } from '../../wire/codes.ts';
import { failure } from '../upstream/requests/failures.ts';
import type { UpstreamCalls } from '../upstream/upstream.ts';

/**
 * Sends the call once the connection is open. A call that is cancelled before that is never sent.
 *
 * @param isGivenUp true once the connection is not wanted any more: a call that waits for it was never sent,
 * and may be made on another one
 */
export function callWhenOpen(
  opened: Promise<UpstreamCalls>,
  request: CallRequest,
  caller: Caller,
  isGivenUp = (): boolean => false,
): Call {
  const cancelled = Promise.withResolvers<Reply>();
  let sent: Call | undefined;
  let isCancelled = false;
  const reply = opened.then(
    (upstream) => {
      if (isCancelled) return cancelled.promise;
      sent = upstream.call(request, caller);
      return sent.reply;
    },
    (error): Reply => {
      const failed = failure(RPC.SERVER_GONE, toGatewayError(error));
      return failed.kind === 'error' && isGivenUp() ? { ...failed, isUndone: true } : failed;
    },
  );
  return {
    reply: Promise.race([reply, cancelled.promise]),
    cancel(reason = 'the call was cancelled') {
      isCancelled = true;
      if (sent) sent.cancel(reason);
      else cancelled.resolve(failure(RPC.CALL_CANCELLED, new GatewayError('SERVER_REFUSED', reason, {})));
    },
  };
}
