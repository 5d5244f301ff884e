/**
 * Compares header fields with the parts of a modern body that they repeat (2026-07-28,
 * basic/transports/streamable-http, Server Validation). Problems are described in words.
 */
import type { IncomingHttpHeaders } from 'node:http';
import type { Route } from '../../model/catalog.ts';
import { isArray, isNull, isObject, member, type Span, slice, stringAt } from '../../wire/envelope.ts';
import { NAME_MEMBER } from '../../wire/modern-names.ts';
import { decodeHeaderValue, type ParamHeader } from '../../wire/param-headers.ts';
import type { ClientRequest } from '../http/message.ts';
import type { Params } from '../shared/era.ts';

/** Problem of the version header. A missing one is a problem of `headerProblem`. */
export function versionProblem(headers: IncomingHttpHeaders, version: string): string | undefined {
  const header = headers['mcp-protocol-version'];
  if (header === undefined || header === version) return undefined;
  return `MCP-Protocol-Version is ${header}, and the body names ${version}`;
}

/** Problem of the standard headers. */
export function headerProblem(
  headers: IncomingHttpHeaders,
  { text, method }: ClientRequest,
  params: Params,
): string | undefined {
  if (headers['mcp-protocol-version'] === undefined) return 'the MCP-Protocol-Version header is missing';
  return methodProblem(headers, method, true) ?? nameProblem(headers, text, method, params);
}

/** Problem of `Mcp-Method`, which notifications need not have. */
export function methodProblem(
  headers: IncomingHttpHeaders,
  method: string,
  isNeeded: boolean,
): string | undefined {
  const header = headers['mcp-method'];
  if (header === undefined) return isNeeded ? 'the Mcp-Method header is missing' : undefined;
  return header === method ? undefined : `Mcp-Method is ${header}, and the body's method is ${method}`;
}

function nameProblem(
  headers: IncomingHttpHeaders,
  text: Buffer,
  method: string,
  params: Params,
): string | undefined {
  const field = Object.hasOwn(NAME_MEMBER, method) ? NAME_MEMBER[method] : undefined;
  const name = field === undefined ? undefined : stringAt(text, params.get(field));
  // A request without its name is refused later, for that.
  if (name === undefined) return undefined;
  const header = headers['mcp-name'];
  if (typeof header !== 'string') return 'the Mcp-Name header is missing';
  const value = decodeHeaderValue(header);
  if (value === undefined) return 'the Mcp-Name header holds characters or base64 that it may not hold';
  return value === name ? undefined : `Mcp-Name is ${value}, and the body's params.${field} is ${name}`;
}

/** Problem of the `Mcp-Param-*` headers, for a tool whose definition names some. */
export function paramProblem(
  headers: IncomingHttpHeaders,
  text: Buffer,
  params: Params,
  { paramHeaders = [] }: Route,
): string | undefined {
  for (const wanted of paramHeaders) {
    const problem = oneProblem(headers[wanted.header], text, params.get('arguments'), wanted);
    if (problem) return problem;
  }
  return undefined;
}

function oneProblem(
  header: string | string[] | undefined,
  text: Buffer,
  args: Span | undefined,
  { header: name, path, type }: ParamHeader,
): string | undefined {
  const span = member(text, args, ...path);
  const where = `arguments.${path.join('.')}`;
  if (!span || isNull(text, span))
    return header === undefined ? undefined : `${name} is there, and ${where} is not`;
  // The tool's own schema refuses values that are not primitive.
  if (isObject(text, span) || isArray(text, span)) return undefined;
  if (typeof header !== 'string') return `the ${name} header is missing: it repeats ${where}`;
  const value = decodeHeaderValue(header);
  if (value === undefined) return `the ${name} header holds characters or base64 that it may not hold`;
  return isSame(value, text, span, type) ? undefined : `${name} is ${value}, which is not ${where}`;
}

/** Compares numbers by value: 42.0 is 42. */
function isSame(value: string, text: Buffer, span: Span, type: ParamHeader['type']): boolean {
  const own = stringAt(text, span) ?? slice(text, span).toString();
  if (type !== 'integer' || !DECIMAL.test(value) || text[span.start] === 0x22) return value === own;
  return Number(value) === Number(own);
}

const DECIMAL = /^-?\d+(\.\d+)?$/;
