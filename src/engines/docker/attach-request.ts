/** Attaches to containers with an empty request: Podman passes a body on to the process as its input. */
import type Docker from 'dockerode';

/** A request as dockerode passes it to its modem. */
interface DialRequest {
  readonly method: string;
  readonly path: string;
  /** True if the caller sends input. */
  readonly hijack?: boolean;
}

interface Modem {
  dial(request: DialRequest, onAnswer: (error: Error | null, answer: unknown) => void): void;
}

/** dockerode writes the options of an attach into the body too, beside the query that engines read. */
export function withoutAttachBody(docker: Docker): Docker {
  const modem = docker.modem as unknown as Modem;
  const dial = modem.dial.bind(modem);
  modem.dial = (request, onAnswer) => {
    const hasInput = request.hijack === true && /\/attach\?$/.test(request.path);
    dial(hasInput ? { ...request, ...EMPTY_BODY } : request, onAnswer);
  };
  return docker;
}

/** A file is the only body that the modem takes as it is. */
const EMPTY_BODY = { file: Buffer.alloc(0), headers: { 'Content-Type': 'text/plain' } };
