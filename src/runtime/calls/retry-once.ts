import type { Call, Reply } from '../../model/calls.ts';

/** Makes a call; where that has certainly done nothing at a server which is connected anew, makes it a second time, and no third. */
export function twiceAtMost(attempt: () => Call): Call {
  let under = attempt();
  let isCancelled = false;
  const again = (first: Reply): Reply | Promise<Reply> => {
    if (first.kind === 'result' || !first.isUndone || isCancelled) return first;
    under = attempt();
    return under.reply;
  };
  return {
    reply: under.reply.then(again),
    cancel(reason) {
      isCancelled = true;
      under.cancel(reason);
    },
  };
}
