/** Hides secrets in a JSON Schema: a server may have read a preset, or a name, from its environment. */
import { isRecord } from '../../model/collections/is-record.ts';
import type { JsonSchema } from '../../model/operation.ts';
import type { Redact } from '../../secrets/redact.ts';

/** Keywords with a schema, or a list of schemas. */
const SCHEMAS: ReadonlySet<string> = new Set([
  'additionalItems',
  'additionalProperties',
  'allOf',
  'anyOf',
  'contains',
  'contentSchema',
  'else',
  'if',
  'items',
  'not',
  'oneOf',
  'prefixItems',
  'propertyNames',
  'then',
  'unevaluatedItems',
  'unevaluatedProperties',
]);
/** Keywords whose text checks arguments, and is no name. Other texts check nothing, or are references. */
const LITERAL: ReadonlySet<string> = new Set(['$schema', '$id', 'format', 'pattern', 'type']);
/** Keywords with schemas, or lists of names, by names that a server chooses. */
const BY_NAME: ReadonlySet<string> = new Set([
  'properties',
  'patternProperties',
  '$defs',
  'definitions',
  'dependentSchemas',
  'dependentRequired',
  'dependencies',
]);
/** Keywords with values or names: changed, they would refuse right arguments. */
const VALUES: ReadonlySet<string> = new Set(['enum', 'const', 'required']);
/** Keywords that refuse properties by their names. */
const CLOSING: readonly string[] = ['additionalProperties', 'unevaluatedProperties', 'propertyNames'];

/**
 * The schema with its words and names redacted, at any depth. What would then refuse right
 * arguments is left out: values and lists of names with a secret, and what refuses properties by their names
 * where a name was changed.
 */
export function withoutSecretWords(schema: JsonSchema, redact: Redact): JsonSchema {
  return inSchema(schema, redact) as JsonSchema;
}

function inSchema(schema: unknown, redact: Redact): unknown {
  if (Array.isArray(schema)) return schema.map((it) => inSchema(it, redact));
  if (!isRecord(schema)) return schema;
  const isChanged = (name: string): boolean => redact(name) !== name;
  const isRenamed = [schema.properties, schema.patternProperties].some(
    (it) => isRecord(it) && Object.keys(it).some(isChanged),
  );
  const members = Object.entries(schema).flatMap(([key, member]): [string, unknown][] => {
    if (isRenamed && CLOSING.includes(key)) return [];
    if (VALUES.has(key)) return textsIn(member).some(isChanged) ? [] : [[key, member]];
    if (BY_NAME.has(key) && isRecord(member)) return [[key, byName(member, redact)]];
    if (SCHEMAS.has(key)) return [[key, inSchema(member, redact)]];
    return [[redact(key), LITERAL.has(key) ? member : inText(member, redact)]];
  });
  return Object.fromEntries(members);
}

function byName(schemas: Readonly<Record<string, unknown>>, redact: Redact): object {
  const members = Object.entries(schemas).flatMap(([name, schema]): [string, unknown][] => {
    // The names of properties on which others depend.
    if (Array.isArray(schema)) return textsIn(schema).some((it) => redact(it) !== it) ? [] : [[name, schema]];
    return [[redact(name), inSchema(schema, redact)]];
  });
  return Object.fromEntries(members);
}

/** Any other value: its texts, and the names in it. */
function inText(value: unknown, redact: Redact): unknown {
  if (typeof value === 'string') return redact(value);
  if (Array.isArray(value)) return value.map((it) => inText(it, redact));
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [redact(key), inText(member, redact)]),
  );
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  return isRecord(value) ? Object.entries(value).flatMap(([key, member]) => [key, ...textsIn(member)]) : [];
}
