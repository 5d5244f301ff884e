/**
 * The rule for which values of a stack are secret: every value that comes from outside or is meant for one
 * server alone, unless the value is evidently harmless.
 */
import type { SecretSource, Server } from '../../model/desired.ts';
import { resolveReferences, type Values, variablesIn } from '../../model/references.ts';
import { SHORTEST_SECRET, urlParts } from './printed-forms.ts';
import { SECRET_NAME } from './secret-name.ts';

/** Reads files that entries name. An unreadable file has no values: its server cannot start either. */
export interface SecretFiles {
  /** Variables of an env file. */
  readonly variables: (path: string) => Readonly<Record<string, string | undefined>>;
  readonly text: (path: string) => string;
  readonly exists: (path: string) => boolean;
}

/** A value under the name of its variable, header or option. */
type Named = readonly [name: string, value: string];

const PLAIN_NAMES: ReadonlySet<string> = new Set(
  `NODE_ENV LOG_LEVEL PATH HOME USER LOGNAME SHELL PWD TERM TZ LANG LC_ALL TMPDIR HOSTNAME EDITOR
  PYTHONUNBUFFERED ACCEPT CONTENT-TYPE USER-AGENT`.split(/\s+/),
);

const PLAIN_WORDS: ReadonlySet<string> = new Set(
  `true false none null auto default enabled disabled always never production development staging test testing
  trace debug info information warn warning error fatal silent verbose quiet json text plain utf-8 utf8
  stdio http https localhost server client memory local`.split(/\s+/),
);

/** Folders of containers, where the existence of a path cannot be checked. */
const CONTAINER_PATH =
  /^\/(?:app|data|etc|home|mnt|opt|root|run|srv|tmp|usr|var|workspace)(?:\/[\w.@-]+)*\/?$/;

/**
 * Values that must not be shown: those of `env` (also of the native alternative), env files, `secrets`,
 * headers, OAuth credentials, credentials in a remote URL, options such as `--token VALUE`, and every
 * `${VAR}` reference. Left out are values shorter than four characters and, where the name does not suggest a
 * secret, harmless values: those of usual names such as NODE_ENV, usual words, numbers of at most five digits
 * with or without a unit, addresses without path and user, paths, and the names of the servers themselves.
 */
export function secretValues(
  servers: readonly Server[],
  values: Values,
  files: SecretFiles,
): readonly string[] {
  const names = new Set(servers.map(({ serverName }) => serverName));
  const isSecret = ([name, value]: Named): boolean =>
    value.trim().length >= SHORTEST_SECRET &&
    !PLAIN_NAMES.has(name.toUpperCase()) &&
    (SECRET_NAME.test(name) || !(names.has(value) || isHarmless(value, files)));
  const found = servers
    .flatMap((server) => namedValues(server, values, files))
    .filter(isSecret)
    .flatMap(([, value]) => withoutScheme(value));
  return [...new Set(found)];
}

function isHarmless(value: string, files: SecretFiles): boolean {
  const text = value.trim();
  if (PLAIN_WORDS.has(text.toLowerCase()) || /^\d{1,5}(?:\.\d{1,3})?[a-z]{0,2}$/i.test(text)) return true;
  if (/^(?:[a-z]+:\/\/)?(?:localhost|[\d.]{7,15}|[\w-]+(?:\.[\w-]+)+):\d{1,5}\/?$/i.test(text)) return true;
  if (/^https?:\/\/[\w.-]+\/?$/i.test(text)) return true;
  return CONTAINER_PATH.test(text) || (/^\.{0,2}\//.test(text) && files.exists(text));
}

function namedValues(server: Server, values: Values, files: SecretFiles): readonly Named[] {
  const resolved = ([name, text]: Named): Named => [name, resolveReferences(text, values)];
  const referenced = variablesIn(JSON.stringify(server)).map((name): Named => [name, valueIn(name, values)]);
  return [
    ...referenced,
    ...ownValues(server, values, files).map(resolved),
    ...sourced(server, values, files),
  ];
}

const valueIn = (name: string, values: Values): string =>
  (Object.hasOwn(values, name) ? values[name] : undefined) ?? '';

/** Values that the entry itself sets. They may hold `${VAR}` references. */
function ownValues(server: Server, values: Values, files: SecretFiles): readonly Named[] {
  if (server.type === 'builtin') return [];
  if (server.type === 'remote') {
    const { clientSecret = '', idp } = server.oauth ?? {};
    const parts = urlParts(resolveReferences(server.url, values));
    const secrets = [clientSecret, idp?.clientSecret ?? '', ...parts];
    return [...Object.entries(server.headers), ...secrets.map((value): Named => ['secret', value])];
  }
  const native = server.type === 'container' ? server.native : server;
  const command =
    server.type === 'container' ? [...(server.entrypoint ?? []), ...(server.command ?? [])] : [];
  const fromFiles = (server.envFile ?? []).flatMap((path) => Object.entries(files.variables(path)));
  return [
    ...fromFiles.map(([name, value = '']): Named => [name, value]),
    ...Object.entries({ ...server.env }),
    ...Object.entries({ ...native?.env }),
    ...optionValues(command),
    ...optionValues(native?.args ?? []),
  ];
}

/** Values of `--token VALUE` and `--token=VALUE`. */
function optionValues(args: readonly string[]): readonly Named[] {
  return args.flatMap((arg, index): Named[] => {
    const [, name = '', own] = /^--?([\w-]+)(?:=([\s\S]*))?$/.exec(arg) ?? [];
    return SECRET_NAME.test(name) ? [[name, own ?? args[index + 1] ?? '']] : [];
  });
}

/** Contents of files and values of variables that the entry names as secrets. */
function sourced(server: Server, values: Values, files: SecretFiles): readonly Named[] {
  const { privateKey, assertion } = (server.type === 'remote' && server.oauth) || {};
  const own = server.type === 'container' ? Object.values(server.secrets ?? {}) : [];
  return [...own, privateKey, assertion]
    .filter((source): source is SecretSource => source !== undefined)
    .map((source) => [
      'secret',
      'file' in source ? files.text(source.file).trim() : valueIn(source.environment, values),
    ]);
}

/** Splits `Bearer abc` of a header, since the credential may also appear alone. */
function withoutScheme(value: string): readonly string[] {
  const [, credential] = /^\w+ (\S+)$/.exec(value) ?? [];
  return credential === undefined ? [value] : [value, credential];
}
