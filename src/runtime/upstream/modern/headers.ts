/**
 * HTTP headers in which a modern request repeats parts of its body (2026-07-28,
 * basic/transports/streamable-http, Request Metadata).
 */
import type { Json } from '../../../model/text/json.ts';
import { member, type Span, slice, stringAt, whole } from '../../../wire/envelope.ts';
import { METHOD } from '../../../wire/methods.ts';
import { MODERN_VERSION, NAME_MEMBER } from '../../../wire/modern-names.ts';
import { encodeHeaderValue, type ParamHeader } from '../../../wire/param-headers.ts';

/** @param paramHeadersOf arguments of a tool that are repeated as well (`x-mcp-header`) */
export function headersOf(
  method: string,
  params: Json | undefined,
  paramHeadersOf: (tool: string) => readonly ParamHeader[],
): Record<string, string> {
  const headers: Record<string, string> = { 'mcp-protocol-version': MODERN_VERSION, 'mcp-method': method };
  const field = Object.hasOwn(NAME_MEMBER, method) ? NAME_MEMBER[method] : undefined;
  if (!params || !field) return headers;
  const all = whole(params);
  const name = stringAt(params, member(params, all, field));
  if (name === undefined) return headers;
  headers['mcp-name'] = encodeHeaderValue(name);
  if (method !== METHOD.TOOLS_CALL) return headers;
  for (const { header, path } of paramHeadersOf(name)) {
    const value = valueText(params, member(params, all, 'arguments', ...path));
    if (value !== undefined) headers[header] = encodeHeaderValue(value);
  }
  return headers;
}

function valueText(text: Buffer, span: Span | undefined): string | undefined {
  if (!span) return undefined;
  const first = text[span.start];
  if (first === QUOTE) return stringAt(text, span);
  const raw = slice(text, span).toString('latin1');
  if (raw === 'true' || raw === 'false') return raw;
  // Objects, arrays and null have no header: the server itself reports that they are invalid.
  return /^-?\d/.test(raw) ? String(Number(raw)) : undefined;
}

const QUOTE = 0x22;
