/** Checks of HTTP headers, before a body is read. */
import type { IncomingMessage } from 'node:http';
import type { AccessRules } from '../../model/stack.ts';

export interface Refusal {
  readonly status: number;
  readonly message: string;
}

/** Undefined for a request that passes. */
export type Check = (request: IncomingMessage) => Refusal | undefined;

/**
 * Names that only this machine can resolve to the gateway: no page elsewhere can claim them (DNS rebinding).
 */
const LOCAL = ['localhost', '127.0.0.1', '[::1]'];
const WILDCARDS = ['0.0.0.0', '::', ''];

/**
 * Checks Host and Origin. Host must name a host that the gateway answers for: a local name, the bound
 * address, or one of `allowedHosts`; ports are ignored. Origin, which only browsers send, must be of such a
 * host, or equal one of `allowedOrigins`.
 *
 * @param access read at every request; the object must be a new one whenever its content changes
 */
export function createGuard(boundHost: string, access: () => AccessRules): Check {
  let rules: AccessRules | undefined;
  let allowed: ReadonlySet<string> = new Set();
  let origins: readonly string[] = [];
  /** Host of the last accepted request: nearly all requests carry the same. */
  let usual: string | undefined;
  const apply = (next: AccessRules): void => {
    rules = next;
    allowed = servedHosts(boundHost, next.allowedHosts ?? []);
    origins = next.allowedOrigins ?? [];
    usual = undefined;
  };
  return ({ headers: { host, origin } }) => {
    const current = access();
    if (current !== rules) apply(current);
    if (origin === undefined && host !== undefined && host === usual) return undefined;
    if (host === undefined || !allowed.has(hostName(host)))
      return {
        status: 403,
        message:
          `Host ${host ?? 'absent'} is not served here; known hosts: ${[...allowed].join(', ')}; ` +
          'fix: list it in gateway.allowedHosts',
      };
    const isOurs = origin === undefined || allowed.has(originHost(origin)) || origins.includes(origin);
    if (!isOurs) return { status: 403, message: `requests from pages of ${origin} are not allowed` };
    usual = host;
    return undefined;
  };
}

function servedHosts(boundHost: string, allowedHosts: readonly string[]): ReadonlySet<string> {
  const bound = WILDCARDS.includes(boundHost) ? [] : [bracketed(boundHost)];
  const names = [...LOCAL, ...bound, ...allowedHosts.map(bracketed)];
  return new Set(names.map((name) => name.toLowerCase()));
}

const bracketed = (name: string): string =>
  name.includes(':') && !name.startsWith('[') ? `[${name}]` : name;

const hostName = (host: string): string => host.replace(/:\d*$/, '').toLowerCase();

/** What browsers send for a page that was loaded from a host. */
const WEB_ORIGIN = /^https?:\/\/[^\s/\\?#@]+$/i;

/**
 * Empty for `null` (sandboxed pages), for pages of extensions and other schemes, and for text that is not an
 * origin.
 */
function originHost(origin: string): string {
  return WEB_ORIGIN.test(origin) ? (URL.parse(origin)?.hostname ?? '') : '';
}

/**
 * Checks that a POST carries JSON and accepts both JSON and an event stream (transports, Sending Messages to
 * the Server).
 */
export function createPostCheck(): Check {
  /** Headers of the last accepted POST: nearly all POSTs carry the same. */
  let usual: { readonly type?: string; readonly accept?: string | undefined } = {};
  return ({ headers: { accept, 'content-type': type = '', 'content-encoding': encoding } }) => {
    const encoded = encodingProblem(encoding);
    if (encoded) return encoded;
    if (type === usual.type && accept === usual.accept) return undefined;
    if (!/^application\/json\s*(;|$)/i.test(type))
      return { status: 415, message: 'Content-Type must be application/json' };
    if (!accepts(accept, 'application/json') || !accepts(accept, 'text/event-stream'))
      return { status: 406, message: 'Accept must list both application/json and text/event-stream' };
    usual = { type, accept };
    return undefined;
  };
}

/** Bodies are read as they come (RFC 9110, 15.5.16: 415 for a content coding too). */
export function encodingProblem(encoding: string | undefined): Refusal | undefined {
  if (encoding === undefined || encoding.toLowerCase() === 'identity') return undefined;
  return { status: 415, message: `Content-Encoding ${encoding} is not taken: send the body uncompressed` };
}

/** True if an Accept header takes `type`; a missing header takes everything (RFC 9110, 12.5.1). */
export function accepts(accept: string | undefined, type: MediaType): boolean {
  return accept === undefined || RANGES[type].test(accept);
}

/** True for browsers: other clients accept anything, and are served JSON. */
export const wantsHtml = (accept: string | undefined): boolean =>
  accept !== undefined && /(?:^|,)\s*text\/html\s*(?:[;,]|$)/i.test(accept);

type MediaType = 'application/json' | 'text/event-stream' | 'text/plain' | 'text/html';

const RANGES: Readonly<Record<MediaType, RegExp>> = {
  'application/json': range('application', 'json'),
  'text/event-stream': range('text', 'event-stream'),
  'text/plain': range('text', 'plain'),
  'text/html': range('text', 'html'),
};

function range(type: string, subtype: string): RegExp {
  return new RegExp(`(?:^|,)\\s*(?:\\*/\\*|${type}/(?:\\*|${subtype}))\\s*(?:[;,]|$)`, 'i');
}
