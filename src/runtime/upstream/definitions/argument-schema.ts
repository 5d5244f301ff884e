/** Rules for schemas that describe an object: arguments of tools, and results of tools in the legacy era. */
import { isRecord } from '../../../model/collections/is-record.ts';
import { none, objectOf } from './object-rule.ts';
import { listOf, mapOf, oneOf, type Report, type Rule, text } from './rule.ts';

/** A boolean schema, which SDKs refuse here, as an object; any other value says nothing about the member. */
const asSchema = (value: unknown): object => (value === false ? { not: {} } : {});

const root = objectOf(
  'a JSON Schema of an object',
  {
    type: oneOf('object'),
    properties: mapOf('an object of JSON Schemas', asSchema),
    required: listOf(text),
    $schema: text,
  },
  { type: none },
);

/**
 * The schema of an object. Where its `type` is missing it can only be `object`; PHP writes an empty object as
 * `[]`; the schema `true` accepts every object.
 */
export const objectSchema: Rule = {
  what: root.what,
  fits: root.fits,
  mend(value, place, report) {
    if (value === true || (Array.isArray(value) && value.length === 0)) {
      report(place, `becomes {"type":"object"}`);
      return { type: 'object' };
    }
    if (!isRecord(value)) return undefined;
    const typed = withType(value, place, report);
    return typed && root.mend(typed, place, report);
  },
};

function withType(
  schema: Record<string, unknown>,
  place: string,
  report: Report,
): Record<string, unknown> | undefined {
  const { type } = schema;
  if (type === 'object') return schema;
  if (type !== undefined && type !== null && !namesObject(type)) return undefined;
  report(`${place}.type`, 'becomes "object"');
  return { ...schema, type: 'object' };
}

/** True for a type of which only `object` can be meant here: `"OBJECT"`, `["object", "null"]`. */
function namesObject(type: unknown): boolean {
  if (typeof type === 'string') return type.toLowerCase() === 'object';
  return Array.isArray(type) && type.includes('object');
}
