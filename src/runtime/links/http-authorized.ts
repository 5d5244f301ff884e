import type { Dispatcher } from 'undici';
import type { Authorizer } from '../oauth/authorizer.ts';

/**
 * Sends a request with the server's access token on it, and once more with a renewed one when it is refused.
 * @throws GatewayError LOGIN_REQUIRED, and what `send` throws
 */
export async function authorized(
  authorizer: Authorizer | undefined,
  send: (headers: Record<string, string>) => Promise<Dispatcher.ResponseData>,
): Promise<Dispatcher.ResponseData> {
  if (!authorizer) return send({});
  const response = await send(await tokenHeader(authorizer));
  if (response.statusCode !== 401 && !isNarrow(response)) return response;
  await response.body.dump();
  await authorizer.refused(response.statusCode, challengeOf(response));
  return send(await tokenHeader(authorizer));
}

async function tokenHeader(authorizer: Authorizer): Promise<Record<string, string>> {
  const authorization = await authorizer.header();
  return authorization === undefined ? {} : { authorization };
}

/** Any other 403 is the server's last word. */
const isNarrow = (response: Dispatcher.ResponseData): boolean =>
  response.statusCode === 403 && /insufficient_scope/.test(challengeOf(response) ?? '');

function challengeOf({ headers }: Dispatcher.ResponseData): string | undefined {
  const value = headers['www-authenticate'];
  return Array.isArray(value) ? value.join(', ') : value;
}
