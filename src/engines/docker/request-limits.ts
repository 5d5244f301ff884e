/** Gives every request to the engine a time limit, and translates connection failures. */
import type Docker from 'dockerode';
import { GatewayError } from '../../errors.ts';

/** An engine answers in milliseconds; a machine that builds, pulls and swaps may need seconds. */
export const ANSWER_MS = 30_000;

const START_HERE = 'start it (systemctl start docker); Hive notices by itself';

/** A request as dockerode passes it to its modem. */
interface DialRequest {
  readonly method: string;
  readonly path: string;
  readonly abortSignal?: AbortSignal;
}

type OnAnswer = (error: Error | null, answer: unknown) => void;

interface Modem {
  dial(request: DialRequest, onAnswer: OnAnswer): void;
}

/**
 * Limits every request of this client: engines have been seen to accept a request and never answer. The limit
 * of a stream ends when the stream opens. A request with an abort signal of its own has no other limit. A
 * failed connection becomes ENGINE_UNREACHABLE.
 * @param fix the hint of that error
 */
export function limitRequests(docker: Docker, answerMs = ANSWER_MS, fix = START_HERE): Docker {
  const modem = docker.modem as unknown as Modem;
  const dial = modem.dial.bind(modem);
  modem.dial = (request, onAnswer) => {
    const translated: OnAnswer = (error, answer) => onAnswer(error && unreachable(error, fix), answer);
    if (request.abortSignal) return dial(request, translated);
    const limit = new AbortController();
    let isSettled = false;
    const settle: OnAnswer = (error, answer) => {
      clearTimeout(timer);
      if (!isSettled) translated(error, answer);
      isSettled = true;
    };
    const timer = setTimeout(() => {
      settle(timeoutError(request, answerMs), null);
      limit.abort();
    }, answerMs);
    dial({ ...request, abortSignal: limit.signal }, settle);
  };
  return docker;
}

/**
 * An error with a status is the engine's answer, and an aborted request is the caller's doing: both pass
 * unchanged.
 */
function unreachable(error: Error, hint: string): Error {
  const isAnswer = error instanceof GatewayError || 'statusCode' in error;
  if (isAnswer || error.name === 'AbortError' || error.name === 'TimeoutError') return error;
  return new GatewayError('ENGINE_UNREACHABLE', `the engine does not answer: ${error.message}`, {
    hint,
    cause: error,
  });
}

function timeoutError({ method, path }: DialRequest, ms: number): GatewayError {
  const request = `${method} ${path.split('?')[0]}`;
  return new GatewayError(
    'ENGINE_UNREACHABLE',
    `the engine did not answer ${request} within ${ms / 1000} s`,
    {
      hint: 'see whether `docker ps` answers; if it does not, restart the engine (systemctl restart docker)',
    },
  );
}
