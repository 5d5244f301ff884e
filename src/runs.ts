/** When work runs that is asked for more often than it is to be done. */

/** Runs `run` for the newest request; requests that come meanwhile become one more run, never two at a time. */
export function latestWins(
  run: (cause: string) => Promise<void>,
  onError: (error: unknown) => void,
): { request(cause: string): void; close(): Promise<void> } {
  let next: string | undefined;
  let running: Promise<void> | undefined;
  let closed = false;
  const loop = async (): Promise<void> => {
    while (next !== undefined && !closed) {
      const cause = next;
      next = undefined;
      await run(cause).catch(onError);
    }
    running = undefined;
  };
  return {
    request(cause) {
      next = cause;
      if (!closed) running ??= loop();
    },
    async close() {
      closed = true;
      await running;
    },
  };
}

/** Many calls in one turn of the event loop become one. */
export function coalesce(run: () => void): () => void {
  let due = false;
  return () => {
    if (due) return;
    due = true;
    setImmediate(() => {
      due = false;
      run();
    });
  };
}

/** Resolves after everything that is coalesced by now has run. */
export const afterRuns = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** The first call runs it; the others get the same result. */
export function once(run: () => Promise<void>): () => Promise<void> {
  let result: Promise<void> | undefined;
  return () => {
    result ??= run();
    return result;
  };
}
