/** `x-mcp-header`: tool arguments that travel in HTTP headers as well (2026-07-28, basic/transports/streamable-http, Custom Headers). */
import type { RoutedHeader } from '../model/catalog.ts';

export type ParamHeader = RoutedHeader;

const KEY = 'x-mcp-header';
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const TYPES: ReadonlySet<unknown> = new Set(['string', 'integer', 'boolean']);

/**
 * The headers that a tool's `inputSchema` (parsed) asks for, in the order of its properties; a text that says what is wrong makes the
 * whole definition invalid for clients over HTTP.
 */
export function readParamHeaders(inputSchema: unknown): readonly ParamHeader[] | string {
  const found: ParamHeader[] = [];
  const reached = new Set<unknown>();
  const problem = readProperties(inputSchema, [], found, reached) ?? strayProblem(inputSchema, reached);
  return problem ?? found;
}

/** Only chains of `properties` lead to a value that a client can find without evaluating the schema. */
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
      const problem = take(property, here, found);
      if (problem) return `${here.join('.')}: ${problem}`;
      reached.add(property);
    }
    const below = readProperties(child, here, found, reached);
    if (below) return below;
  }
  return undefined;
}

function take(
  property: Record<string, unknown>,
  path: readonly string[],
  found: ParamHeader[],
): string | undefined {
  const { [KEY]: name, type } = property;
  if (typeof name !== 'string' || !TOKEN.test(name)) return `${KEY} must be an HTTP field name`;
  if (!TYPES.has(type)) return `${KEY} is only for string, integer and boolean`;
  const header = `mcp-param-${name.toLowerCase()}`;
  if (found.some((other) => other.header === header)) return `${KEY} ${name} is there twice`;
  found.push({ header, path, type: type as ParamHeader['type'] });
  return undefined;
}

/** An annotation that no chain of `properties` reaches. Below `enum`, `const`, `default` and `examples` there are values, not schemas. */
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

/** Keywords whose members are values, and those whose members are named schemas. */
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
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;

const PREFIX = '=?base64?';
const SUFFIX = '?=';
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
/** What a header may hold as it is (RFC 9110, 5.5). */
const PLAIN = /^[\t\x20-\x7e]*$/;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The value that a header of these stands for; undefined when it is not written as one may be. */
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

/** The header that stands for a value, as `decodeHeaderValue` reads it. */
export function encodeHeaderValue(value: string): string {
  const isSafe =
    PLAIN.test(value) &&
    value.trim() === value &&
    value !== '' &&
    !(value.startsWith(PREFIX) && value.endsWith(SUFFIX));
  return isSafe ? value : `${PREFIX}${Buffer.from(value).toString('base64')}${SUFFIX}`;
}
