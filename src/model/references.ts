/**
 * `${VAR}` references in texts, in the grammar of Compose interpolation: `$$`, `${NAME}`, `${NAME:-default}`,
 * `${NAME-default}`, `${NAME:?message}`, `${NAME?message}`, `${NAME:+other}`, `${NAME+other}`. A bare `$NAME`
 * is plain text in Hive. `${secret:NAME}` refers to a secret that Hive keeps, with the same operators; its
 * variable is `secret:NAME`.
 */
import { COMPOSE_PREFIX } from './secrets/secret-name.ts';

const TOKEN = /\$\$|\$\{((?:secret:)?[A-Za-z_][A-Za-z0-9_]*)(?:(:?[-?+])([^}]*))?\}/g;

/**
 * The text up to its last `}`, behind which there is no reference. Without this, each `${` behind it would
 * cost a search to the end of the text.
 */
export const untilLastBrace = (text: string): string => text.slice(0, text.lastIndexOf('}') + 1);

/** Values of variables by name. */
export type Values = Readonly<Record<string, string | undefined>>;

interface Reference {
  readonly variable: string;
  readonly operator: string;
  readonly operand: string;
}

function* references(text: string): Generator<Reference> {
  for (const [, variable, operator = '', operand = ''] of untilLastBrace(text).matchAll(TOKEN)) {
    if (variable !== undefined) yield { variable, operator, operand };
  }
}

/** Names of all variables in the text, in order of appearance. */
export function variablesIn(text: string): string[] {
  return [...references(text)].map((reference) => reference.variable);
}

/** Names of the variables that have neither a value nor a default. */
export function unsetIn(text: string, values: Values): string[] {
  return [...references(text)]
    .filter((reference) => isUnset(reference, values))
    .map(({ variable }) => variable);
}

/** The value of a variable, which may have the name of a member that every object inherits. */
export const valueIn = (variable: string, values: Values): string | undefined =>
  Object.hasOwn(values, variable) ? values[variable] : undefined;

function isUnset({ variable, operator }: Reference, values: Values): boolean {
  const value = valueIn(variable, values);
  if (operator === '' || operator === '?') return value === undefined;
  return operator === ':?' && !value;
}

/** Replaces every reference by its value. An unset one becomes empty: callers check `unsetIn` first. */
export function resolveReferences(text: string, values: Values): string {
  const head = untilLastBrace(text);
  const resolved = head.replace(TOKEN, (_token, variable?: string, operator = '', operand = '') =>
    variable === undefined ? '$' : substitute({ variable, operator, operand }, values),
  );
  return resolved + text.slice(head.length).replaceAll('$$', () => '$');
}

function substitute({ variable, operator, operand }: Reference, values: Values): string {
  const value = valueIn(variable, values);
  const present = operator.startsWith(':') ? Boolean(value) : value !== undefined;
  if (operator.endsWith('-')) return present ? (value ?? '') : operand;
  if (operator.endsWith('+')) return present ? operand : '';
  return value ?? '';
}

/**
 * Escapes text for a Compose file: references stay, and any other `$` is doubled, so that Compose keeps it.
 * Those of secrets get a name that Compose knows: see `composeVariable`.
 */
export function escapeForCompose(text: string): string {
  const head = untilLastBrace(text);
  const escaped = head.replace(
    /\$\$|\$\{(secret:)?([A-Za-z_][A-Za-z0-9_]*(?::?[-?+][^}]*)?)\}|\$/g,
    (token, secret?: string, rest = '') =>
      secret === undefined ? doubled(token) : `\${${COMPOSE_PREFIX}${rest}}`,
  );
  return escaped + text.slice(head.length).replace(/\$\$?/g, doubled);
}

const doubled = (token: string): string => (token === '$' ? '$$' : token);
