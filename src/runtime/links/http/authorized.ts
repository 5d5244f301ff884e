/** Sends requests with a server's access token, and again with a renewed one. */
import { GatewayError } from '../../../errors.ts';
import type { Authorizer, ProtectedRequest } from '../../oauth/authorizer.ts';
import { lacksScope } from '../../oauth/challenge.ts';
import { UnchallengedError } from './errors.ts';
import { type HttpResponse, headerOf } from './response.ts';

const CHALLENGE = 'www-authenticate';

type SendRequest = (headers: Record<string, string>) => Promise<HttpResponse>;

/**
 * Sends a request with the server's access token. If the server refuses the token, it is renewed and the
 * request sent a second time.
 * @param authorizer undefined for servers that need no login
 * @param send is called with the headers to add
 * @throws GatewayError LOGIN_REQUIRED, LOGIN_FAILED (UnchallengedError if the server has not asked for a
 * login); and what `send` throws
 */
export async function authorized(
  authorizer: Authorizer | undefined,
  request: ProtectedRequest,
  send: SendRequest,
): Promise<HttpResponse> {
  if (!authorizer) return send({});
  const response = await sendProven(authorizer, request, send);
  const { statusCode } = response;
  const challenge = headerOf(response, CHALLENGE);
  if (statusCode !== 401 && !lacksScope(statusCode, challenge)) return response;
  await response.body.dump();
  await authorizer.refused(statusCode, challenge).catch((error) => {
    throw challenge === undefined && error instanceof GatewayError ? new UnchallengedError(error) : error;
  });
  return sendProven(authorizer, request, send);
}

/**
 * Sends the request a second time if the server wants its nonce in the proof of possession (RFC 9449, 9),
 * which is no refusal of the token.
 */
async function sendProven(
  authorizer: Authorizer,
  request: ProtectedRequest,
  send: SendRequest,
): Promise<HttpResponse> {
  const response = await send(await authorizer.headers(request));
  const { 'dpop-nonce': nonce } = response.headers;
  if (typeof nonce === 'string') await authorizer.rememberNonce(request.address, nonce);
  if (response.statusCode !== 401 || !/use_dpop_nonce/.test(headerOf(response, CHALLENGE) ?? ''))
    return response;
  await response.body.dump();
  return send(await authorizer.headers(request));
}
