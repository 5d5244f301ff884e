/**
 * Translates the errors that the engine answers with, and those of requests that exceed a limit of their own.
 */
import { GatewayError, toGatewayError } from '../../errors.ts';

/** An error answer as dockerode throws it. */
interface ErrorAnswer {
  readonly statusCode: number;
  readonly json?: unknown;
  readonly message: string;
}

/**
 * The result of a request.
 * @param accepted status codes that mean "nothing to do", as 304 for a container that runs already
 * @returns undefined for an accepted status
 * @throws GatewayError ENGINE_REFUSED with the engine's own sentence, ENGINE_UNREACHABLE
 */
export async function answered<T>(
  request: Promise<T>,
  ...accepted: readonly number[]
): Promise<T | undefined> {
  try {
    return await request;
  } catch (error) {
    if (isErrorAnswer(error) && accepted.includes(error.statusCode)) return undefined;
    throw isErrorAnswer(error) ? refusal(error) : toGatewayError(error);
  }
}

const RESTART = 'restart the engine (systemctl restart docker)';

/** A request with a time limit of its own. */
export interface LimitedRequest {
  /** Completes "the engine did not …". */
  readonly what: string;
  readonly limitMs: number;
  /** The container to remove by hand if the engine hangs on it. */
  readonly containerId?: string;
}

/**
 * The same for a request that may take longer than an answer usually does.
 * @throws GatewayError as `answered`
 */
export async function answeredWithin<T>(
  limited: LimitedRequest,
  send: (abortSignal: AbortSignal) => Promise<T>,
  ...accepted: readonly number[]
): Promise<T | undefined> {
  const request = send(AbortSignal.timeout(limited.limitMs)).catch((error: Error) => {
    if (error.name !== 'AbortError' && error.name !== 'TimeoutError') throw error;
    throw limitError(limited, error);
  });
  return answered(request, ...accepted);
}

function isErrorAnswer(error: unknown): error is ErrorAnswer {
  return typeof (error as Partial<ErrorAnswer> | null)?.statusCode === 'number';
}

function refusal(error: ErrorAnswer): GatewayError {
  const { message } = (error.json ?? {}) as { message?: unknown };
  const sentence = typeof message === 'string' ? message : error.message;
  return new GatewayError('ENGINE_REFUSED', sentence.trim(), { cause: error });
}

function limitError({ what, limitMs, containerId }: LimitedRequest, cause: Error): GatewayError {
  const hint = containerId
    ? `docker rm -f ${shortId(containerId)}, and if that hangs too ${RESTART}`
    : `see whether \`docker ps\` answers; if it does not, ${RESTART}`;
  const message = `the engine did not ${what} within ${limitMs / 1000} s`;
  return new GatewayError('ENGINE_UNREACHABLE', message, { hint, cause });
}

/** A container id as the docker command prints it. */
export const shortId = (containerId: string): string => containerId.slice(0, 12);
