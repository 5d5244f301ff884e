const STEP_TIMEOUT_MS = 15_000;

/** For requests to authorization servers: none takes longer than 15 seconds. */
export const boundedFetch: typeof fetch = (input, init) =>
  fetch(input, { ...init, signal: init?.signal ?? AbortSignal.timeout(STEP_TIMEOUT_MS) });
