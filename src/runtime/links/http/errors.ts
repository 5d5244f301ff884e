/** Errors of HTTP links: refusals by status, servers that do not speak MCP, and failed connections. */

import { GatewayError } from '../../../errors.ts';
import { cutEnd } from '../../../model/text/cut.ts';
import { publicUrl } from '../../../model/text/public-url.ts';
import { MODERN_ONLY, RPC } from '../../../wire/codes.ts';
import { member, type Span, slice } from '../../../wire/envelope.ts';
import { display } from '../../../wire/framing.ts';
import { errorObject, errorText } from '../../../wire/message.ts';
import { codeOf, explain } from '../../network/failure.ts';
import type { Network } from '../../network/network.ts';
import type { Way } from '../../network/proxy.ts';

/** How much of a body is quoted in an error. */
const EXCERPT_CHARACTERS = 300;

/** RFC 5842, 7.2. A gateway of Hive answers so to one that is its own server. */
const LOOP_DETECTED = 508;
const MIRROR = 'a gateway that has this one among its servers: each would mirror the other without end';

/** Statuses that a proxy gives when it cannot reach a server, or must not. */
const OF_PROXIES: ReadonlySet<number> = new Set([403, 407, 502, 503, 504]);

function proxyHint(status: number, hint = 'check the proxy'): string {
  if (status === 407) return `give the proxy a user: http://USER:PASSWORD@HOST:PORT; ${hint}`;
  const why = status === 403 ? 'the proxy may refuse the address' : 'the proxy may not reach the server';
  return `${why}: ${hint}`;
}

/** The server answered with an HTTP status other than success. */
export class StatusError extends GatewayError {
  readonly status: number;
  /** True for a 401 that does not ask for a login, as servers also answer what they do not know. */
  readonly isUnchallenged: boolean;

  /** @param way by which the answer came: a proxy may have given it in place of the server */
  constructor(
    url: string,
    status: number,
    body: Buffer,
    { isUnchallenged = false, way }: { isUnchallenged?: boolean; way?: Way } = {},
  ) {
    const excerpt = excerptOf(body);
    // Through a tunnel, only the server itself can answer.
    const through = url.startsWith('http:') ? (way?.through ?? '') : '';
    const ofProxy = through !== '' && OF_PROXIES.has(status) ? proxyHint(status, way?.hint) : undefined;
    const isLoop = status === LOOP_DETECTED;
    const said = isLoop ? `is ${MIRROR} (HTTP ${status})` : `answered HTTP ${status}${through}${excerpt}`;
    super(isLoop ? 'SERVER_MIRRORS' : 'SERVER_REFUSED', `${publicUrl(url)} ${said}`, {
      hint: ofProxy ?? statusHint(status, excerpt),
    });
    this.status = status;
    this.isUnchallenged = isUnchallenged;
  }
}

/** A login is required because of a 401 that does not ask for one. */
export class UnchallengedError extends GatewayError {
  constructor({ code, message, hint, cause }: GatewayError) {
    super(code, message, { hint, cause });
  }
}

/** The server redirects to an address that must not be followed. */
export class RedirectError extends GatewayError {
  readonly status: number;

  /** @param address as the server names it, resolved if it is a URL */
  constructor(url: string, status: number, address: string | undefined, why: string) {
    const target = address === undefined ? 'nowhere' : shownAddress(address);
    const otherwise = "if it is a sign-in page, set the server's key in `headers`";
    const isWritable = URL.canParse(target) && /^https?:/.test(target);
    const own = isWritable ? `if that is the server's address, write url: ${target}; ` : '';
    super('SERVER_REFUSED', `${publicUrl(url)} redirects (HTTP ${status}) to ${target}, ${why}`, {
      hint: `${own}${otherwise}`,
    });
    this.status = status;
  }
}

/** Without what may be a secret: user part, query and fragment. */
function shownAddress(address: string): string {
  const url = URL.parse(address);
  if (!url) return display(Buffer.from(cutEnd(address, 200)));
  return publicUrl(url.href) + (url.search ? '?…' : '');
}

