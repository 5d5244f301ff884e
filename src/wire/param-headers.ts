/**
 * `x-mcp-header`: tool arguments that requests repeat in HTTP headers (2026-07-28,
 * basic/transports/streamable-http, Custom Headers).
 */
import type { RoutedHeader } from '../model/catalog.ts';
import { isRecord } from '../model/collections/is-record.ts';

export type ParamHeader = RoutedHeader;

const KEY = 'x-mcp-header';
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const TYPES: ReadonlySet<unknown> = new Set(['string', 'integer', 'boolean']);

/**
 * The headers of a tool's parsed `inputSchema`, in the order of its properties. A string is the reason why
 * the definition is invalid for clients over HTTP.
 */
export function readParamHeaders(inputSchema: unknown): readonly ParamHeader[] | string {
  const found: ParamHeader[] = [];
  const reached = new Set<unknown>();
  const problem = readProperties(inputSchema, [], found, reached) ?? strayProblem(inputSchema, reached);
  return problem ?? found;
}

/** Follows chains of `properties`: only these locate a value without evaluating the schema. */
function readProperties(
  schema: unknown,
  path: readonly string[],
  found: ParamHeader[],
  reached: Set<unknown>,
): string | undefined {
  const properties = asObject(asObject(schema)?.properties);
  for (const [name, child] of Object.entries(properties ?? {})) {
    const here = [...path, name];
    const property = asObject(child);
    if (property && Object.hasOwn(property, KEY)) {
      const problem = addHeader(property, here, found);
      if (problem) return `${here.join('.')}: ${problem}`;
      reached.add(property);
    }
    const below = readProperties(child, here, found, reached);
    if (below) return below;
  }
  return undefined;
}

function addHeader(
  property: Record<string, unknown>,
  path: readonly string[],
  found: ParamHeader[],
): string | undefined {
  const { [KEY]: name, type } = property;
  if (typeof name !== 'string' || !TOKEN.test(name)) return `${KEY} must be an HTTP field name`;
  if (!TYPES.has(type)) return `${KEY} is only for string, integer and boolean`;
  const header = `mcp-param-${name.toLowerCase()}`;
  if (found.some((other) => other.header === header)) return `${KEY} ${name} is used twice`;
  found.push({ header, path, type: type as ParamHeader['type'] });
  return undefined;
}

/**
 * The problem of an annotation that no chain of `properties` reaches. Below `enum`, `const`, `default` and
 * `examples` there are values, not schemas.
 */
function strayProblem(node: unknown, reached: ReadonlySet<unknown>, isMap = false): string | undefined {
  if (Array.isArray(node))
    return firstProblem(
      node.map((child) => [child, false]),
      reached,
    );
  const schema = asObject(node);
  if (!schema) return undefined;
  if (!isMap && Object.hasOwn(schema, KEY) && !reached.has(schema))
    return `${KEY} where no chain of properties leads`;
  const children = Object.entries(schema).filter(([name]) => isMap || !VALUES.has(name));
  return firstProblem(
    children.map(([name, child]) => [child, !isMap && MAPS.has(name)]),
    reached,
  );
}

/** Keywords whose members are values (`VALUES`), and whose members are named schemas (`MAPS`). */
const VALUES: ReadonlySet<string> = new Set(['enum', 'const', 'default', 'examples', 'required', KEY]);
const MAPS: ReadonlySet<string> = new Set([
  'properties',
  'patternProperties',
  'dependentSchemas',
  '$defs',
  'definitions',
]);

function firstProblem(
  children: readonly (readonly [unknown, boolean])[],
  reached: ReadonlySet<unknown>,
): string | undefined {
  for (const [child, isMap] of children) {
    const problem = strayProblem(child, reached, isMap);
    if (problem) return problem;
  }
  return undefined;
}

const asObject = (value: unknown): Record<string, unknown> | undefined =>
  isRecord(value) ? value : undefined;

const PREFIX = '=?base64?';
const SUFFIX = '?=';
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
/** Values that a header can hold unencoded (RFC 9110, 5.5). */
const PLAIN = /^[\t\x20-\x7e]*$/;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The value that a header's text encodes; undefined for invalid text. */
export function decodeHeaderValue(raw: string): string | undefined {
  const value = raw.replace(/^[ \t]+|[ \t]+$/g, '');
  if (!PLAIN.test(value)) return undefined;
  if (!value.startsWith(PREFIX) || !value.endsWith(SUFFIX) || value.length < PREFIX.length + SUFFIX.length)
    return value;
  const encoded = value.slice(PREFIX.length, -SUFFIX.length);
  if (!BASE64.test(encoded)) return undefined;
  try {
    return utf8.decode(Buffer.from(encoded, 'base64'));
  } catch {
    return undefined;
  }
}

/** A header's text for a value, as `decodeHeaderValue` reads it. */
export function encodeHeaderValue(value: string): string {
  const isSafe =
    PLAIN.test(value) &&
    value.trim() === value &&
    value !== '' &&
    !(value.startsWith(PREFIX) && value.endsWith(SUFFIX));
  return isSafe ? value : `${PREFIX}${Buffer.from(value).toString('base64')}${SUFFIX}`;
}
