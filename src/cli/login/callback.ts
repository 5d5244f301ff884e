import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GatewayError } from '../../errors.ts';

/** As long as a person may take to log in. */
const PATIENCE_MS = 10 * 60_000;
const PATH = '/callback';

/** What the browser brought. Nothing of it counts before its issuer, `iss`, is known to be the right one. */
export type Answer = { readonly iss?: string } & (
  | { readonly authorizationCode: string }
  | { readonly refusal: string }
);

export interface Callback {
  /** Where the browser is to come back to. */
  readonly url: string;
  /** @rejects GatewayError LOGIN_FAILED */
  readonly answer: Promise<Answer>;
  close(): void;
}

/**
 * Waits on loopback for the browser to bring the authorization code (RFC 8252, 7.3). Only the answer to our own request
 * counts: `state` must come back as it went out.
 */
export async function openCallback(state: string, port = 0): Promise<Callback> {
  const answer = Promise.withResolvers<Answer>();
  // Nobody may be waiting for it when it fails.
  answer.promise.catch(() => {});
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1');
    const code = searchParams.get('code');
    const error = searchParams.get('error');
    if (pathname !== PATH || searchParams.get('state') !== state || (code === null && error === null))
      return page(response, 404, 'This is no answer to a login of Hive.');
    const issuer = searchParams.get('iss');
    const iss = issuer === null ? {} : { iss: issuer };
    if (code === null) {
      page(response, 200, 'There was no login. You can close this page.');
      return answer.resolve({
        refusal: `${error}${describe(searchParams.get('error_description'))}`,
        ...iss,
      });
    }
    page(response, 200, 'Logged in. You can close this page.');
    answer.resolve({ authorizationCode: code, ...iss });
  });
  const timer = setTimeout(() => answer.reject(failed('nobody logged in within 10 minutes')), PATIENCE_MS);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => reject(failed(`cannot listen on 127.0.0.1:${port}: ${cause.message}`)));
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${PATH}`,
    answer: answer.promise,
    close() {
      clearTimeout(timer);
      server.close();
      server.closeAllConnections();
    },
  };
}

const describe = (text: string | null): string => (text === null ? '' : ` (${text})`);

function page(response: ServerResponse, status: number, text: string): void {
  response
    .writeHead(status, { 'content-type': 'text/plain; charset=utf-8', connection: 'close' })
    .end(`${text}\n`);
}

const failed = (why: string): GatewayError =>
  new GatewayError('LOGIN_FAILED', `the login failed: ${why}`, { hint: 'run it again' });
