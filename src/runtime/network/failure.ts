/** Why an address cannot be reached, and what to do about it. */
import { systemWords } from '../../model/text/system-errors.ts';
import type { Way } from './proxy.ts';

export interface Failure {
  /** A few words, with the code behind them. */
  readonly reason: string;
  readonly hint: string;
}

/**
 * The code of an error of a connection. Its message is not used, as it may quote the request with its
 * headers.
 */
export function codeOf(cause: unknown): string {
  const { code, name, cause: inner } = (cause ?? {}) as { code?: string; name?: string; cause?: unknown };
  const named = name === 'Error' ? undefined : name;
  return code ?? (inner === undefined ? undefined : codeOf(inner)) ?? named ?? 'unknown failure';
}

/** A proxy has not let a connection through. The message is a sentence without secrets. */
export class ProxyFailure extends Error {
  /** The scheme of its address, if it wants a user or another one. */
  readonly wantsUser: 'http' | 'socks5' | undefined;

  constructor(message: string, wantsUser?: ProxyFailure['wantsUser']) {
    super(message);
    this.name = 'ProxyFailure';
    this.wantsUser = wantsUser;
  }
}

/** Codes for a certificate whose authority is not trusted. */
const UNTRUSTED: ReadonlySet<string> = new Set([
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'CERT_UNTRUSTED',
]);

const HINTS: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: "its certificate has expired: the server's operator must renew it",
  CERT_NOT_YET_VALID: 'its certificate is not valid yet: check the clock of this machine',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name: write that name in `url`',
  ERR_SSL_WRONG_VERSION_NUMBER: 'nothing speaks TLS there: check the port, or write http://',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'nothing speaks TLS there: check the port, or write http://',
};

/** For causes that a proxy may have as well: its hint goes first. */
const HINTS_WITHOUT_PROXY: Readonly<Record<string, string>> = {
  ENOTFOUND: 'check the spelling of the host in `url`, and that this machine is online',
  EAI_AGAIN: 'check that this machine is online, and its DNS: /etc/resolv.conf',
  EAI_NODATA: 'check the spelling of the host in `url`',
  ECONNREFUSED: 'start the server, or check that its URL and port are right',
  ETIMEDOUT: 'check the host and port in `url`, and firewalls on the way',
  UND_ERR_CONNECT_TIMEOUT: 'check the host and port in `url`, and firewalls on the way',
  EHOSTUNREACH: 'check that this machine is online, and its VPN',
  ENETUNREACH: 'check that this machine is online, and its VPN',
};

const TRUST =
  'trust the authority of its certificate: `tls: { ca: ./corp.pem }` in the entry or in defaults.remote, ' +
  'or NODE_EXTRA_CA_CERTS=/path/corp.pem in the environment or .env';

export function explain(cause: unknown, { hint }: Way): Failure {
  const refusal = proxyRefusal(cause);
  if (refusal?.wantsUser)
    return {
      reason: refusal.message,
      hint: `give it a user: ${refusal.wantsUser}://USER:PASSWORD@HOST:PORT; ${hint}`,
    };
  const code = refusal?.message ?? codeOf(cause);
  const reason = systemWords(code);
  if (UNTRUSTED.has(code)) return { reason, hint: TRUST };
  const own = HINTS_WITHOUT_PROXY[code] ?? 'check that the server runs and that its URL and port are right';
  return { reason, hint: HINTS[code] ?? hint ?? own };
}

/** What a proxy has answered in place of the server. */
function proxyRefusal(cause: unknown): ProxyFailure | undefined {
  if (cause instanceof ProxyFailure) return cause;
  const { message = '', cause: inner } = (cause ?? {}) as { message?: string; cause?: unknown };
  const status = /^Proxy (?:response|Authentication Required) \((\d{3})\)/.exec(message)?.[1];
  if (status !== undefined)
    return new ProxyFailure(`the proxy answered HTTP ${status}`, status === '407' ? 'http' : undefined);
  return inner === undefined ? undefined : proxyRefusal(inner);
}
