/** Resolves the keys of built-in servers. */
import { dirname, resolve } from 'node:path';
import type { BuiltinKeys, ManagerKeys, Maxima, RegistryKeys } from '../../model/access/builtin-keys.ts';
import { defined } from '../../model/collections/defined.ts';
import type { EntryOf } from '../parse/parse.ts';
import type { BuiltinInput } from '../schema/builtin.ts';

type ManagerInput = Extract<BuiltinInput, { readonly use: 'manager' }>;
type RegistryInput = Extract<BuiltinInput, { readonly use: 'registry' }>;

const MAX_ADDED = 20;

export function resolveBuiltin({ input, source }: EntryOf<'builtin'>): BuiltinKeys & { type: 'builtin' } {
  if (input.use === 'gateway') return { type: 'builtin', use: input.use };
  if (input.use === 'registry') return { type: 'builtin', ...registryKeys(input, dirname(source.path)) };
  return { type: 'builtin', ...managerKeys(input, dirname(source.path)) };
}

function registryKeys(input: RegistryInput, folder: string): RegistryKeys {
  const { use, allow, deny = [], maxAdded = MAX_ADDED, hostPaths = [] } = input;
  const { native = false, review = 'none' } = input;
  const paths = hostPaths.map((path) => resolve(folder, path));
  return defined({ use, allow, deny, maxAdded, native, review, hostPaths: paths });
}

function managerKeys(
  { use, hostPaths = [], max = {}, templates }: ManagerInput,
  folder: string,
): ManagerKeys {
  return defined({
    use,
    hostPaths: hostPaths.map((path) => resolve(folder, path)),
    max: maximaOf(max),
    templates: templates === undefined ? undefined : resolve(folder, templates),
  });
}

const maximaOf = ({ memory, ...max }: NonNullable<ManagerInput['max']>): Maxima =>
  defined({ ...max, memory: memory === undefined ? undefined : String(memory).toLowerCase() });
