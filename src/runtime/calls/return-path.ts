/** A layer that lets the server's notifications and requests during a call reach the caller. */
import type { AskClient, CallLayer, CallRequest, ServerNotification } from '../../model/calls.ts';
import { harmlessParams } from '../../wire/harmless.ts';
import type { LogLevels } from './log-levels.ts';

export interface ReturnPathDeps {
  readonly askClient: AskClient;
  readonly onNotification: (notification: ServerNotification) => void;
  readonly logLevels: Pick<LogLevels, 'of'>;
}

export const addReturnPath =
  ({ askClient, onNotification, logLevels }: ReturnPathDeps): CallLayer =>
  (next) =>
  (serverName, request, caller) => {
    const { sessionId } = caller;
    // A modern client states its log level in each request, and answers a server's request by calling again.
    const isModern = caller.era === 'modern';
    const notify: CallRequest['onNotification'] = (method, params) =>
      onNotification({ serverName, sessionId, method, ...(params ? { params } : {}) });
    const ask: CallRequest['ask'] = (method, params, signal) =>
      askClient({ serverName, sessionId, method, ...(params ? { params } : {}), signal });
    const own = request.onNotification;
    // Written out, since spreading is slower and every call passes here.
    const complete: CallRequest = {
      method: request.method,
      params: request.params,
      onProgress: request.onProgress,
      onNotification: own ? (method, params) => own(method, harmlessParams(method, params)) : notify,
      ask: isModern ? undefined : ask,
      logLevel: isModern ? undefined : logLevels.of(sessionId),
    };
    return next(serverName, complete, caller);
  };
