/**
 * Notifications of a server during a modern call: they precede the answer of the request that waits at that
 * moment.
 */
import type { Json } from '../../model/text/json.ts';
import { member, splice, stringAt, whole } from '../../wire/envelope.ts';
import { notificationText } from '../../wire/message.ts';
import { NOTIFICATION } from '../../wire/methods.ts';
import { severityOf } from '../shared/log-levels.ts';
import type { ModernRequest } from './request.ts';

const PROGRESS = Buffer.from('{"jsonrpc":"2.0","method":"notifications/progress","params":');
const TAIL = Buffer.from('}');

/**
 * Sends progress if the waiting request has a progress token. The server reports under the token of the first
 * request, a retry has one of its own or none. `params` is JSON text.
 */
export function sendProgress(first: ModernRequest, waiting: ModernRequest | undefined, params: Json): void {
  const token = waiting?.meta.progressToken;
  if (!token) return;
  const span = first === waiting ? undefined : member(params, whole(params), 'progressToken');
  const renamed = span ? splice(params, [{ ...span, with: token }]) : params;
  waiting.exchange.precede([PROGRESS, renamed, TAIL]);
}

/**
 * Sends a notification; a log message only if the request asked for it, at that level
 * (server/utilities/logging).
 */
export function sendNotification(
  { exchange, meta }: ModernRequest,
  method: string,
  params: Json | undefined,
): void {
  if (method === NOTIFICATION.LOG_MESSAGE && !isWanted(params, meta.logLevel)) return;
  exchange.precede([notificationText(method, params)]);
}

function isWanted(params: Json | undefined, logLevel: number | undefined): boolean {
  if (!params || logLevel === undefined) return false;
  return severityOf(stringAt(params, member(params, whole(params), 'level'))) >= logLevel;
}
