/** Secrets inside of a longer text: a command line, a script of a shell, JSON as an argument. */

import { type Hide, isPassword, isValueOf, SECRET_NAME } from './secret-shapes.ts';

const VALUE = String.raw`"[^"]*"|'[^']*'|[^\s"';&|)]+`;
const JSON_MEMBER = /"(?<name>[\w.-]+)"(?<between>\s*:\s*)"(?<value>(?:\\.|[^"\\])+)"/g;
const HEADER_VALUE = String.raw`(?<value>(?:(?:Bearer|Basic|Token|ApiKey|Bot)\s+)?[^\s"'\\;&|]+)`;
const HEADER = new RegExp(String.raw`(?<![\w-])(?<name>[A-Za-z][\w-]*)(?<between>:\s?)${HEADER_VALUE}`, 'g');
/** `NAME=VALUE` and `--name=VALUE`; parameters of URLs look the same. */
const SETTING = new RegExp(
  String.raw`(?<=^|[\s"';&|(?])(?<name>-{0,2}[A-Za-z_][\w-]*)=(?<value>${VALUE})`,
  'g',
);
const OPTION = new RegExp(
  String.raw`(?<=^|\s)(?<name>--?[A-Za-z][\w-]*)(?<between>\s+)(?!-)(?<value>${VALUE})`,
  'g',
);
/** A password may begin with a dash, as `isValueOf` has it. */
const DASHED = /(?<=^|\s)(?<name>--?[A-Za-z][\w-]*)(?<between>\s+)(?<value>-[^-\s"';&|)][^\s"';&|)]*)/g;
const WORD = /[^\s"'=;&|(),]+/g;

/** The text with references in place of secrets; all else stays as it is, quotes included. */
export function hideInLine(line: string, hide: Hide, hideHeader: Hide): string {
  return line
    .replace(JSON_MEMBER, (_, name: string, between: string, value: string) => {
      return `"${name}"${between}"${hide(name, value)}"`;
    })
    .replace(HEADER, (text, name: string, between: string, value: string) =>
      SECRET_NAME.test(name) ? `${name}${between}${hideHeader(name, value)}` : text,
    )
    .replace(SETTING, (_, name: string, value: string) => `${name}=${quoted(bare(name), value, hide)}`)
    .replace(DASHED, (text, name: string, between: string, value: string) =>
      isValueOf(name, value) ? `${name}${between}${hide(bare(name), value)}` : text,
    )
    .replace(OPTION, (_, name: string, between: string, value: string) => {
      const meant = name === '-p' && isPassword(value) ? 'password' : bare(name);
      return `${name}${between}${quoted(meant, value, hide)}`;
    })
    .replace(WORD, (word) => hide('argument', word));
}

const bare = (option: string): string => option.replace(/^-+/, '');

/** A value keeps its quotes. */
function quoted(name: string, value: string, hide: Hide): string {
  const quote = /^["']/.exec(value)?.[0] ?? '';
  return quote === '' ? hide(name, value) : `${quote}${hide(name, value.slice(1, -1))}${quote}`;
}
