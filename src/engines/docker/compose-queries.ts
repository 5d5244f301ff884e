/** Short questions to Compose, by the `docker-compose` package: they need neither a limit nor cancelling. */

/**
 * The version of Compose, as `2.26.1`; undefined if Compose cannot be run. The package is loaded only now,
 * since the start of a gateway asks nothing.
 * @param engineEnv Compose fails before it says its version if its variables name no engine
 */
export async function composeVersion(
  engineEnv: Readonly<Record<string, string>>,
): Promise<string | undefined> {
  // The build has a CommonJS package under `default` only.
  const { default: compose } = await import('docker-compose');
  const answer = compose.version({ env: { ...process.env, ...engineEnv } });
  return answer.then(
    ({ data }) => /\d+\.\d+(?:\.\d+)?/.exec(data.version)?.[0],
    () => undefined,
  );
}
