/** Keywords of JSON Schema (draft-06 to 2020-12), and the values that they may have in all of these. */
import { isRecord } from '../../../model/collections/is-record.ts';

type Check = (value: unknown) => boolean;

const isText: Check = (value) => typeof value === 'string';
const isFlag: Check = (value) => typeof value === 'boolean';
const isNumber: Check = (value) => Number.isFinite(value);
const isCount: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
const isList: Check = (value) => Array.isArray(value);
const never: Check = () => false;

const TYPES: ReadonlySet<unknown> = new Set([
  'string',
  'number',
  'integer',
  'boolean',
  'object',
  'array',
  'null',
]);

const isNames: Check = (value) =>
  Array.isArray(value) && value.every(isText) && new Set(value).size === value.length;

const isType: Check = (value) =>
  TYPES.has(value) ||
  (isNames(value) && (value as string[]).length > 0 && (value as string[]).every((it) => TYPES.has(it)));

/** Compiled as SDKs do, with the flag that refuses escapes without a meaning. */
const isPattern: Check = (value) => {
  if (typeof value !== 'string') return false;
  try {
    new RegExp(value, 'u');
    return true;
  } catch {
    return false;
  }
};

const isAnchor: Check = (value) => typeof value === 'string' && /^[A-Za-z_][\w.-]*$/.test(value);

/** Keywords with a schema, a list of schemas, or schemas by name. */
export const HOLDS: ReadonlyMap<string, 'schema' | 'list' | 'map'> = new Map([
  ...[
    'additionalItems',
    'additionalProperties',
    'contains',
    'contentSchema',
    'else',
    'if',
    'items',
    'not',
    'propertyNames',
    'then',
    'unevaluatedItems',
    'unevaluatedProperties',
  ].map((name) => [name, 'schema'] as const),
  ...['allOf', 'anyOf', 'oneOf', 'prefixItems'].map((name) => [name, 'list'] as const),
  ...['$defs', 'definitions', 'dependencies', 'dependentSchemas', 'patternProperties', 'properties'].map(
    (name) => [name, 'map'] as const,
  ),
]);

const keywords = (check: Check, ...names: readonly string[]): [string, Check][] =>
  names.map((name) => [name, check]);

/** Keywords with other values. Any other name may have any value. */
export const VALUES: ReadonlyMap<string, Check> = new Map([
  ...keywords(isText, '$comment', '$schema', 'contentEncoding', 'contentMediaType'),
  ...keywords(isText, 'description', 'format', 'title'),
  ...keywords((value) => typeof value === 'string' && value.startsWith('#'), '$ref', '$dynamicRef'),
  ...keywords((value) => value === '#', '$recursiveRef'),
  ...keywords(isAnchor, '$anchor', '$dynamicAnchor'),
  ...keywords(isFlag, '$recursiveAnchor', 'deprecated', 'nullable', 'readOnly', 'uniqueItems', 'writeOnly'),
  ...keywords(isNumber, 'exclusiveMaximum', 'exclusiveMinimum', 'maximum', 'minimum'),
  ...keywords((value) => isNumber(value) && (value as number) > 0, 'multipleOf'),
  ...keywords(isCount, 'maxContains', 'maxItems', 'maxLength', 'maxProperties'),
  ...keywords(isCount, 'minContains', 'minItems', 'minLength', 'minProperties'),
  ...keywords(isPattern, 'pattern'),
  ...keywords(isNames, 'required'),
  ...keywords((value) => isRecord(value) && Object.values(value).every(isNames), 'dependentRequired'),
  ...keywords((value) => Array.isArray(value) && value.length > 0, 'enum'),
  ...keywords(isList, 'examples'),
  ...keywords(isType, 'type'),
  // Of SDKs or of drafts that not all SDKs know; they make the schema fail.
  ...keywords(never, '$id', 'id', '$vocabulary', 'formatMaximum', 'formatMinimum'),
  ...keywords(never, 'formatExclusiveMaximum', 'formatExclusiveMinimum'),
]);

/** Keywords whose value is no schema, and may be null. */
export const DATA: ReadonlySet<string> = new Set(['const', 'default', 'enum', 'examples']);

export const isPatternText = isPattern;
