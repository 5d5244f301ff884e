/** The variables of the gateway's environment that native servers get. */

/**
 * For every native server: to find programs, a home and temporary files, to speak the user's language, and to
 * reach the network through its proxy with its certificates. None is likely to be a secret, but for the
 * password of a proxy.
 */
export const USUAL_VARIABLES: readonly string[] = [
  ...['HOME', 'LOGNAME', 'PATH', 'SHELL', 'TERM', 'USER'],
  ...['LANG', 'LANGUAGE', 'LC_*', 'TZ', 'TMPDIR', 'XDG_*'],
  ...['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'NO_PROXY'],
  ...['http_proxy', 'https_proxy', 'all_proxy', 'no_proxy'],
  ...['SSL_CERT_FILE', 'SSL_CERT_DIR', 'NODE_EXTRA_CA_CERTS', 'REQUESTS_CA_BUNDLE', 'CURL_CA_BUNDLE'],
  // On Windows, programs find neither their folders nor the system without these.
  ...[
    'APPDATA',
    'LOCALAPPDATA',
    'USERPROFILE',
    'SYSTEMROOT',
    'SYSTEMDRIVE',
    'TEMP',
    'TMP',
    'PATHEXT',
    'COMSPEC',
  ],
];

/** Marks that Hive gives to its own processes. A server that got them would be taken for one of Hive's. */
const OWN = /^HIVE_/;

/** The variables that are set and match a name, or a pattern in which `*` stands for any text. */
export function inheritedVariables(
  patterns: readonly string[],
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Record<string, string> {
  const texts = patterns.map((pattern) => pattern.replaceAll('*', '.*'));
  const matches = new RegExp(`^(?:${texts.join('|')})$`);
  const found: Record<string, string> = {};
  for (const [name, value] of Object.entries(environment))
    if (value !== undefined && matches.test(name) && !OWN.test(name)) found[name] = value;
  return found;
}
