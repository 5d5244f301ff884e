/** Reads zod schemas without a value: which keys exist at which path. */
import type { z } from 'zod';
import type { KeyPath } from '../source/source.ts';

interface Def {
  readonly type: string;
  readonly innerType?: z.ZodType;
  readonly element?: z.ZodType;
  readonly valueType?: z.ZodType;
  readonly options?: readonly z.ZodType[];
  readonly shape?: Readonly<Record<string, z.ZodType>>;
}

/** The alternatives of a schema, without optional wrappers and unions. */
export function alternatives(schema: z.ZodType): z.ZodType[] {
  const def = defOf(schema);
  if (def.innerType) return alternatives(def.innerType);
  return def.options ? def.options.flatMap(alternatives) : [schema];
}

/** The keys of an object schema; none for any other schema. */
export function shapeOf(schema: z.ZodType): Readonly<Record<string, z.ZodType>> {
  return defOf(schema).shape ?? {};
}

/** The schema of list items or of a record's values. */
export function itemOf(schema: z.ZodType): z.ZodType | undefined {
  return defOf(schema).element ?? defOf(schema).valueType;
}

/** Keys allowed at a path below a schema. */
export function keysAt(schema: z.ZodType, keyPath: KeyPath): string[] {
  let level = alternatives(schema);
  for (const key of keyPath) {
    level = level.flatMap((one) => below(one, key)).flatMap(alternatives);
  }
  return level.flatMap((one) => Object.keys(shapeOf(one)));
}

function below(schema: z.ZodType, key: string | number): z.ZodType[] {
  return [shapeOf(schema)[key] ?? itemOf(schema)].filter((found) => found !== undefined);
}

function defOf(schema: z.ZodType): Def {
  return schema._zod.def as unknown as Def;
}
