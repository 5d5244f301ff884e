/** Waits on loopback for the browser to return from a login (RFC 8252, 7.3). */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GatewayError } from '../../errors.ts';

/** As long as a person may take to log in. */
const TIMEOUT_MS = 10 * 60_000;
const PATH = '/callback';

/** Parameters that the browser brought. They may be used only after its issuer, `iss`, has been checked. */
export type Answer = { readonly iss?: string } & (
  | { readonly authorizationCode: string }
  | { readonly refusal: string }
);

export interface Callback {
  /** Redirect address for the browser. */
  readonly url: string;
  /** @rejects GatewayError LOGIN_FAILED after 10 minutes */
  readonly answer: Promise<Answer>;
  close(): void;
}

/**
 * Only a request with this `state` is an answer. The caller must close the result.
 *
 * @param port 0 for any free port
 * @throws GatewayError LOGIN_FAILED if the port cannot be listened on
 */
export async function openCallback(state: string, port = 0): Promise<Callback> {
  const answer = Promise.withResolvers<Answer>();
  // A timeout while nobody waits for the answer must not end the process.
  answer.promise.catch(() => {});
  const server = createServer((request, response) => {
    const found = answerIn(request, state);
    if (!found) return page(response, 404, 'This is not an answer to a login of Hive.');
    const isRefused = 'refusal' in found;
    page(response, 200, `${isRefused ? 'The login was refused.' : 'Logged in.'} You can close this page.`);
    answer.resolve(found);
  });
  const timer = setTimeout(() => answer.reject(failed('nobody logged in within 10 minutes')), TIMEOUT_MS);
  const close = (): void => {
    clearTimeout(timer);
    server.close();
    server.closeAllConnections();
  };
  const listening = Promise.withResolvers<void>();
  server.once('error', (cause) =>
    listening.reject(failed(`cannot listen on 127.0.0.1:${port}: ${cause.message}`)),
  );
  server.listen(port, '127.0.0.1', listening.resolve);
  await listening.promise.catch((error) => {
    close();
    throw error;
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${PATH}`;
  return { url, answer: answer.promise, close };
}

function answerIn(request: IncomingMessage, state: string): Answer | undefined {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1');
  if (pathname !== PATH || searchParams.get('state') !== state) return undefined;
  const [code, error, issuer] = ['code', 'error', 'iss'].map((name) => searchParams.get(name));
  const iss = issuer == null ? {} : { iss: issuer };
  if (code != null) return { authorizationCode: code, ...iss };
  if (error == null) return undefined;
  const description = searchParams.get('error_description');
  return { refusal: description === null ? error : `${error} (${description})`, ...iss };
}

function page(response: ServerResponse, status: number, text: string): void {
  response
    .writeHead(status, { 'content-type': 'text/plain; charset=utf-8', connection: 'close' })
    .end(`${text}\n`);
}

const failed = (why: string): GatewayError =>
  new GatewayError('LOGIN_FAILED', `the login failed: ${why}`, { hint: 'run it again' });
