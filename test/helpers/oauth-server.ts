/**
 * A remote MCP server that requires OAuth, with its authorization server: metadata (RFC 9728, RFC 8414), dynamic registration,
 * PKCE, rotating refresh tokens. Opening the login address logs in as `ada` and consents.
 */
import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';

export interface OAuthServer {
  /** URL of the MCP endpoint. */
  readonly url: string;
  /** Every `Authorization` header that reached the MCP endpoint. */
  readonly seen: readonly (string | undefined)[];
  /** Access tokens become invalid immediately; with `all`, refresh tokens too. */
  revoke(all?: boolean): void;
  /** Lifetime of access tokens issued from now on, in seconds. */
  setLifetime(seconds: number): void;
  readonly issued: { codes: number; refreshes: number; machine: number; registrations: number };
  /** Bodies of the clients' registration requests. */
  readonly registered: readonly Record<string, unknown>[];
}

/** Parameters of a token request without a user. */
export interface TokenRequest {
  readonly form: URLSearchParams;
  readonly authorization: string | undefined;
  /** Issuer identifier of the authorization server. */
  readonly issuer: string;
}

const TOOLS = { tools: [{ name: 'whoami', inputSchema: { type: 'object' } }] };
const RESULTS: Record<string, unknown> = {
  initialize: {
    protocolVersion: '2025-11-25',
    capabilities: { tools: {} },
    serverInfo: { name: 'guarded', version: '1' },
  },
  'tools/list': TOOLS,
  'tools/call': { content: [{ type: 'text', text: 'ada' }] },
};

/**
 * @param changes to the metadata of the authorization server; undefined removes a member
 * @param isClient true if a client without a user is authenticated; by default every client is
 */
export async function startOAuthServer(
  t: TestContext,
  changes: Readonly<Record<string, unknown>> = {},
  isClient: (request: TokenRequest) => boolean | Promise<boolean> = () => true,
): Promise<OAuthServer> {
  const codes = new Map<string, { challenge: string; redirect: string }>();
  const access = new Set<string>();
  const refresh = new Set<string>();
  const seen: (string | undefined)[] = [];
  const issued = { codes: 0, refreshes: 0, machine: 0, registrations: 0 };
  const registered: Record<string, unknown>[] = [];
  let lifetime = 3600;

  const tokens = (withRefresh: boolean): object => {
    const [access_token, refresh_token] = [randomUUID(), randomUUID()];
    access.add(access_token);
    if (withRefresh) refresh.add(refresh_token);
    return {
      access_token,
      token_type: 'Bearer',
      expires_in: lifetime,
      ...(withRefresh ? { refresh_token } : {}),
    };
  };

  function grant(form: URLSearchParams): object | undefined {
    const code = codes.get(form.get('code') ?? '');
    const verifier = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    switch (form.get('grant_type')) {
      case 'authorization_code':
        codes.delete(form.get('code') ?? '');
        if (code?.challenge !== verifier || code.redirect !== form.get('redirect_uri')) return undefined;
        issued.codes += 1;
        return tokens(true);
      case 'refresh_token':
        if (!refresh.delete(form.get('refresh_token') ?? '')) return undefined;
        issued.refreshes += 1;
        return tokens(true);
      case 'client_credentials':
      case 'urn:ietf:params:oauth:grant-type:jwt-bearer':
        issued.machine += 1;
        return tokens(false);
      default:
        return undefined;
    }
  }

  function authorize(url: URL, response: ServerResponse): void {
    const code = randomUUID();
    const redirect = url.searchParams.get('redirect_uri') ?? '';
    codes.set(code, { challenge: url.searchParams.get('code_challenge') ?? '', redirect });
    const back = new URL(redirect);
    back.searchParams.set('code', code);
    back.searchParams.set('state', url.searchParams.get('state') ?? '');
    back.searchParams.set('iss', url.origin);
    response.writeHead(302, { location: back.href }).end();
  }

  async function mcp(request: IncomingMessage, response: ServerResponse, origin: string): Promise<void> {
    const { authorization } = request.headers;
    seen.push(authorization);
    const body = await text(request);
    if (!access.has(authorization?.replace('Bearer ', '') ?? '')) {
      const where = `${origin}/.well-known/oauth-protected-resource/mcp`;
      response.writeHead(401, { 'www-authenticate': `Bearer resource_metadata="${where}"` }).end();
      return;
    }
    if (request.method !== 'POST') return void response.writeHead(405).end();
    const { id, method } = JSON.parse(body);
    if (id === undefined) return void response.writeHead(202).end();
    const result = RESULTS[method];
    json(
      response,
      result
        ? { jsonrpc: '2.0', id, result }
        : { jsonrpc: '2.0', id, error: { code: -32601, message: method } },
    );
  }

  const server = createServer((request, response) => {
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const url = new URL(request.url ?? '/', origin);
    void (url.pathname === '/mcp' ? mcp(request, response, origin) : issue(url, request, response));
  });

  async function token(request: TokenRequest, response: ServerResponse): Promise<void> {
    const isMachine = !/^(authorization_code|refresh_token)$/.test(request.form.get('grant_type') ?? '');
    if (isMachine && !(await isClient(request)))
      return json(response, { error: 'invalid_client', error_description: 'no such client' }, 401);
    const given = grant(request.form);
    json(response, given ?? { error: 'invalid_grant' }, given ? 200 : 400);
  }

  async function issue(url: URL, request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (url.pathname === '/authorize') return authorize(url, response);
    if (url.pathname === '/register') {
      issued.registrations += 1;
      const client = JSON.parse(await text(request));
      registered.push(client);
      return json(response, { client_id: randomUUID(), ...client }, 201);
    }
    if (url.pathname === '/token') {
      const { authorization } = request.headers;
      const form = new URLSearchParams(await text(request));
      return token({ form, authorization, issuer: url.origin }, response);
    }
    const page = metadata(url.origin, changes)[url.pathname];
    return json(response, page ?? {}, page ? 200 : 404);
  }
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`,
    seen,
    issued,
    registered,
    revoke(all = false) {
      access.clear();
      if (all) refresh.clear();
    },
    setLifetime(seconds) {
      lifetime = seconds;
    },
  };
}

/** `resourceEnd` of the changes follows the name of the resource; the others are of the authorization server. */
const metadata = (
  origin: string,
  { resourceEnd = '', ...changes }: { readonly resourceEnd?: string },
): Record<string, object> => ({
  '/.well-known/oauth-protected-resource/mcp': {
    resource: `${origin}/mcp${resourceEnd}`,
    authorization_servers: [origin],
  },
  '/.well-known/oauth-authorization-server': {
    issuer: origin,
    authorization_endpoint: `${origin}/authorize`,
    token_endpoint: `${origin}/token`,
    registration_endpoint: `${origin}/register`,
    response_types_supported: ['code'],
    code_challenge_methods_supported: ['S256'],
    authorization_response_iss_parameter_supported: true,
    token_endpoint_auth_methods_supported: ['none', 'client_secret_basic'],
    ...changes,
  },
});

async function text(request: IncomingMessage): Promise<string> {
  let all = '';
  for await (const chunk of request) all += chunk;
  return all;
}

function json(response: ServerResponse, body: object, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
