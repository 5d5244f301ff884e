/** Resolves the keys of built-in servers. */
import { dirname, resolve } from 'node:path';
import type { BuiltinKeys, ManagerKeys, Maxima } from '../../model/access/builtin-keys.ts';
import { defined } from '../../model/collections/defined.ts';
import type { EntryOf } from '../parse/parse.ts';
import type { BuiltinInput } from '../schema/builtin.ts';

type ManagerInput = Extract<BuiltinInput, { readonly use: 'manager' }>;

export function resolveBuiltin({ input, source }: EntryOf<'builtin'>): BuiltinKeys & { type: 'builtin' } {
  if (input.use === 'gateway') return { type: 'builtin', use: input.use };
  return { type: 'builtin', ...managerKeys(input, dirname(source.path)) };
}

function managerKeys(
  { use, role = 'operate', hostPaths = [], max = {}, templates }: ManagerInput,
  folder: string,
): ManagerKeys {
  return defined({
    use,
    role,
    hostPaths: hostPaths.map((path) => resolve(folder, path)),
    max: maximaOf(max),
    templates: templates === undefined ? undefined : resolve(folder, templates),
  });
}

const maximaOf = ({ memory, ...max }: NonNullable<ManagerInput['max']>): Maxima =>
  defined({ ...max, memory: memory === undefined ? undefined : String(memory).toLowerCase() });
