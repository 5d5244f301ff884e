/**
 * What refuses a machine once would do so again, and some count such attempts: the answer is final, where the SDK would ask
 * twice (SEP-1933).
 */
export function onceOnly(fetchFn: typeof fetch): typeof fetch {
  return async (input, init) => {
    const response = await fetchFn(input, init);
    if (init?.method !== 'POST' || response.ok) return response;
    const told = (await response
      .clone()
      .json()
      .catch(() => ({}))) as { error?: unknown; error_description?: unknown };
    if (typeof told.error !== 'string' || told.error === 'use_dpop_nonce') return response;
    throw new Error([told.error, told.error_description].filter((it) => typeof it === 'string').join(': '));
  };
}
