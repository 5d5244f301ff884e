/**
 * `fetch` for clients that log in without a person. A refusal is final: the SDK would ask a second time, which gets the
 * same refusal, and some servers count failed attempts (SEP-1933).
 */
export function onceOnly(fetchFn: typeof fetch): typeof fetch {
  return async (input, init) => {
    const response = await fetchFn(input, init);
    if (init?.method !== 'POST' || response.ok) return response;
    const answer = (await response
      .clone()
      .json()
      .catch(() => ({}))) as { error?: unknown; error_description?: unknown };
    if (typeof answer.error !== 'string' || answer.error === 'use_dpop_nonce') return response;
    throw new Error(
      [answer.error, answer.error_description].filter((it) => typeof it === 'string').join(': '),
    );
  };
}
