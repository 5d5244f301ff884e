/** Codes of operating systems and of HTTP clients, in words. */

/** Each follows a colon: `https://h/mcp cannot be reached: …`. */
const WORDS: Readonly<Record<string, string>> = {
  ENOTFOUND: 'its host name is not known',
  EAI_AGAIN: 'the name server does not answer',
  EAI_NODATA: 'its host name has no address',
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'the connection was cut off',
  ECONNABORTED: 'the connection was cut off',
  EPIPE: 'the connection was cut off',
  ETIMEDOUT: 'it does not answer',
  EHOSTUNREACH: 'no route leads to its host',
  EHOSTDOWN: 'its host is down',
  ENETUNREACH: 'no route leads to its network',
  ENETDOWN: 'the network is down',
  EADDRNOTAVAIL: 'this machine has no such address',
  EADDRINUSE: 'the address is in use',
  EACCES: 'this user may not',
  EPERM: 'this user may not',
  EMFILE: 'too many files are open',
  ENFILE: 'too many files are open on this machine',
  ENOSPC: 'the disk is full',
  EROFS: 'the disk is read-only',
  EPROTO: 'its TLS cannot be understood',
  UND_ERR_CONNECT_TIMEOUT: 'it does not answer',
  UND_ERR_HEADERS_TIMEOUT: 'it accepted the request and does not answer',
  UND_ERR_BODY_TIMEOUT: 'its answer stopped in the middle',
  UND_ERR_SOCKET: 'it closed the connection',
  UND_ERR_CLOSED: 'the connection is closed',
  UND_ERR_DESTROYED: 'the connection is closed',
  UND_ERR_ABORTED: 'the request was given up',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'its answer has another length than it says',
  UND_ERR_HEADERS_OVERFLOW: 'the headers of its answer are too large',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet',
  CERT_REVOKED: 'its certificate was revoked',
  CERT_SIGNATURE_FAILURE: 'its certificate is damaged',
  CERT_UNTRUSTED: 'the authority of its certificate is not trusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'the authority of its certificate is not known',
  UNABLE_TO_GET_ISSUER_CERT: 'the authority of its certificate is not known',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'the authority of its certificate is not known',
  SELF_SIGNED_CERT_IN_CHAIN: 'the authority of its certificate is not known',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is signed by itself',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak TLS',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'it does not speak TLS',
};

/** Beginnings of codes, for those that have no words of their own. */
const FAMILIES: readonly (readonly [beginning: string, words: string])[] = [
  ['CERT_', 'its certificate is not valid'],
  ['ERR_TLS_', 'its TLS fails'],
  ['ERR_SSL_', 'its TLS fails'],
  ['HPE_', 'it does not answer in HTTP'],
  ['EAI_', 'its host name cannot be looked up'],
  ['UND_ERR_', 'the HTTP connection failed'],
];

/** The words, and the code in parentheses behind them. A text that is no code stays. */
export function systemWords(code: string): string {
  if (!/^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/.test(code)) return code;
  const own = Object.hasOwn(WORDS, code) ? WORDS[code] : undefined;
  const words = own ?? FAMILIES.find(([beginning]) => code.startsWith(beginning))?.[1] ?? 'it failed';
  return `${words} (${code})`;
}
