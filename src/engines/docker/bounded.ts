import type Docker from 'dockerode';
import { GatewayError } from '../../errors.ts';

/** What the engine answers in milliseconds. A machine that builds, pulls and swaps may need seconds; more is an engine that hangs. */
export const ANSWER_MS = 30_000;

/** One request as dockerode hands it to its modem. */
interface Dialled {
  readonly method: string;
  readonly path: string;
  readonly abortSignal?: AbortSignal;
}

type Done = (error: Error | null, answer: unknown) => void;

interface Modem {
  dial(request: Dialled, done: Done): void;
}

/**
 * Gives every request of this client a time limit, whoever sends it: engines have been seen to take a request and never answer.
 * For streams it is the time until they are open; what brings a signal of its own has its own limit. An engine that is not there
 * is told as that, whatever was asked.
 */
export function boundRequests(docker: Docker, answerMs = ANSWER_MS): Docker {
  const modem = docker.modem as unknown as Modem;
  const dial = modem.dial.bind(modem);
  modem.dial = (request, done) => {
    const told: Done = (error, answer) => done(error && inWords(error), answer);
    if (request.abortSignal) return dial(request, told);
    const late = new AbortController();
    let isDone = false;
    const finish: Done = (error, answer) => {
      clearTimeout(timer);
      if (!isDone) told(error, answer);
      isDone = true;
    };
    const timer = setTimeout(() => {
      finish(lateError(request, answerMs), null);
      late.abort();
    }, answerMs);
    dial({ ...request, abortSignal: late.signal }, finish);
  };
  return docker;
}

/** What the engine itself answered has a status, and what was given up a name: the rest is an engine that is not there. */
function inWords(error: Error): Error {
  const isTold = error instanceof GatewayError || 'statusCode' in error;
  if (isTold || error.name === 'AbortError' || error.name === 'TimeoutError') return error;
  return new GatewayError('ENGINE_UNREACHABLE', `the engine does not answer: ${error.message}`, {
    hint: 'start it (systemctl start docker); Hive notices by itself',
    cause: error,
  });
}

function lateError({ method, path }: Dialled, ms: number): GatewayError {
  const what = `${method} ${path.split('?')[0]}`;
  return new GatewayError('ENGINE_UNREACHABLE', `the engine did not answer ${what} within ${ms / 1000} s`, {
    hint: 'see whether `docker ps` answers; if it does not, restart the engine (systemctl restart docker)',
  });
}
