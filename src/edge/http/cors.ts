/** Pages of other origins in a browser (Fetch Standard, CORS protocol): none, but for the origins that the config names. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AccessRules } from '../../model/stack.ts';

/** What a page may read of an answer besides its body. */
const EXPOSED = 'Mcp-Session-Id, WWW-Authenticate';
const METHODS = 'GET, POST, DELETE';
/** What MCP clients send; anything else is not ours to allow. */
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
/** Seconds that a browser may keep the answer to its question. */
const MAX_AGE = 600;

/**
 * Sets the CORS headers of a response. The returned function is true if the request was a preflight; it has been answered.
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
    response.setHeader('access-control-max-age', MAX_AGE);
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
