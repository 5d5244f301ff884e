/** What a server reports while a modern request waits: it goes into the answer of whichever incoming is there now. */
import { member, splice, stringAt, whole } from '../../wire/envelope.ts';
import { notificationText } from '../../wire/message.ts';
import { NOTIFICATION } from '../../wire/methods.ts';
import { LOG_LEVELS, type LogLevel } from '../shared/log-levels.ts';
import type { ModernRequest } from './request.ts';

const PROGRESS = Buffer.from('{"jsonrpc":"2.0","method":"notifications/progress","params":');
const TAIL = Buffer.from('}');

/** The server reports under the token of the first request, a retry has one of its own or none. */
export function tellProgress(first: ModernRequest, now: ModernRequest | undefined, params: Buffer): void {
  const token = now?.meta.progressToken;
  if (!token) return;
  const span = first === now ? undefined : member(params, whole(params), 'progressToken');
  const told = span ? splice(params, [{ ...span, with: token }]) : params;
  now.exchange.precede([PROGRESS, told, TAIL]);
}

export const LOG_MESSAGE = NOTIFICATION.LOG_MESSAGE;

/** Log messages only where the request asked for them, and at that level (server/utilities/logging). */
export function tell(now: ModernRequest | undefined, method: string, params: Buffer | undefined): void {
  if (!now) return;
  if (method === LOG_MESSAGE && !isWanted(params, now.meta.logLevel)) return;
  now.exchange.precede([notificationText(method, params)]);
}

function isWanted(params: Buffer | undefined, logLevel: number | undefined): boolean {
  if (!params || logLevel === undefined) return false;
  const level = stringAt(params, member(params, whole(params), 'level'));
  return LOG_LEVELS.indexOf(level as LogLevel) >= logLevel;
}
