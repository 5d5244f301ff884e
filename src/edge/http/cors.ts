/**
 * Lets browser pages of other origins in if the config names their origin (Fetch Standard, CORS protocol).
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AccessRules } from '../../model/stack.ts';

/** Response headers that a page may read. */
const EXPOSED = 'Mcp-Session-Id, WWW-Authenticate';
const METHODS = 'GET, POST, DELETE';
/** Request headers that MCP clients send; no others are allowed. */
const HEADERS: ReadonlySet<string> = new Set([
  'accept',
  'authorization',
  'content-type',
  'last-event-id',
  'mcp-method',
  'mcp-name',
  'mcp-protocol-version',
  'mcp-session-id',
]);
const PARAMETER = /^mcp-param-[!#$%&'*+\-.^_`|~0-9a-z]+$/;
/** How long a browser may cache the answer to a preflight. */
const MAX_AGE_SECONDS = 600;

/**
 * Sets the CORS headers of a response. The returned function is true if the request was a preflight; that has
 * been answered.
 *
 * @param access read at every request
 */
export function createCors(
  access: () => AccessRules,
): (request: IncomingMessage, response: ServerResponse) => boolean {
  return ({ method, headers }, response) => {
    const { origin } = headers;
    const origins = access().allowedOrigins ?? [];
    if (origins.length > 0) response.setHeader('vary', 'Origin');
    if (origin === undefined || !origins.includes(origin)) return false;
    response.setHeader('access-control-allow-origin', origin);
    if (method !== 'OPTIONS' || headers['access-control-request-method'] === undefined) {
      response.setHeader('access-control-expose-headers', EXPOSED);
      return false;
    }
    response.setHeader('access-control-allow-methods', METHODS);
    response.setHeader('access-control-allow-headers', allowed(headers['access-control-request-headers']));
    response.setHeader('access-control-max-age', MAX_AGE_SECONDS);
    if (headers['access-control-request-private-network'] === 'true')
      response.setHeader('access-control-allow-private-network', 'true');
    response.writeHead(204).end();
    return true;
  };
}

function allowed(asked = ''): string {
  const names = asked.split(',').map((name) => name.trim().toLowerCase());
  return names.filter((name) => HEADERS.has(name) || PARAMETER.test(name)).join(', ');
}
