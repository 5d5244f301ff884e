import { GatewayError } from '../../../errors.ts';
import { publicUrl } from '../../../model/text/public-url.ts';
import { MODERN_ONLY, RPC } from '../../../wire/codes.ts';
import { member, type Span, slice } from '../../../wire/envelope.ts';
import { display } from '../../../wire/framing.ts';
import { errorObject, errorText } from '../../../wire/message.ts';

/** Answered with a status that is no answer. */
export class StatusError extends GatewayError {
  readonly status: number;

  constructor(url: string, status: number, body: Buffer) {
    const excerpt = display(body.subarray(0, 300)).replace(/\s+/g, ' ');
    const what = `${publicUrl(url)} answered HTTP ${status}${excerpt ? `: ${excerpt}` : ''}`;
    super('SERVER_REFUSED', what, { hint: statusHint(status) });
    this.status = status;
  }
}

/** The server does not know the session that it gave: a new one has to be begun (MCP 2025-11-25, basic/transports, Session Management). */
export class SessionOverError extends StatusError {}

/** The address, the session, the version or the kind of message is refused: nothing of the request was taken. */
export const REFUSED: ReadonlySet<unknown> = new Set([400, 404, 405, 406, 415]);

export const isRefusal = (error: GatewayError): boolean =>
  error instanceof StatusError && REFUSED.has(error.status);

function statusHint(status: number): string {
  if (status === 401 || status === 403) return 'check the credentials in `headers` of this server';
  return status === 404 || status === 405
    ? 'check `url` or `path` of this server'
    : 'look at what the server logs';
}

/** Something answers there, and it does not speak MCP. */
export function notMcpError(url: string, type: string, body: Buffer): GatewayError {
  const excerpt = display(body.subarray(0, 300)).replace(/\s+/g, ' ');
  const what = `${publicUrl(url)} is no MCP server: it answered HTTP 200 with ${type || 'no content type'}`;
  return new GatewayError('SERVER_REFUSED', `${what}${excerpt ? `: ${excerpt}` : ''}`, {
    hint: 'check `url` or `path` of this server: most end in /mcp',
  });
}

export function networkError(url: string, cause: unknown): GatewayError {
  return new GatewayError('SERVER_UNREACHABLE', `${publicUrl(url)} cannot be reached: ${reason(cause)}`, {
    hint: 'check that the server runs and that its URL and port are right',
  });
}

/** Never the cause's own message: it may quote the request with its headers. */
export function reason(cause: unknown): string {
  const { code, name } = cause as { code?: string; name?: string };
  return code ?? name ?? 'unknown failure';
}

/** Failures of a server that is not up yet. */
const NOT_YET = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'UND_ERR_SOCKET',
  'UND_ERR_CONNECT_TIMEOUT',
]);

export const isNotYet = (cause: unknown): boolean => NOT_YET.has(reason(cause));

export const isNotYetStatus = (status: number): boolean => status === 502 || status === 503 || status === 504;

/** The answer to a request that got none from its server; `id` is JSON text. */
export function errorAnswer(id: string, error: GatewayError): Buffer {
  const status = error instanceof StatusError ? { status: error.status } : {};
  const session = error instanceof SessionOverError ? { session: 'over' } : {};
  const data = { code: error.code, hint: error.hint, ...status, ...session };
  return errorText(id, errorObject(RPC.SERVER_GONE, `${error.message}; fix: ${error.hint}`, data));
}

/** True for the error of a server that has no `initialize` (2026-07-28, basic/index, Error Codes). */
export function isOfModern(text: Buffer, error: Span): boolean {
  const code = member(text, error, 'code');
  return code !== undefined && MODERN_ONLY.has(Number(slice(text, code).toString()));
}
