/** Makes the refusal of a token request final. */

/**
 * Throws the OAuth error of a refused POST, where the SDK would send the request a second time. The same
 * request of a machine would be refused again, and some authorization servers count failed attempts
 * (SEP-1933). A request for a DPoP nonce is no refusal.
 */
export function withoutRetry(fetchFn: typeof fetch): typeof fetch {
  return async (input, init) => {
    const response = await fetchFn(input, init);
    if (init?.method !== 'POST' || response.ok) return response;
    const body = (await response
      .clone()
      .json()
      .catch(() => ({}))) as { error?: unknown; error_description?: unknown };
    if (typeof body.error !== 'string' || body.error === 'use_dpop_nonce') return response;
    throw new Error([body.error, body.error_description].filter((it) => typeof it === 'string').join(': '));
  };
}
