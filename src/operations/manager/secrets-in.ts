/** Refuses secrets as arguments: models, clients and their logs keep those. */
import { GatewayError } from '../../errors.ts';
import { SECRET_NAME } from '../../secrets/secret-name.ts';
import { SECRET_REFERENCE, secretParameters } from '../../templates/fill.ts';
import type { Template } from '../../templates/template.ts';
import type { Wish } from './wish.ts';

/** Says nothing that anyone could use. */
const HARMLESS = /^(true|false|yes|no|on|off|none|null|\d{1,5}|.{0,3})$/i;

/** @throws GatewayError SECRET_IN_ARGUMENT */
export function refuseSecrets(
  { env_vars = {}, parameters = {} }: Wish,
  template: Pick<Template, 'parameters'>,
): void {
  const secret = secretParameters(template);
  const found = [
    ...Object.entries(env_vars).filter(([name, value]) => isSecret(name, value)),
    ...Object.entries(parameters).filter(([name, value]) => secret.has(name) && !isReference(value)),
  ];
  const [first] = found;
  if (!first) return;
  const name = first[0].toUpperCase();
  throw new GatewayError(
    'SECRET_IN_ARGUMENT',
    `${first[0]} looks like a secret, and its value is an argument`,
    {
      hint: `a person types it: npx hive secret set ${name}; then give \${secret:${name}} as the value`,
    },
  );
}

const isReference = (value: unknown): boolean => typeof value === 'string' && SECRET_REFERENCE.test(value);

function isSecret(name: string, value: string): boolean {
  if (isReference(value)) return false;
  const hasPassword = value.includes('://') && (URL.parse(value)?.password ?? '') !== '';
  return hasPassword || (SECRET_NAME.test(name) && !HARMLESS.test(value));
}
