/** Plain requests over the control socket. Every command loads this first, so it needs little. */
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { StringDecoder } from 'node:string_decoder';
import { GatewayError } from '../../errors.ts';

const ANSWER_TIMEOUT_MS = 10_000;

export interface RequestContent {
  readonly body: string;
  readonly accept: string;
  /** True for work that may take an hour: the gateway may answer as late as it likes. */
  readonly isLong?: boolean;
}

export interface ControlRequests {
  /**
   * Resolves with the head of the response; its body may take as long as it likes.
   * @throws GatewayError NOT_RUNNING after 10 s without one, or the socket's error
   */
  send(method: 'GET' | 'POST', path: string, content?: RequestContent): Promise<IncomingMessage>;
  /** Cuts off everything under way. */
  close(): void;
}

/** The caller must close the result. */
export function openControlRequests(socketPath: string): ControlRequests {
  const live = new Set<ClientRequest>();
  return {
    send(method, path, content) {
      const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
      const headers = content ? { accept: content.accept } : {};
      const sent = request({ socketPath, method, path, headers, agent: false });
      live.add(sent);
      const cutOff = () => sent.destroy(noAnswer());
      const timer = content?.isLong ? undefined : setTimeout(cutOff, ANSWER_TIMEOUT_MS);
      sent.once('response', (response) => {
        clearTimeout(timer);
        resolve(response);
      });
      sent.on('error', reject);
      sent.once('close', () => {
        clearTimeout(timer);
        live.delete(sent);
      });
      sent.end(content?.body);
      return promise;
    },
    close() {
      for (const sent of live) sent.destroy();
    },
  };
}

const noAnswer = (): GatewayError =>
  new GatewayError('NOT_RUNNING', `the gateway did not answer within ${ANSWER_TIMEOUT_MS / 1000} s`, {
    hint: 'it may be stuck: npx hive down, or kill it and start it again',
  });

/** The JSON values of a response, one a line. A gateway that ends in the middle ends the values. */
export async function* jsonLines<T>(body: IncomingMessage): AsyncIterable<T> {
  const decoder = new StringDecoder();
  let rest = '';
  try {
    for await (const chunk of body) {
      const lines = (rest + decoder.write(chunk as Buffer)).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) if (line !== '') yield JSON.parse(line) as T;
    }
  } catch (error) {
    if (!/^(ECONNRESET|EPIPE)$/.test((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}
