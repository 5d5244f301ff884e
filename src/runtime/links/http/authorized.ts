import type { Dispatcher } from 'undici';
import type { Authorizer, Target } from '../../oauth/authorizer.ts';

type Send = (headers: Record<string, string>) => Promise<Dispatcher.ResponseData>;

/**
 * Sends a request with the server's access token on it, and once more with a renewed one when it is refused.
 * @throws GatewayError LOGIN_REQUIRED, and what `send` throws
 */
export async function authorized(
  authorizer: Authorizer | undefined,
  target: Target,
  send: Send,
): Promise<Dispatcher.ResponseData> {
  if (!authorizer) return send({});
  const response = await proven(authorizer, target, send);
  if (response.statusCode !== 401 && !isNarrow(response)) return response;
  await response.body.dump();
  await authorizer.refused(response.statusCode, challengeOf(response));
  return proven(authorizer, target, send);
}

/** Once more where the server wants a value of its own in the proof (RFC 9449, 9): that refuses no token. */
async function proven(authorizer: Authorizer, target: Target, send: Send): Promise<Dispatcher.ResponseData> {
  const response = await send(await authorizer.headers(target));
  const { 'dpop-nonce': nonce } = response.headers;
  if (typeof nonce === 'string') await authorizer.remember(target.address, nonce);
  if (response.statusCode !== 401 || !/use_dpop_nonce/.test(challengeOf(response) ?? '')) return response;
  await response.body.dump();
  return send(await authorizer.headers(target));
}

/** Any other 403 is the server's last word. */
const isNarrow = (response: Dispatcher.ResponseData): boolean =>
  response.statusCode === 403 && /insufficient_scope/.test(challengeOf(response) ?? '');

function challengeOf({ headers }: Dispatcher.ResponseData): string | undefined {
  const value = headers['www-authenticate'];
  return Array.isArray(value) ? value.join(', ') : value;
}
