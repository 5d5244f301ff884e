/** The types of a tool's arguments. Its schema comes from a server: any part of it may be anything. */
import type { JsonSchema } from '../../model/operation.ts';

/** Types of the values that an argument may have; none if the schema does not say. */
export interface Types {
  readonly own: ReadonlySet<string>;
  /** Of the items, if it may be a list. */
  readonly ofItems: ReadonlySet<string>;
}

type Schema = Readonly<Record<string, unknown>>;

/** References, and schemas in schemas, that are followed for one argument. */
const MAX_FOLLOWED = 100;

/** What the schema says of each argument that it names. */
export const propertiesOf = ({ properties }: JsonSchema): Schema => schemaIn(properties);

/** Reads the types of an argument by its name. */
export function typeReader(schema: JsonSchema): (key: string) => Types {
  const properties = propertiesOf(schema);
  return (key) => {
    const property = Object.hasOwn(properties, key) ? properties[key] : schema.additionalProperties;
    const parts = partsOf(property, schema);
    const items = parts.flatMap(({ items: item }) => partsOf(item, schema));
    return { own: typesIn(parts), ofItems: typesIn(items) };
  };
}

/** The schema, those that it refers to, and its alternatives. */
function partsOf(schema: unknown, root: Schema): Schema[] {
  const parts: Schema[] = [];
  const open = [schema];
  while (open.length > 0 && parts.length < MAX_FOLLOWED) {
    const part = schemaIn(open.shift());
    parts.push(part);
    open.push(...[part.anyOf, part.oneOf, part.allOf].flatMap(listIn), ...referred(part, root));
  }
  return parts;
}

/** Only what stands in the same schema: nothing is fetched. */
function referred({ $ref }: Schema, root: Schema): unknown[] {
  if (typeof $ref !== 'string' || !$ref.startsWith('#/')) return [];
  const steps = $ref.slice(2).split('/');
  return [
    steps.reduce<unknown>((at, step) => {
      const name = step.replaceAll('~1', '/').replaceAll('~0', '~');
      const inside = Object(at) as Schema;
      return Object.hasOwn(inside, name) ? inside[name] : undefined;
    }, root),
  ];
}

function typesIn(parts: readonly Schema[]): Set<string> {
  return new Set(
    parts.flatMap(({ type, enum: values, const: only }) => {
      const own = [type].flat().filter((it) => typeof it === 'string');
      if (own.length > 0) return own;
      return [...listIn(values), ...(only === undefined ? [] : [only])].map(typeOf);
    }),
  );
}

const typeOf = (value: unknown): string => (Array.isArray(value) ? 'array' : typeof value);

const schemaIn = (value: unknown): Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Schema) : {};

const listIn = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
