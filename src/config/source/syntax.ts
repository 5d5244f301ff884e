/** Problems of a file as a whole: its syntax, its top level, duplicate keys. */

import { isRecord } from '../../model/collections/is-record.ts';
import { shellWord } from '../../model/text/commands.ts';
import { duplicateKeys } from './duplicate-keys.ts';
import { EXCESS } from './excess.ts';
import { markAt } from './locate.ts';
import type { Finding, Report } from './report.ts';
import { isJson, type Source } from './source.ts';
import type { SyntaxFault } from './syntax-fault.ts';

/** Reports these problems. Returns true if the file could be parsed. */
export function reportSyntax(report: Report, source: Source): boolean {
  const [fault] = source.errors;
  const found = tomlFinding(source) ?? (fault ? faultFinding(source, fault) : topLevelFinding(source));
  if (found) report.at(source, [], { mark: markAt(source, 0, 1), ...found });
  reportDuplicates(report, source);
  return fault === undefined;
}

/** TOML is read by `hive import` only. */
function tomlFinding({ path, data }: Source): Finding | undefined {
  if (!/\.toml$/i.test(path) || isRecord(data)) return undefined;
  const hint = `take its servers over: npx hive import ${shellWord(path)} --write hive.yaml`;
  return { message: 'the file is TOML, and a stack is YAML or JSON', hint };
}

function topLevelFinding({ data }: Source): Finding | undefined {
  if (data === null || data === undefined)
    return {
      message: 'the file is empty',
      hint: 'if it is being written, save it again; a stack without servers is written `servers: {}`',
    };
  if (isRecord(data)) return undefined;
  return {
    message: 'the file must hold keys such as `servers:` at its top',
    hint: 'write `servers:` with an entry for each server, or `servers: {}` for none',
  };
}

function reportDuplicates(report: Report, source: Source): void {
  for (const { keyPath, first, second } of duplicateKeys(source)) {
    const key = String(keyPath.at(-1));
    const message = `"${key}" is written twice: on line ${first.line} and on line ${second.line}`;
    report.at(source, keyPath, { mark: second, message, hint: 'keep one of them' });
  }
}

function faultFinding(source: Source, { code, message, pos: [start, end] }: SyntaxFault): Finding {
  const mark = markAt(source, start, end);
  if (isUnfinished(source, { code, message, pos: [start, end] }))
    return {
      mark,
      message: 'the file ends in the middle of something: it looks half-written',
      hint: 'finish or save it again; a bracket or quote may be left open',
    };
  if (code === EXCESS) return { mark, message, hint: 'split the file with `include`, or make it simpler' };
  if (code === 'TAB_AS_INDENT')
    return { mark, message: 'a tab is used for indentation', hint: 'YAML is indented with spaces' };
  const open = openReference(source, start);
  if (open) return open;
  const language = isJson(source.path) ? 'JSON' : 'YAML';
  return {
    mark,
    message: `not valid ${language}: ${message.replace(/ at line \d+.*$/s, '')}`,
    hint: 'look at this line and the one before it',
  };
}

/** Within `{ }` and `[ ]` of YAML, and everywhere in JSON, the `{` of an unquoted `${NAME}` begins a map. */
function openReference(source: Source, at: number): Finding | undefined {
  const { text, path } = source;
  const [whole, name] = /^\$\{\s*((?:secret:)?\w+)[^}\n]*\}?/.exec(text.slice(at - 1)) ?? [];
  if (whole === undefined) return undefined;
  const isWhole =
    /(?:[[{,]|:\s)\s*$/.test(text.slice(0, at - 1)) && /^\s*[,\]}]/.test(text.slice(at - 1 + whole.length));
  const why = isJson(path) ? 'JSON has no text without quotes' : 'within { } and [ ] its brace begins a map';
  return {
    mark: markAt(source, at - 1, at - 1 + whole.length),
    message: `\${${name}} is not quoted, and ${why}`,
    hint: isWhole ? `write "\${${name}}"` : `put the whole value in quotes: "…\${${name}}…"`,
  };
}

/** True if the parser failed at the end of the text. */
function isUnfinished({ text }: Source, { code, message, pos: [start] }: SyntaxFault): boolean {
  const end = text.trimEnd().length;
  const isOpen = code === 'MISSING_CHAR' || /must end with|Missing closing/.test(message);
  return start >= end || (isOpen && start >= end - 1);
}
