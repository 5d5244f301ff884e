/** What happens when a person or a supervisor ends a chaos run early. */

const EXIT_CODES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/**
 * On the first signal, cleans up and exits. A second one ends the process immediately; the watchdog then cleans up after it.
 *
 * @param cleanUp must not reject
 * @returns true once a signal has come: from then on the work of this process may fail in any way
 */
export function onBreakOff(cleanUp: () => Promise<void>, log: (text: string) => void): () => boolean {
  let isBrokenOff = false;
  for (const signal of Object.keys(EXIT_CODES) as (keyof typeof EXIT_CODES)[])
    process.on(signal, () => {
      if (isBrokenOff) process.exit(EXIT_CODES[signal]);
      isBrokenOff = true;
      log(`${signal}: removing everything that this run has started`);
      void cleanUp().then(() => process.exit(EXIT_CODES[signal]));
    });
  return () => isBrokenOff;
}
