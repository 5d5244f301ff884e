/**
 * A layer that makes a call a second time if the server provably did not process it and has been reconnected
 * since.
 */
import type { CallLayer, Reply } from '../../model/calls.ts';

/** Makes a call at most twice. */
export const retryOnce: CallLayer = (next) => (serverName, request, caller) => {
  let current = next(serverName, request, caller);
  let isCancelled = false;
  const retry = (first: Reply): Reply | Promise<Reply> => {
    if (first.kind === 'result' || !first.isUndone || isCancelled) return first;
    current = next(serverName, request, caller);
    return current.reply;
  };
  return {
    reply: current.reply.then(retry),
    cancel(reason) {
      isCancelled = true;
      current.cancel(reason);
    },
  };
};
