/**
 * The rule for which values of a stack are secret: every value that comes from outside or is meant for one
 * server alone, unless the value is evidently harmless.
 */
import type { SecretSource, Server } from '../model/desired.ts';
import { resolveReferences, type Values, valueIn, variablesIn } from '../model/references.ts';
import { SHORTEST_SECRET, urlParts } from './printed-forms.ts';
import type { Secret } from './redact.ts';
import { SECRET_NAME } from './secret-name.ts';

/** Contents of the files that entries name. An unreadable file has none: its server cannot start either. */
export interface SecretFiles {
  /** Variables of an env file. */
  readonly variables: (path: string) => Readonly<Record<string, string | undefined>>;
  readonly text: (path: string) => string;
}

/** A value under the name of its variable, header or option. */
type Named = readonly [name: string, value: string, isReference?: true];

const PLAIN_NAMES: ReadonlySet<string> = new Set(
  `NODE_ENV LOG_LEVEL PATH HOME USER LOGNAME SHELL PWD TERM TZ LANG LC_ALL TMPDIR HOSTNAME EDITOR
  PYTHONUNBUFFERED ACCEPT CONTENT-TYPE USER-AGENT`.split(/\s+/),
);

const PLAIN_WORDS: ReadonlySet<string> = new Set(
  `true false none null auto default enabled disabled always never production development staging test testing
  trace debug info information warn warning error fatal silent verbose quiet json text plain utf-8 utf8
  stdio http https localhost server client memory local`.split(/\s+/),
);

const FOLDERS = 'Users Volumes app data etc home media mnt opt root run srv tmp usr var workspace';
/** Paths below the usual folders. Any other text that begins with a slash may be a key in Base64. */
const USUAL_PATH = new RegExp(`^(?:\\.{1,2}|~|/(?:${FOLDERS.replaceAll(' ', '|')}))(?:/[\\w.@-]+)*/?$`);

/**
 * Values that must not be shown: those of `env` (also of the native alternative), env files, `secrets`,
 * headers, OAuth credentials, credentials in a remote URL, options such as `--token VALUE`, and every
 * `${VAR}` reference, which is shown as its name. Left out are values shorter than four characters and, where
 * the name does not suggest a secret, harmless values: those of usual names such as NODE_ENV, usual words,
 * numbers of at most five digits with or without a unit, and the names of the servers themselves; of values
 * that stand in the file itself also addresses without path and user, and paths.
 */
export function secretValues(
  servers: readonly Server[],
  values: Values,
  files: SecretFiles,
): readonly Secret[] {
  const names = new Set(servers.map(({ serverName }) => serverName));
  return secretsAmong(
    servers.flatMap((it) => namedValues(it, values, files)),
    (value) => names.has(value),
  );
}

/** Values of variables that must not be shown, by the same rule. */
export function secretVariables(names: readonly string[], values: Values): readonly Secret[] {
  return secretsAmong(
    names.map((name) => [name, valueIn(name, values) ?? '', true]),
    () => false,
  );
}

function secretsAmong(named: readonly Named[], isServerName: (value: string) => boolean): readonly Secret[] {
  const isSecret = ([name, value, isReference]: Named): boolean =>
    value.trim().length >= SHORTEST_SECRET &&
    !PLAIN_NAMES.has(name.toUpperCase()) &&
    (SECRET_NAME.test(name) || !(isServerName(value) || isPlain(value) || (!isReference && isPlace(value))));
  const found = new Map<string, Secret>();
  for (const [name, value, isReference] of named.filter(isSecret))
    for (const text of withoutScheme(value))
      if (!found.has(text)) found.set(text, { value: text, ...(isReference && { shown: `\${${name}}` }) });
  return [...found.values()];
}

/** True for usual words and short numbers, which say nothing and stand in many texts. */
function isPlain(value: string): boolean {
  const text = value.trim();
  return PLAIN_WORDS.has(text.toLowerCase()) || /^\d{1,5}(?:\.\d{1,3})?[a-z]{0,2}$/i.test(text);
}

/** True for addresses without path and user, and for paths. */
function isPlace(value: string): boolean {
  const text = value.trim();
  if (/^(?:[a-z]+:\/\/)?(?:localhost|[\d.]{7,15}|[\w-]+(?:\.[\w-]+)+):\d{1,5}\/?$/i.test(text)) return true;
  if (/^https?:\/\/[\w.-]*\/?$/i.test(text)) return true;
  return USUAL_PATH.test(text);
}

function namedValues(server: Server, values: Values, files: SecretFiles): readonly Named[] {
  const resolved = ([name, text]: Named): Named => [name, resolveReferences(text, values)];
  const referenced = variablesIn(JSON.stringify(server)).map(
    (name): Named => [name, valueIn(name, values) ?? '', true],
  );
  return [
    ...referenced,
    ...ownValues(server, values, files).map(resolved),
    ...sourced(server, values, files),
  ];
}

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
      'file' in source ? files.text(source.file).trim() : (valueIn(source.environment, values) ?? ''),
    ]);
}

/** Splits `Bearer abc` of a header, since the credential may also appear alone. */
function withoutScheme(value: string): readonly string[] {
  const [, credential] = /^\w+ (\S+)$/.exec(value) ?? [];
  return credential === undefined ? [value] : [value, credential];
}
