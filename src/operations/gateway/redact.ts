/** Replaces secrets in texts that servers wrote: known values, and anything that looks like a credential. */
import type { Server } from '../../model/desired.ts';
import { resolveReferences, type Values, variablesIn } from '../../model/references.ts';

/** Returns the text with its secrets replaced. */
export type Redact = (text: string) => string;

const BLANK = '[redacted]';
/** Characters. A shorter value would also match in ordinary words. */
const SHORTEST = 6;

const SECRET_NAME = /key|token|secret|passw|auth|credential|bearer|cookie|session|dsn|private/i;

/** No pattern looks further back than its first literal word, so a hostile log line takes linear time. */
const PATTERNS: readonly (readonly [pattern: RegExp, replacement: string])[] = [
  // scheme://user:password@host
  [/(:\/\/[^\s:@/]*:)[^\s@/]+(?=@)/g, `$1${BLANK}`],
  [/\b(bearer|basic)\s+[\w.~+/=-]{8,}/gi, `$1 ${BLANK}`],
  // NAME=value, "name": "value", name: value
  [
    /((?:api.?key|token|secret|password|passwd|credentials?|cookie)["']?\s*[=:]\s*["']?)[^\s"',;&]{3,}/gi,
    `$1${BLANK}`,
  ],
];

/** @param secrets values to replace; values of fewer than six characters are ignored */
export function createRedact(secrets: readonly string[]): Redact {
  const known = [...new Set(secrets)]
    .filter(({ length }) => length >= SHORTEST)
    // The longest first, since a secret may contain a shorter one.
    .sort((a, b) => b.length - a.length);
  return (text) => {
    const withoutKnown = known.reduce((rest, secret) => rest.replaceAll(secret, BLANK), text);
    return PATTERNS.reduce((rest, [pattern, blank]) => rest.replace(pattern, blank), withoutKnown);
  };
}

/**
 * Values in a stack that are likely to be secret: variables and `env` entries whose names suggest it, and all
 * headers. Env files and Compose secrets are not read; patterns catch their values if a server prints them
 * with their names.
 */
export function secretValues(servers: readonly Server[], values: Values): readonly string[] {
  return servers.flatMap((server) => {
    const variables = variablesIn(JSON.stringify(server))
      .filter((name) => SECRET_NAME.test(name))
      .map((name) => (Object.hasOwn(values, name) ? values[name] : undefined));
    return [...variables, ...ownSecrets(server).map((text) => resolveReferences(text, values))]
      .filter((value) => value !== undefined)
      .flatMap(withoutScheme);
  });
}

function ownSecrets(server: Server): readonly string[] {
  if (server.type === 'builtin') return [];
  if (server.type === 'remote') {
    const { clientSecret, idp } = server.oauth ?? {};
    const given = [clientSecret, idp?.clientSecret].filter((it) => it !== undefined);
    return [...Object.values(server.headers), ...given];
  }
  const native = server.type === 'container' ? server.native : undefined;
  return Object.entries({ ...server.env, ...native?.env })
    .filter(([name]) => SECRET_NAME.test(name))
    .map(([, value]) => value);
}

/** Splits `Bearer abc` of a header, since the credential may also appear alone. */
const withoutScheme = (value: string): readonly string[] => {
  const [, credential] = /^\w+ (\S+)$/.exec(value) ?? [];
  return credential === undefined ? [value] : [value, credential];
};
