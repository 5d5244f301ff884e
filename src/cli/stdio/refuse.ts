/** Refuses a client for which there is no gateway: clients show the error of `initialize`, not stderr. */
import { once } from 'node:events';
import type { GatewayError } from '../../errors.ts';
import { RPC } from '../../wire/codes.ts';
import { slice } from '../../wire/envelope.ts';
import { createFramer } from '../../wire/framing.ts';
import { errorObject, errorText } from '../../wire/message.ts';

/** A client sends `initialize` at once. A person at a terminal sends nothing. */
const PATIENCE_MS = 2_000;

/** Answers the client's first request with the error, if one comes, and reads no further. */
export async function refuseFirstRequest(
  error: GatewayError,
  send: (message: Buffer) => void,
): Promise<void> {
  const { stdin } = process;
  const done = new AbortController();
  const framer = createFramer({
    message(bytes, { id, method }) {
      if (!id || !method || done.signal.aborted) return;
      send(errorText(slice(bytes, id), errorObject(RPC.SERVER_ERROR, textOf(error), { code: error.code })));
      done.abort();
    },
    noise: () => {},
  });
  stdin.on('data', (chunk: Buffer) => framer.push(chunk));
  const signal = AbortSignal.any([done.signal, AbortSignal.timeout(PATIENCE_MS)]);
  await once(stdin, 'end', { signal }).catch(() => {});
  framer.end();
  stdin.destroy();
}

const textOf = ({ message, hint }: GatewayError): string => (hint ? `${message}\nfix: ${hint}` : message);
