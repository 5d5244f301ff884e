/** Moves literal secrets out of an entry: each becomes a reference, and its value a line of `.env`. */

import type { Keys } from '../../config/foreign/keys.ts';
import { variableName } from '../../config/foreign/variable-name.ts';
import { isRecord } from '../../model/collections/is-record.ts';
import { beside, isReference } from './beside-references.ts';
import {
  CREDENTIALS,
  type Hide,
  isPassword,
  isValueOf,
  PLACEHOLDER,
  SCHEME,
  SECRET_NAME,
  SECRET_VALUE,
  URI_NAME,
} from './secret-shapes.ts';
import { hideInLine } from './secrets-in-line.ts';
import { hideInUrl } from './secrets-in-url.ts';

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
  const keptAs: Hide = (name, text) => {
    const variable = prefixed(prefix, variableName(name));
    return `\${${PLACEHOLDER.test(text) ? variable : keep(variable, singleDollars(text))}}`;
  };
  return {
    ...keys,
    ...(isRecord(keys.env) ? { env: mapTexts(keys.env, (name, text) => hide(name, text)) } : {}),
    ...(isRecord(keys.headers) ? { headers: mapTexts(keys.headers, header) } : {}),
    ...(Array.isArray(keys.args) ? { args: hideArguments(keys.args, hide, header) } : {}),
    ...(Array.isArray(keys.command) ? { command: hideArguments(keys.command, hide, header) } : {}),
    ...(typeof keys.command === 'string' ? { command: hideInLine(keys.command, hide, header) } : {}),
    ...(isRecord(keys.build) ? { build: hideInBuild(keys.build, hide) } : {}),
    ...(isRecord(keys.oauth)
      ? {
          oauth: mapTexts(keys.oauth, (name, text) =>
            hide(name === 'clientSecret' ? `${prefix}_CLIENT_SECRET` : name, text),
          ),
        }
      : {}),
    ...(typeof keys.url === 'string' ? { url: hideInUrl(keys.url, keptAs) } : {}),
  };
}

function hidden(name: string, text: string, prefix: string, keep: Keep): string {
  if (text === '') return text;
  const variable = variableName(name);
  if (isReference(text)) return beside(text, (part, of) => hiddenBeside(name, part, of, prefix, keep));
  if (PLACEHOLDER.test(text) && (SECRET_NAME.test(name) || /^<.*>$/.test(text))) return `\${${variable}}`;
  const password = CREDENTIALS.exec(text)?.groups;
  if (password && !URI_NAME.test(name)) {
    const kept = keep(`${prefix}_PASSWORD`, singleDollars(password.password ?? ''));
    return text.replace(CREDENTIALS, (_, before: string) => `${before}:\${${kept}}@`);
  }
  if (!SECRET_NAME.test(name) && !SECRET_VALUE.test(text) && !(password && URI_NAME.test(name))) return text;
  if (SECRET_VALUE.test(text)) return `\${${keep(variable, singleDollars(text))}}`;
  if (/^(true|false|yes|no|on|off|none|null|\d{1,4}|https?:\/\/[^@?]*)$/i.test(text)) return text;
  return `\${${keep(variable, singleDollars(text))}}`;
}

/**
 * A secret that is only a part of a text is recognised by what it looks like, also under a telling name.
 * @param variable of the reference, if the part is its default
 */
function hiddenBeside(
  name: string,
  part: string,
  variable: string | undefined,
  prefix: string,
  keep: Keep,
): string {
  if (variable !== undefined) return hidden(variable, part, prefix, keep);
  const isTelling = SECRET_NAME.test(name) && /^[\w+/=.-]{8,}$/.test(part) && /\d/.test(part);
  return isTelling || SECRET_VALUE.test(part) ? hidden(name, part, prefix, keep) : part;
}

/** `Authorization: Bearer VALUE` keeps its scheme. */
function hideHeader(name: string, text: string, prefix: string, keep: Keep): string {
  const { scheme, value } = SCHEME.exec(text)?.groups ?? {};
  if (scheme === undefined || value === undefined) {
    const variable = variableName(name);
    return hidden(prefixed(prefix, variable), text, prefix, keep);
  }
  if (isReference(value)) return `${scheme} ${hidden(`${prefix}_TOKEN`, value, prefix, keep)}`;
  if (PLACEHOLDER.test(value)) return `${scheme} \${${prefix}_TOKEN}`;
  return `${scheme} \${${keep(`${prefix}_TOKEN`, singleDollars(value))}}`;
}

/** `Authorization: Bearer VALUE`, also as the value of an option. */
const HEADER = /^(?<before>(?:--?[\w-]+=)?)(?<name>[\w-]+):\s*(?<value>\S.*)$/s;

/**
 * `--api-key VALUE`, `--api-key=VALUE`, `NAME=VALUE`, headers of telling names, texts that show what they
 * are, and all of these inside of scripts and of JSON.
 */
function hideArguments(args: readonly unknown[], hide: Hide, hideHeader: Hide): unknown[] {
  return args.map((arg, index) => {
    const text = String(arg);
    const clean = hideArgument(text, String(args[index - 1] ?? ''), hide, hideHeader);
    return clean === text && /[\s{]/.test(text) ? hideInLine(text, hide, hideHeader) : clean;
  });
}

function hideArgument(text: string, before: string, hide: Hide, hideHeader: Hide): string {
  const header = HEADER.exec(text)?.groups;
  if (header?.name !== undefined && SECRET_NAME.test(header.name))
    return `${header.before}${header.name}: ${hideHeader(header.name, header.value ?? '')}`;
  const [, option, value] = /^(-{0,2}[\w-]+)=(.+)$/s.exec(text) ?? [];
  if (option !== undefined && value !== undefined)
    return `${option}=${hide(option.replace(/^-+/, ''), value)}`;
  if (before === '-p' && isPassword(text)) return hide('password', text);
  if (/^--?[\w-]+$/.test(before) && (!text.startsWith('-') || isValueOf(before, text)))
    return hide(before.replace(/^-+/, ''), text);
  return hide('argument', text);
}

function hideInBuild(build: Keys, hide: Hide): Keys {
  return isRecord(build.args) ? { ...build, args: mapTexts(build.args, hide) } : build;
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
