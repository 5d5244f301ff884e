/** The HTTP headers in which a modern request repeats parts of its body (2026-07-28, basic/transports/streamable-http, Request Metadata). */
import type { Definition } from '../../../model/catalog.ts';
import { member, type Span, slice, stringAt } from '../../../rpc/envelope.ts';
import { MODERN_VERSION } from './meta.ts';

/** An argument that goes into a header as well: where it stands, and under which header's name. */
export interface ParamHeader {
  readonly header: string;
  readonly path: readonly string[];
}

/** Where the value of `Mcp-Name` is. */
const NAMED: Readonly<Record<string, string>> = {
  'tools/call': 'name',
  'prompts/get': 'name',
  'resources/read': 'uri',
  'tasks/get': 'taskId',
  'tasks/update': 'taskId',
  'tasks/cancel': 'taskId',
};

export function headersOf(
  method: string,
  params: Buffer | undefined,
  paramHeadersOf: (tool: string) => readonly ParamHeader[],
): Record<string, string> {
  const headers: Record<string, string> = { 'mcp-protocol-version': MODERN_VERSION, 'mcp-method': method };
  const field = NAMED[method];
  if (!params || !field) return headers;
  const all = { start: 0, end: params.length };
  const name = stringAt(params, member(params, all, field));
  if (name === undefined) return headers;
  headers['mcp-name'] = encoded(name);
  if (method !== 'tools/call') return headers;
  for (const { header, path } of paramHeadersOf(name)) {
    const value = valueText(params, member(params, all, 'arguments', ...path));
    if (value !== undefined) headers[`mcp-param-${header.toLowerCase()}`] = encoded(value);
  }
  return headers;
}

function valueText(text: Buffer, span: Span | undefined): string | undefined {
  if (!span) return undefined;
  const first = text[span.start];
  if (first === QUOTE) return stringAt(text, span);
  const raw = slice(text, span).toString('latin1');
  if (raw === 'true' || raw === 'false') return raw;
  // Objects, arrays and null have no header; the server says itself what is wrong with them.
  return /^-?\d/.test(raw) ? String(Number(raw)) : undefined;
}

/** Plain where a header can hold it; else UTF-8 in base64 between the markers (Value Encoding). */
function encoded(value: string): string {
  const isPlain = /^[\x21-\x7e](?:[\x20-\x7e\t]*[\x21-\x7e])?$/.test(value) || value === '';
  const isMarked = value.startsWith('=?base64?') && value.endsWith('?=');
  return isPlain && !isMarked ? value : `=?base64?${Buffer.from(value).toString('base64')}?=`;
}

type Schema = Readonly<Record<string, unknown>>;

/**
 * The `x-mcp-header` declarations of a tool.
 * @throws Error in words, for a definition that HTTP clients must not use
 */
export function readParamHeaders({ json }: Definition): readonly ParamHeader[] {
  if (!json.includes(KEYWORD)) return [];
  const { inputSchema } = JSON.parse(json) as { inputSchema?: unknown };
  const found: ParamHeader[] = [];
  walk(inputSchema, [], true, found);
  const names = found.map(({ header }) => header.toLowerCase());
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new Error(`two properties claim the header ${twice}`);
  return found;
}

/** `reachable`: only `properties` keys lead here from the root. */
function walk(schema: unknown, path: readonly string[], reachable: boolean, found: ParamHeader[]): void {
  if (typeof schema !== 'object' || schema === null) return;
  if (!Array.isArray(schema) && KEYWORD in schema) found.push(declared(schema, path, reachable));
  for (const [key, value] of Object.entries(schema)) {
    if (VALUES.has(key)) continue;
    if (NAMES.has(key)) walkNamed(value, path, reachable && key === 'properties', found);
    else walk(value, path, false, found);
  }
}

function walkNamed(
  schemas: unknown,
  path: readonly string[],
  reachable: boolean,
  found: ParamHeader[],
): void {
  for (const [name, schema] of Object.entries(Object(schemas)))
    walk(schema, [...path, name], reachable, found);
}

function declared(schema: Schema, path: readonly string[], reachable: boolean): ParamHeader {
  const header = schema[KEYWORD];
  const at = path.join('.') || 'the schema itself';
  if (!reachable || path.length === 0)
    throw new Error(`${KEYWORD} at ${at}: only properties of objects may have it`);
  if (typeof header !== 'string' || !TOKEN.test(header))
    throw new Error(`${KEYWORD} at ${at} is no name for an HTTP header`);
  if (!TYPES.has(String(schema.type)))
    throw new Error(`${KEYWORD} at ${at}: only strings, integers and booleans may have it`);
  return { header, path };
}

const KEYWORD = 'x-mcp-header';
const QUOTE = 0x22;
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const TYPES: ReadonlySet<string> = new Set(['string', 'integer', 'boolean']);
/** Keywords whose members are names of somebody else's choice, with a schema each. */
const NAMES: ReadonlySet<string> = new Set([
  'properties',
  '$defs',
  'definitions',
  'patternProperties',
  'dependentSchemas',
]);
/** Keywords that hold values, not schemas. */
const VALUES: ReadonlySet<string> = new Set(['enum', 'const', 'default', 'examples', 'required']);
