/** The errors of a call in the words of `hive`. */
import { GatewayError } from '../../errors.ts';
import { harmless } from '../../model/text/visible.ts';
import { LOST } from './lost-requests.ts';

/**
 * @param serverName the server that was called; undefined for a request to the gateway itself
 * @returns SERVER_REFUSED with the error that the gateway or the server answered; NOT_RUNNING if the gateway
 * ended
 */
export function refusal(cause: Error, serverName = 'the gateway'): GatewayError {
  if (Object(cause).code === LOST)
    return new GatewayError('NOT_RUNNING', 'the gateway ended before it answered', {
      hint: 'what the call has done is not known; start the gateway: npx hive up -d',
      cause,
    });
  if (!isInvalid(cause))
    // The SDK puts its own words before those of the answer.
    return new GatewayError('SERVER_REFUSED', cause.message.replace(/^MCP error -?\d+: /, ''), { cause });
  const place = placeIn(cause.message);
  const where = place ? `: ${place} is missing or of a wrong kind` : '';
  return new GatewayError(
    'SERVER_REFUSED',
    `${serverName} answered with a result that MCP does not allow${where}`,
    {
      hint: 'what the call has done is not known; report the result to the authors of the server',
      cause,
    },
  );
}

/** A result, or a whole message, that does not fit the SDK's schema. */
export const isInvalid = (cause: Error): boolean =>
  Object(cause).code === 'INVALID_RESULT' || cause.name === 'ZodError' || cause.name === '$ZodError';

/** The member that the first problem is about, as `content.0`; undefined if that is the whole. */
function placeIn(message: string): string | undefined {
  const list = message.slice(message.indexOf('['));
  try {
    const [{ path }] = JSON.parse(list) as [{ path: unknown[] }];
    return harmless(path.join('.')) || undefined;
  } catch {
    return undefined;
  }
}
