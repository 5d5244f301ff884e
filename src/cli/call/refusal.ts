/** The errors of a call in the words of `hive`. */
import { CODES, type Code, GatewayError } from '../../errors.ts';
import { harmless } from '../../model/text/visible.ts';
import { LOST } from './lost-requests.ts';

/**
 * @param serverName the server that was called; undefined for a request to the gateway itself
 * @returns the error that the gateway or the server answered, with the code of the gateway, else
 * SERVER_REFUSED; NOT_RUNNING if the gateway ended
 */
export function refusal(cause: Error, serverName = 'the gateway'): GatewayError {
  if (Object(cause).code === LOST)
    return new GatewayError('NOT_RUNNING', 'the gateway ended before it answered', {
      hint: 'what the call has done is not known; start the gateway: npx hive up -d',
      cause,
    });
  if (!isInvalid(cause)) return answered(cause);
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

/** The fix that the gateway writes as the last line of an error of its own. */
const FIX = /\nfix: ([^\n]*)$/;

/** A server may answer any text, and any data. */
function answered(cause: Error): GatewayError {
  // The SDK puts its own words before those of the answer.
  const text = cause.message.replace(/^MCP error -?\d+: /, '');
  const code = codeIn(Object(cause).data);
  const hint = code && FIX.exec(text)?.[1];
  const message = (hint === undefined ? text : text.replace(FIX, '')).replaceAll('\n', '\n  ');
  return new GatewayError(code ?? 'SERVER_REFUSED', message, { hint, cause });
}

/** The code of Hive in the data of an error. */
function codeIn(data: unknown): Code | undefined {
  const code: unknown = Object(data).code;
  return typeof code === 'string' && Object.hasOwn(CODES, code) ? (code as Code) : undefined;
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
