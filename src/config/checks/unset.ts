/** Variables of entries that have no value: each fails only its server, at its start. */
import { isRecord } from '../../model/collections/is-record.ts';
import { unsetIn, type Values, valueIn } from '../../model/references.ts';
import { secretIn, secretVariable } from '../../model/secrets/secret-name.ts';
import type { SecretTroubles } from '../../model/secrets/secrets.ts';
import { unsetWords } from '../../model/secrets/unset-words.ts';
import type { RawServer } from '../parse/collect.ts';
import type { Finding } from '../source/report.ts';
import type { KeyPath } from '../source/source.ts';
import { textsIn } from '../source/texts.ts';

export interface Unset {
  readonly variable: string;
  /** Where it is used first, from the top of the file. */
  readonly keyPath: KeyPath;
}

/** Each variable without a value once, at its first place. */
export function unsetOf({ data, keyPath }: Pick<RawServer, 'data' | 'keyPath'>, values: Values): Unset[] {
  const found = new Map<string, Unset>();
  for (const { path, text } of textsIn(data)) {
    const name = namedIn(path, text);
    const names =
      name === undefined ? unsetIn(text, values) : [name].filter((it) => valueIn(it, values) === undefined);
    for (const variable of names)
      if (!found.has(variable)) found.set(variable, { variable, keyPath: [...keyPath, ...path] });
  }
  return [...found.values()];
}

/** `{ environment: NAME }` and `{ secret: NAME }` name a variable without `${…}`. */
export function namedIn(path: KeyPath, text: string): string | undefined {
  const key = path[0] === 'secrets' || path[0] === 'oauth' ? path.at(-1) : undefined;
  if (key === 'secret') return secretVariable(text);
  return key === 'environment' ? text : undefined;
}

/** Folders that clients fill in, where Hive has no client. */
const OF_CLIENTS = /^(workspace(Folder|Root|FolderBasename)|userHome|pathSeparator|extensionPath)$/;

/** @param file name of the config file, as it is shown */
export function unsetFinding(
  { serverName, data }: Pick<RawServer, 'serverName' | 'data'>,
  variable: string,
  file: string,
  troubles: SecretTroubles,
): Finding {
  const { message, hint } = unsetWords({ variable, trouble: troubles.get(secretIn(variable) ?? '') }, file);
  return {
    code: 'VARIABLE_UNSET',
    message: `${message}, and ${serverName} uses it`,
    hint: foreignHint(data, variable) ?? hint,
  };
}

/** Undefined if the usual fix fits. */
function foreignHint(data: unknown, variable: string): string | undefined {
  if (OF_CLIENTS.test(variable)) return 'another client fills this in: write the path itself';
  const env = isRecord(data) && isRecord(data.env) ? data.env : {};
  // A value such as `${NAME}` under its own name only passes the variable on.
  if (Object.hasOwn(env, variable) && !String(env[variable]).includes(`\${${variable}`))
    return `only the server gets env of the entry: write $\${${variable}} if the server replaces it itself`;
  return undefined;
}

export const isOff = (data: unknown): boolean =>
  isRecord(data) && (data.enabled === false || data.disabled === true);
