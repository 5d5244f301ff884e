/**
 * The rule for `outputSchema`. TypeScript 1 compiles the schemas of all tools when it lists them, and fails
 * if one cannot be compiled; the other SDKs refuse to call such a tool. A schema that they may not understand
 * is therefore taken out: without it the tool can be listed and called, and nothing else changes.
 */
import { isRecord } from '../../../model/collections/is-record.ts';
import type { Era } from '../../../model/era.ts';
import { slice } from '../../../wire/envelope.ts';
import { objectSchema } from './argument-schema.ts';
import { outputSchemaProblem, withoutNulls } from './json-schema.ts';
import type { Report, Rule } from './rule.ts';

/** Longer schemas are not read. In bytes. */
const MAX_BYTES = 256 * 1024;

/**
 * @param era of the server: until 2025-11-25 the schema must describe an object; later any value, which
 *   legacy clients get wrapped in one
 */
export function outputSchemaOf(era: Era): Rule {
  return {
    what: 'a JSON Schema that all SDKs can compile',
    fits(json, span) {
      if (span.end - span.start > MAX_BYTES) return false;
      const value: unknown = JSON.parse(slice(json, span).toString());
      if (!isRecord(value) || '$id' in value || outputSchemaProblem(value) !== undefined) return false;
      return isFreeRoot(era, value) || objectSchema.fits(json, span);
    },
    mend(value, place, report) {
      if (!isRecord(value)) return undefined;
      if (Buffer.byteLength(JSON.stringify(value)) > MAX_BYTES) {
        report(place, `is longer than ${MAX_BYTES} bytes`);
        return undefined;
      }
      const named = withoutId(value, place, report);
      const rooted = isFreeRoot(era, named) ? named : objectSchema.mend(named, place, report);
      const sound = withoutNulls(rooted, place, report);
      if (!isRecord(sound)) return undefined;
      const problem = outputSchemaProblem(sound);
      if (problem === undefined) return sound;
      report(place, problem);
      return undefined;
    },
  };
}

/** True for a schema that need not be that of an object. */
const isFreeRoot = (era: Era, { type }: Record<string, unknown>): boolean =>
  era === 'modern' && type !== 'object';

/**
 * SDKs keep compiled schemas by `$id`, so that one server's schema would count for another's tool. Without a
 * reference that begins at it, it has no use.
 */
function withoutId(schema: Record<string, unknown>, place: string, report: Report): Record<string, unknown> {
  if (!('$id' in schema)) return schema;
  const { $id: _, ...rest } = schema;
  report(`${place}.$id`, 'is taken out');
  return rest;
}
