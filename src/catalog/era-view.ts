/**
 * Definitions in the form that clients of each era can read; a definition that both can read stays as its
 * server wrote it.
 */
import type { ListKind } from '../model/catalog.ts';
import { isRecord } from '../model/collections/is-record.ts';
import type { Era } from '../model/era.ts';
import type { Json } from '../model/text/json.ts';
import { toJson } from '../model/text/json.ts';
import { withoutMembers } from '../wire/edit.ts';
import { member, type Span, slice, splice, whole } from '../wire/envelope.ts';
import { type ParamHeader, readParamHeaders } from '../wire/param-headers.ts';

/** Members of a tool that 2026-07-28 no longer has: `execution`, for the tasks of 2025-11-25. */
const LEGACY_ONLY: ReadonlySet<string> = new Set(['execution']);

/** In place of a definition that clients of an era do not see. */
const HIDDEN = Buffer.alloc(0) as Json;

/**
 * Converts a definition that a server of `era` wrote to the form for clients of the era `clients`; empty if
 * they cannot use it.
 */
export function definitionFor(clients: Era, kind: ListKind, definition: Json, era: Era): Json {
  if (kind !== 'tools' || clients === era) return definition;
  // The tasks of 2025-11-25 do not exist for modern clients, so they could never call such a tool.
  if (clients === 'modern' && needsTask(definition)) return HIDDEN;
  return clients === 'modern' ? withoutMembers(definition, LEGACY_ONLY) : withObjectOutput(definition);
}

function needsTask(definition: Json): boolean {
  if (!definition.includes(TASK_SUPPORT)) return false;
  const support = member(definition, whole(definition), 'execution', 'taskSupport');
  return support !== undefined && slice(definition, support).equals(REQUIRED);
}

const TASK_SUPPORT = Buffer.from('"taskSupport"');
const REQUIRED = Buffer.from('"required"');

/**
 * Until 2025-11-25 an `outputSchema` must describe an object: clients reject the whole list if one does not.
 * Any other schema becomes that of the member `result`, in which the upstream wraps the tool's value.
 */
function withObjectOutput(definition: Json): Json {
  const span = member(definition, whole(definition), 'outputSchema');
  if (!span || isOfObject(definition, span)) return definition;
  const wrapped = wrapSchema(JSON.parse(slice(definition, span).toString()));
  return splice(definition, [{ ...span, with: toJson(wrapped) }]);
}

function isOfObject(definition: Buffer, schema: Span): boolean {
  const type = member(definition, schema, 'type');
  return type !== undefined && slice(definition, type).equals(OBJECT);
}

const OBJECT = Buffer.from('"object"');

function wrapSchema(schema: unknown): object {
  if (!isRecord(schema)) return { type: 'object', properties: { result: schema }, required: ['result'] };
  const { $schema, ...rest } = schema;
  const result = '$id' in rest ? rest : relocateRefs(rest);
  const dialect = $schema === undefined ? {} : { $schema };
  return { ...dialect, type: 'object', properties: { result }, required: ['result'] };
}

/** Rewrites references to places in the schema itself, which now starts at `/properties/result`. */
function relocateRefs(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(relocateRefs);
  if (typeof node !== 'object' || node === null) return node;
  return Object.fromEntries(
    Object.entries(node).map(([key, value]) =>
      key === '$ref' && typeof value === 'string' && /^#(\/|$)/.test(value)
        ? [key, `#/properties/result${value.slice(1)}`]
        : [key, relocateRefs(value)],
    ),
  );
}

const ANNOTATION = Buffer.from('"x-mcp-header"');

/**
 * The arguments of a tool that HTTP clients repeat in headers; none for a definition that clients must
 * reject.
 */
export function paramHeadersOf(kind: ListKind, definition: Buffer): readonly ParamHeader[] {
  if (kind !== 'tools' || !definition.includes(ANNOTATION)) return [];
  const span = member(definition, whole(definition), 'inputSchema');
  const found = span ? readParamHeaders(JSON.parse(slice(definition, span).toString())) : [];
  return typeof found === 'string' ? [] : found;
}
