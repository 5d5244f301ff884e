/** What cannot be a URL or a header of an HTTP request, in words that continue a sentence about it. */

const PLACEHOLDER = /<[^<>]*>|\{[^{}]*\}/;
/** Of a URL: the host and what stands before it, then the port. */
const AUTHORITY = /^https?:\/\/([^/?#]*?)(?::(\d*))?(?:[/?#]|$)/i;
const MAX_PORT = 65_535;

/**
 * Undefined for a URL over HTTP or HTTPS.
 * @param isSecret nothing of the text may be quoted
 */
export function urlProblem(text: string, isSecret = false): string | undefined {
  const [placeholder] = PLACEHOLDER.exec(text) ?? [];
  if (placeholder !== undefined)
    return isSecret ? 'holds a placeholder' : `holds a placeholder, ${placeholder}`;
  if (/\s/.test(text)) return 'has a blank in it';
  const [, host, port = ''] = AUTHORITY.exec(text) ?? [];
  if (host === undefined) return 'must begin with http:// or https://';
  if (host === '' || host.endsWith('@')) return 'has no host';
  if (Number(port) > MAX_PORT) return `has a port above ${MAX_PORT}${isSecret ? '' : `, ${port}`}`;
  return URL.canParse(text) ? undefined : 'is not a URL';
}

/** Undefined for text that a header can carry (RFC 9110, 5.5). Never quotes the text, which may be a secret. */
export function headerProblem(text: string): string | undefined {
  if (/[\r\n]/.test(text)) return 'has a line break in it';
  return /^[\t\x20-\x7e\x80-\xff]*$/.test(text)
    ? undefined
    : 'has a character that no header can carry, such as a curly quote or a dash from a text program';
}

/** Headers that belong to the connection and the body, in lower case. */
const RESERVED: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'expect',
  'keep-alive',
  'proxy-authorization',
  'transfer-encoding',
  'upgrade',
]);

/** True for a header that Hive sets itself, or that must not reach a server. */
export const isReservedHeader = (name: string): boolean => RESERVED.has(name.toLowerCase());
