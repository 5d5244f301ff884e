/** Checks the form of a request where HTTP servers and proxies differ in what they take from it. */
import type { IncomingMessage } from 'node:http';
import type { Refusal } from './guard.ts';

/** Fields whose first line alone would count. Node joins the lines of others, so that none is valid. */
const ONCE: ReadonlySet<string> = new Set(['host', 'authorization', 'content-type', 'origin']);

/**
 * Refuses two lines of a field that has one value (RFC 9112, 3.2 for Host), and a request target that names
 * another host than Host does (RFC 9112, 3.2.2). Undefined for nearly all requests.
 */
export function formProblem({ url = '', headers, rawHeaders }: IncomingMessage): Refusal | undefined {
  const repeated = hasRepeated(headers, rawHeaders) ? repeatedName(rawHeaders) : undefined;
  if (repeated !== undefined)
    return {
      status: 400,
      message: `the header ${repeated} occurs twice: proxies differ in which one counts`,
    };
  if (url.startsWith('/') || !url.includes('//') || isOf(url, headers.host)) return undefined;
  return { status: 400, message: 'the request target names another host than the Host header' };
}

/** Each name has one entry in `headers`, and two in `rawHeaders` for each of its lines. */
function hasRepeated(headers: IncomingMessage['headers'], rawHeaders: readonly string[]): boolean {
  let names = 0;
  for (const _ in headers) names += 2;
  return names < rawHeaders.length;
}

function repeatedName(rawHeaders: readonly string[]): string | undefined {
  const names = rawHeaders.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase());
  return names.find((name, index) => ONCE.has(name) && names.indexOf(name) < index);
}

function isOf(url: string, host: string | undefined): boolean {
  const target = URL.parse(url);
  const isPlain = target?.protocol === 'http:' && target.username === '' && target.password === '';
  return isPlain && target.host === URL.parse(`http://${host ?? ''}`)?.host;
}
