/** What callers give for an entry: values of its parameters, variables of its environment. Never secrets. */
import type { Entry } from '../../../catalogue/entry/entry.ts';
import { GatewayError } from '../../../errors.ts';
import { isRecord } from '../../../model/collections/is-record.ts';
import { sortedJson } from '../../../model/collections/sorted-json.ts';

/** How an added server was asked for. Kept with it, so that it can be changed and compared. */
export interface Asked {
  readonly prefix: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly environment: Readonly<Record<string, string>>;
  readonly version?: string;
}

const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]{0,127}$/;
/** Names of variables whose values are probably secret. */
const SECRET_NAME =
  /token|secret|passw(or)?d|passwd|api_?key|access_?key|private_?key|credential|_pat$|_key$/i;
/** Variables by which any program can be made to run other code. */
const DANGEROUS = /^(LD_|DYLD_|PATH$|NODE_OPTIONS$|PYTHON(PATH|STARTUP|HOME)$|BASH_ENV$|ENV$)/;

/** What facts of an added server hold. */
export function askedOf(parameters: Readonly<Record<string, unknown>>, serverName: string): Asked {
  const { prefix, config, environment, version } = parameters;
  return {
    prefix: typeof prefix === 'string' ? prefix : serverName,
    config: isRecord(config) ? config : {},
    environment: isRecord(environment) ? textsOf(environment) : {},
    ...(typeof version === 'string' && { version }),
  };
}

const textsOf = (values: Readonly<Record<string, unknown>>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]));

/**
 * Names of parameters may stand among the variables, as people mix them up.
 * @throws GatewayError SECRET_IN_ARGUMENT, USAGE
 */
export function sorted(
  entry: Entry,
  config: Readonly<Record<string, unknown>>,
  environment: Readonly<Record<string, unknown>>,
): Pick<Asked, 'config' | 'environment'> {
  const secrets = new Set((entry.secrets ?? []).map(({ name }) => name));
  const parameters = new Set((entry.parameters ?? []).map(({ name }) => name));
  for (const name of [...Object.keys(config), ...Object.keys(environment)])
    if (secrets.has(name) || (SECRET_NAME.test(name) && !parameters.has(name)))
      throw secretInArgument(name, secrets.has(name));
  const given = Object.entries(environment);
  const variables = given.filter(([name]) => !parameters.has(name));
  for (const [name] of variables) requireVariable(name);
  const named = Object.fromEntries(given.filter(([name]) => parameters.has(name)));
  return { config: { ...config, ...named }, environment: textsOf(Object.fromEntries(variables)) };
}

function secretInArgument(name: string, isKnown: boolean): GatewayError {
  const why = isKnown ? 'is a secret of this server' : 'looks like a secret';
  return new GatewayError(
    'SECRET_IN_ARGUMENT',
    `${name} ${why}: secrets are never arguments, since models and logs of clients would keep them`,
    { hint: `let the user run: npx hive secret set ${name}` },
  );
}

/** @throws GatewayError USAGE */
function requireVariable(name: string): void {
  if (VARIABLE.test(name) && !DANGEROUS.test(name)) return;
  throw new GatewayError('USAGE', `${name} cannot be set in the environment of an added server`, {
    hint: 'registry_info lists the parameters that the entry has',
  });
}

/** Texts that stay texts in the file: a `$` there would begin a reference. */
export const literal = (text: string): string => text.replaceAll('$', '$$$$');

/** True for the same wish. */
export const isSameWish = (a: Asked, b: Asked): boolean => sortedJson(a) === sortedJson(b);
