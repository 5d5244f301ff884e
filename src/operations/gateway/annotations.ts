/** Hides secrets in the words of a JSON Schema: a server may have read a preset from its environment. */
import type { JsonSchema } from '../../model/operation.ts';
import type { Redact } from '../../secrets/redact.ts';

/** Keywords that check nothing: in any other one a change would refuse right arguments. */
const ANNOTATIONS: ReadonlySet<string> = new Set(['title', 'description', 'default', 'examples', '$comment']);

/** The schema with its annotations redacted, at any depth. */
export function withoutSecretWords(schema: JsonSchema, redact: Redact): JsonSchema {
  return changed(schema, (text) => text, redact) as JsonSchema;
}

/** @param change for texts at this place; `annotation` for those below annotations */
function changed(value: unknown, change: Redact, annotation: Redact): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((it) => changed(it, change, annotation));
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).map(([key, member]) => [
    key,
    changed(member, ANNOTATIONS.has(key) ? annotation : change, annotation),
  ]);
  return Object.fromEntries(members);
}
