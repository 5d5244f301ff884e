/** Short questions to Compose, by the `docker-compose` package: they need neither a limit nor cancelling. */

/** As `2.26.1`; undefined if Compose cannot be run. Loads the package only now: a start of the gateway asks nothing. */
export async function composeVersion(): Promise<string | undefined> {
  const { version } = await import('docker-compose');
  try {
    const { data } = await version();
    return /\d+\.\d+(?:\.\d+)?/.exec(data.version)?.[0];
  } catch {
    return undefined;
  }
}
