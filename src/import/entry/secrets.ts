/** Moves literal secrets out of an entry: each becomes a reference, and its value a line of `.env`. */

import { anyOf } from '../../config/foreign/any-of.ts';
import type { Keys } from '../../config/foreign/keys.ts';
import { variableName } from '../../config/foreign/variable-name.ts';
import { isRecord } from '../../model/collections/is-record.ts';

/**
 * Names of values that are secret. Narrower than src/secrets/secret-name.ts: what matches there is hidden in
 * texts, what matches here leaves the file.
 */
const SECRET_NAME = anyOf(
  'i',
  /(^|[_-])(key|pass|pwd|pat|cookie|auth|bearer|dsn|jwt|private)$/,
  /(apikey|accesskey|token|secret|password|passwd|passphrase|credentials?|authorization)$/,
);
/** Connection strings often hold a password. */
const URI_NAME = /(^|_)(dsn|(database|db|redis|postgres|postgresql)_url|connection_string|uri)$/i;
/** Beginnings of keys that services hand out, and of tokens in JWT form. */
const SECRET_VALUE = anyOf(
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
  /^(tvly|fc|pplx|ntn|secret|figd|lin_api|napi|sntrys|dop_v1|npm|pypi|shpat|BSA)[-_]\w{6,}/,
);
const CREDENTIALS = /^(?<before>[a-z][a-z0-9+.-]*:\/\/[^:/@\s]*):(?<password>[^@/\s]+)@/i;
const SCHEME = /^(?<scheme>Bearer|Basic|Token|ApiKey|Bot)\s+(?<value>.+)$/i;
/** Texts that stand for a value which the person has to fill in. */
const PLACEHOLDER = anyOf(
  'i',
  /^(<.*>|\[.*\]|x{3,}|\*{3,}|.*\.{3}|.*…)$/,
  /^(your|my|the|enter|insert|replace|put|add)[-_ ]/,
  /[-_ ]here$/,
  /your[-_ ]?(own|api|access|secret|key|token|password)/,
  /^(change[-_ ]?me|todo|redacted|placeholder|dummy|example)$/,
);

/** Adds a line to `.env`, and returns the name under which the value stands there. */
export type Keep = (name: string, value: string) => string;

/**
 * The entry with references in place of its secrets. Texts of the entry have `$` doubled; values of `.env`
 * have it once.
 */
export function withoutSecrets(serverName: string, keys: Keys, keep: Keep): Keys {
  const prefix = variableName(serverName);
  const hide: Hide = (name, text) => hidden(name, text, prefix, keep);
  const header: Hide = (name, text) => hideHeader(name, text, prefix, keep);
  return {
    ...keys,
    ...(isRecord(keys.env) ? { env: mapTexts(keys.env, (name, text) => hide(name, text)) } : {}),
    ...(isRecord(keys.headers) ? { headers: mapTexts(keys.headers, header) } : {}),
    ...(Array.isArray(keys.args) ? { args: hideArguments(keys.args, hide, header) } : {}),
    ...(Array.isArray(keys.command) ? { command: hideArguments(keys.command, hide, header) } : {}),
    ...(isRecord(keys.oauth)
      ? {
          oauth: mapTexts(keys.oauth, (name, text) =>
            hide(name === 'clientSecret' ? `${prefix}_CLIENT_SECRET` : name, text),
          ),
        }
      : {}),
    ...(typeof keys.url === 'string' ? { url: hideInUrl(keys.url, prefix, keep) } : {}),
  };
}

type Hide = (name: string, text: string) => string;

const isReference = (text: string): boolean => text.includes('${');

function hidden(name: string, text: string, prefix: string, keep: Keep): string {
  if (text === '' || isReference(text)) return text;
  const variable = variableName(name);
  if (PLACEHOLDER.test(text) && (SECRET_NAME.test(name) || /^<.*>$/.test(text))) return `\${${variable}}`;
  const password = CREDENTIALS.exec(text)?.groups;
  if (password && !URI_NAME.test(name)) {
    const kept = keep(`${prefix}_PASSWORD`, singleDollars(password.password ?? ''));
    return text.replace(CREDENTIALS, (_, before: string) => `${before}:\${${kept}}@`);
  }
  if (!SECRET_NAME.test(name) && !SECRET_VALUE.test(text) && !(password && URI_NAME.test(name))) return text;
  if (/^(true|false|yes|no|on|off|none|null|\d{1,4}|https?:\/\/[^@?]*)$/i.test(text)) return text;
  return `\${${keep(variable, singleDollars(text))}}`;
}

/** `Authorization: Bearer VALUE` keeps its scheme. */
function hideHeader(name: string, text: string, prefix: string, keep: Keep): string {
  const { scheme, value } = SCHEME.exec(text)?.groups ?? {};
  if (scheme === undefined || value === undefined) {
    const variable = variableName(name);
    return hidden(prefixed(prefix, variable), text, prefix, keep);
  }
  if (isReference(value)) return text;
  if (PLACEHOLDER.test(value)) return `${scheme} \${${prefix}_TOKEN}`;
  return `${scheme} \${${keep(`${prefix}_TOKEN`, singleDollars(value))}}`;
}

/** `Authorization: Bearer VALUE`, also as the value of an option. */
const HEADER = /^(?<before>(?:--?[\w-]+=)?)(?<name>[\w-]+):\s*(?<value>\S.*)$/s;

/**
 * `--api-key VALUE`, `--api-key=VALUE`, `NAME=VALUE`, headers of telling names, and texts that show what they
 * are.
 */
function hideArguments(args: readonly unknown[], hide: Hide, hideHeader: Hide): unknown[] {
  return args.map((arg, index) => {
    const text = String(arg);
    const header = HEADER.exec(text)?.groups;
    if (header?.name !== undefined && SECRET_NAME.test(header.name))
      return `${header.before}${header.name}: ${hideHeader(header.name, header.value ?? '')}`;
    const before = String(args[index - 1] ?? '');
    const [, option, value] = /^(-{0,2}[\w-]+)=(.+)$/s.exec(text) ?? [];
    if (option !== undefined && value !== undefined)
      return `${option}=${hide(option.replace(/^-+/, ''), value)}`;
    if (/^--?[\w-]+$/.test(before) && !text.startsWith('-')) return hide(before.replace(/^-+/, ''), text);
    return hide('argument', text);
  });
}

function hideInUrl(url: string, prefix: string, keep: Keep): string {
  const named = (start: string) => prefixed(prefix, variableName(start));
  const parameter = /([?&](?:[\w-]*(?:key|token|secret|password|auth)))=([^&#$]+)/gi;
  const clean = url.replace(parameter, (text, start: string, value: string) => {
    if (PLACEHOLDER.test(value)) return `${start}=\${${named(start)}}`;
    return isReference(text) ? text : `${start}=\${${keep(named(start), singleDollars(value))}}`;
  });
  return hidden('url', clean, prefix, keep);
}

/** `API_KEY` of the server `tavily` is TAVILY_API_KEY. */
function prefixed(prefix: string, variable: string): string {
  return variable.startsWith(prefix) ? variable : `${prefix}_${variable}`;
}

function mapTexts(map: Keys, change: Hide): Keys {
  return Object.fromEntries(
    Object.entries(map).map(([name, value]) => [
      name,
      typeof value === 'string' ? change(name, value) : value,
    ]),
  );
}

/** Texts of an entry have `$` doubled. */
const singleDollars = (text: string): string => text.replaceAll('$$', '$');
