/** A layer that passes every error through a function before the caller gets it. */
import type { CallLayer, Reply } from '../../model/calls.ts';
import type { Json } from '../../model/text/json.ts';

/** @param shown the JSON text of an error object as it may be shown */
export const shownErrors =
  (shown: (error: Json) => Json): CallLayer =>
  (next) =>
  (serverName, request, caller) => {
    const call = next(serverName, request, caller);
    const clean = (reply: Reply): Reply =>
      reply.kind === 'error' ? { ...reply, json: shown(reply.json) } : reply;
    return { reply: call.reply.then(clean), cancel: (reason) => call.cancel(reason) };
  };
