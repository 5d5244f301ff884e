/** Short questions to Compose, by the `docker-compose` package: they need neither a limit nor cancelling. */

/**
 * The version of Compose, as `2.26.1`; undefined if Compose cannot be run. The package is loaded only now,
 * since the start of a gateway asks nothing.
 */
export async function composeVersion(): Promise<string | undefined> {
  // The build has a CommonJS package under `default` only.
  const { default: compose } = await import('docker-compose');
  const answer = compose.version();
  return answer.then(
    ({ data }) => /\d+\.\d+(?:\.\d+)?/.exec(data.version)?.[0],
    () => undefined,
  );
}
