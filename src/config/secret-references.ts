/** Adds the secrets that a stack refers to to the variables of its references. */
import { type Values, valueIn, variablesIn } from '../model/references.ts';
import { secretIn, secretVariable } from '../model/secrets/secret-name.ts';
import type { ReadSecrets, SecretReading } from '../model/secrets/secrets.ts';
import { namedIn } from './checks/unset.ts';
import type { RawStack } from './parse/collect.ts';
import { textsIn } from './source/texts.ts';

/**
 * Values with each secret under its variable. A secret that Hive does not keep has the value of the variable
 * of its name, so that one file serves a machine without a store too. A file without such references reads
 * no store.
 */
export async function withSecrets(
  raw: RawStack,
  values: Values,
  read: ReadSecrets,
): Promise<Omit<SecretReading, 'values'> & { readonly values: Values }> {
  const names = secretNames(raw);
  if (names.length === 0) return { values, watched: [], troubles: new Map() };
  const { values: kept, ...rest } = await read(names);
  const all: Record<string, string | undefined> = Object.assign(Object.create(null), values);
  for (const name of names) {
    const value = valueIn(name, kept) ?? (rest.troubles.has(name) ? undefined : valueIn(name, values));
    if (value !== undefined) all[secretVariable(name)] = value;
  }
  return { ...rest, values: all };
}

function secretNames({ main, servers }: RawStack): string[] {
  const own = [...textsIn(main.data)].flatMap(({ text }) => variablesIn(text));
  const ofServers = servers
    .flatMap(({ data }) => [...textsIn(data)])
    .flatMap(({ path, text }) => namedIn(path, text) ?? variablesIn(text));
  return [...new Set([...own, ...ofServers].flatMap((variable) => secretIn(variable) ?? []))].sort();
}
