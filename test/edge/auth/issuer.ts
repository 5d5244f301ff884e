/** An authorization server as far as a resource server sees one: metadata, keys, signed access tokens. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';

interface SignOptions {
  readonly alg?: string;
  /** Undefined for a token without `exp`. */
  readonly expires?: string | number | undefined;
  readonly foreign?: boolean;
}

export interface Issuer {
  readonly issuer: string;
  sign(claims: JWTPayload, how?: SignOptions): Promise<string>;
  /** Requests for its keys so far. */
  fetched(): number;
}

export async function startIssuer(t: TestContext): Promise<Issuer> {
  const own = await generateKeyPair('ES256');
  const foreign = await generateKeyPair('ES256');
  const jwk = { ...(await exportJWK(own.publicKey)), kid: 'one', alg: 'ES256' };
  let fetched = 0;
  const issuer = await servePages(t, (path, root) => {
    if (path === '/keys') fetched += 1;
    const pages: Record<string, object> = {
      '/.well-known/openid-configuration': { issuer: root, jwks_uri: `${root}/keys` },
      '/keys': { keys: [jwk] },
    };
    return pages[path];
  });
  return {
    issuer,
    fetched: () => fetched,
    sign: (claims, how = {}) => {
      const token = new SignJWT({ iss: issuer, sub: 'ada', ...claims });
      token.setProtectedHeader({ alg: 'ES256', kid: 'one' });
      const expires = 'expires' in how ? how.expires : '5m';
      if (expires !== undefined) token.setExpirationTime(expires);
      return token.sign(how.foreign ? foreign.privateKey : own.privateKey);
    },
  };
}

/** What a page of the server is: an object is sent as JSON, undefined is 404, a function answers itself. */
type Page = object | undefined | ((request: IncomingMessage, response: ServerResponse) => void);

/** Serves pages on a free port; the result is the URL without a path. */
export async function servePages(
  t: TestContext,
  pageAt: (path: string, root: string) => Page,
): Promise<string> {
  const rootOf = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const server = createServer((request, response) => {
    const page = pageAt(request.url ?? '', rootOf());
    if (typeof page === 'function') return page(request, response);
    response.writeHead(page ? 200 : 404, { 'content-type': 'application/json' });
    response.end(JSON.stringify(page ?? {}));
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return rootOf();
}
