/** How literal secrets look in the files of other programs, and what only resembles them. */
import { anyOf } from '../../config/foreign/any-of.ts';

/**
 * Names of values that are secret. Narrower than src/secrets/secret-name.ts: what matches there is hidden in
 * texts, what matches here leaves the file.
 */
export const SECRET_NAME = anyOf(
  'i',
  /(^|[_-])(key|pass|pwd|pat|cookie|auth|bearer|dsn|jwt|private)$/,
  /(apikey|accesskey|token|secret|password|passwd|passphrase|credentials?|authorization)$/,
);
/** Connection strings often hold a password. */
export const URI_NAME = /(^|_)(dsn|(database|db|redis|postgres|postgresql)_url|connection_string|uri)$/i;
/** Beginnings of keys that services hand out, and of tokens in JWT form. */
export const SECRET_VALUE = anyOf(
  '',
  /^(sk|pk|rk|whsec)[-_][\w-]{8,}/,
  /^gh[opsu]_\w{8,}/,
  /^github_pat_/,
  /^glpat-/,
  /^xox[abeprs]-/,
  /^AKIA[0-9A-Z]{8,}/,
  /^AIza[\w-]{20,}/,
  /^eyJ[\w-]{8,}\./,
  /^hf_\w{8,}/,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
  /^https:\/\/(hooks\.slack\.com\/services|discord(app)?\.com\/api\/webhooks)\//,
  /^(tvly|fc|pplx|ntn|secret|figd|lin_api|napi|sntrys|dop_v1|npm|pypi|shpat|BSA)[-_]\w{6,}/,
);
export const CREDENTIALS = /^(?<before>[a-z][a-z0-9+.-]*:\/\/[^:/@\s]*):(?<password>[^@/\s]+)@/i;
export const SCHEME = /^(?<scheme>Bearer|Basic|Token|ApiKey|Bot)\s+(?<value>.+)$/i;
/** Texts that stand for a value which the person has to fill in. */
export const PLACEHOLDER = anyOf(
  'i',
  /^(<.*>|\[.*\]|x{3,}|\*{3,}|.*\.{3}|.*…)$/,
  /^(your|my|the|enter|insert|replace|put|add)[-_ ]/,
  /[-_ ]here$/,
  /your[-_ ]?(own|api|access|secret|key|token|password)/,
  /^(change[-_ ]?me|todo|redacted|placeholder|dummy|example)$/,
);

/** Gives a text under its name; returns it with a reference in place of a secret. */
export type Hide = (name: string, text: string) => string;

/** After `-p`, which is a port, a package or a project as well. */
export const isPassword = (text: string): boolean =>
  !/^-|^[a-z][a-z-]*$|^[\d.:-]+(?:\/\w+)?$|^[~.@/]|[/\\]|^\$|\w@\d/.test(text);

/** A password may begin with a dash; `--name` is the next option. */
export const isValueOf = (option: string, text: string): boolean =>
  /^--?[\w-]*(?:password|passwd|token|secret|api-?key)$/i.test(option) && /^-[^-]/.test(text);