/**
 * The server does not know the id of the session any more, so the client must begin a new session (MCP
 * 2025-11-25, basic/transports, Session Management).
 */
export class SessionOverError extends StatusError {}

/**
 * Statuses by which a server refuses the address, the session, the protocol version or the kind of message.
 * The server did not process the request.
 */
export const REFUSED: ReadonlySet<unknown> = new Set([400, 404, 405, 406, 415]);

/** True if the server did not process the request that this error answers. */
export const isRefusal = (error: GatewayError): boolean =>
  error instanceof StatusError && REFUSED.has(error.status);

/** Words with which servers refuse the name under which they were addressed. */
const OF_HOSTS = /\bhost(s|name|names)?\b|\blocalhost\b|dns rebinding|misdirected/i;

const OTHER_NAME =
  'the server answers only to certain names: add the one in its URL to the hosts that it allows ' +
  '(often `--allowed-hosts`)';

function statusHint(status: number, body: string): string {
  if (status === 421 || (status === 403 && OF_HOSTS.test(body))) return OTHER_NAME;
  if (status === LOOP_DETECTED)
    return 'take this entry out, or the entry of the other gateway that leads back here';
  if (status === 401 || status === 403) return 'check the credentials in `headers` of this server';
  return status === 404 || status === 405
    ? 'check `url` or `path` of this server'
    : "check the server's own log";
}

/** The address answers HTTP, and the answer is not MCP. @param type content type of the answer */
export function notMcpError(url: string, type: string, body: Buffer): GatewayError {
  const answer = type || 'no content type';
  const what = `${publicUrl(url)} is not an MCP server: it answered HTTP 200 with ${answer}`;
  return new GatewayError('SERVER_REFUSED', `${what}${excerptOf(body)}`, {
    hint: 'check `url` or `path` of this server: most end in /mcp',
  });
}

function excerptOf(body: Buffer): string {
  const excerpt = cutEnd(display(body).replace(/\s+/g, ' '), EXCERPT_CHARACTERS);
  return excerpt && `: ${excerpt}`;
}

/** @param network by which the address was to be reached */
export function networkError(url: string, cause: unknown, network: Network): GatewayError {
  const way = network.wayTo(url);
  const { reason: why, hint } = explain(cause, way);
  const what = `${publicUrl(url)} cannot be reached${way.through}: ${why}`;
  return new GatewayError('SERVER_UNREACHABLE', what, { hint });
}

/** Failures of connections to a server that is still starting. */
const NOT_YET = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'UND_ERR_SOCKET',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** True for a connection that may have failed because the server is still starting. */
export const isNotYet = (cause: unknown): boolean => NOT_YET.has(codeOf(cause));

/** True for an open connection that broke: the server may have closed it while the request was on its way. */
export const isBroken = (cause: unknown): boolean => BROKEN.has(codeOf(cause));

const BROKEN = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET']);

/** True for a status by which a proxy says that the server behind it is not up. */
export const isNotYetStatus = (status: number): boolean => status === 502 || status === 503 || status === 504;

/** The message that answers a request in place of its server. @param id JSON text */
export function errorAnswer(id: string, error: GatewayError): Buffer {
  const isStatus = error instanceof StatusError || error instanceof RedirectError;
  const status = isStatus ? { status: error.status } : {};
  const session = error instanceof SessionOverError ? { session: 'over' } : {};
  const isUnchallenged =
    error instanceof UnchallengedError || (error instanceof StatusError && error.isUnchallenged);
  const challenge = isUnchallenged ? { challenge: 'none' } : {};
  const data = { code: error.code, hint: error.hint, ...status, ...session, ...challenge };
  return errorText(id, errorObject(RPC.SERVER_GONE, `${error.message}; fix: ${error.hint}`, data));
}

/**
 * True if only a server that has no `initialize` sends such an error (2026-07-28, basic/index, Error Codes).
 */
export function isModernOnly(text: Buffer, error: Span): boolean {
  const code = member(text, error, 'code');
  return code !== undefined && MODERN_ONLY.has(Number(slice(text, code).toString()));
}
