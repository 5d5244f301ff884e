/** What is said of a variable without a value: the same in status, plan and errors. */
import { secretIn } from './secret-name.ts';
import type { SecretTrouble } from './secrets.ts';

/** @param shown name of the config file @returns a message that names the variable, and the fix */
export function unsetWords(
  { variable, trouble }: { readonly variable: string; readonly trouble?: SecretTrouble | undefined },
  shown: string,
): SecretTrouble {
  const name = secretIn(variable);
  if (name === undefined)
    return {
      message: `\${${variable}} is not set`,
      hint: `set ${variable} in the environment, or in .env beside ${shown}`,
    };
  if (trouble)
    return { message: `the secret ${name} cannot be read: ${trouble.message}`, hint: trouble.hint };
  return { message: `the secret ${name} is not set`, hint: `npx hive secret set ${name}` };
}
