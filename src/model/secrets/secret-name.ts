/** Names of secrets that Hive keeps, as variables of references and of Compose. */

const SECRET = 'secret:';

/** Before the name of a secret in the environment of Compose, which knows no `${secret:NAME}`. */
export const COMPOSE_PREFIX = 'HIVE_SECRET_';

/** The variable of a secret. */
export const secretVariable = (name: string): string => SECRET + name;

/** The name of a secret, for the variable of one; undefined for others. */
export const secretIn = (variable: string): string | undefined =>
  variable.startsWith(SECRET) ? variable.slice(SECRET.length) : undefined;

/** The name under which Compose gets a variable. */
export function composeVariable(variable: string): string {
  const name = secretIn(variable);
  return name === undefined ? variable : COMPOSE_PREFIX + name;
}
