/** What is wrong with a file before its keys are looked at. */

import type { Report } from './diagnostics.ts';
import { duplicateKeys, isRecord, markAt, type Source } from './source.ts';

/** Reports it, and tells whether the file could be parsed. */
export function reportSyntax(report: Report, source: Source): boolean {
  const [error] = source.errors;
  const whole = { source, mark: markAt(source, 0, 1), keyPath: [] };
  if (error)
    report({ ...whole, mark: markAt(source, error.pos[0], error.pos[1]), ...syntaxMessage(source, error) });
  else if (source.data === null || source.data === undefined)
    report({
      ...whole,
      message: 'the file is empty',
      hint: 'if it is being written, save it again; no servers at all is written `servers: {}`',
    });
  else if (!isRecord(source.data))
    report({
      ...whole,
      message: 'the file must hold keys such as `servers:` at its top',
      hint: 'see schemas/stack.schema.json',
    });
  for (const { keyPath, first, second } of duplicateKeys(source)) {
    const key = String(keyPath.at(-1));
    report({
      source,
      mark: second,
      keyPath,
      message: `"${key}" is written twice: on line ${first.line} and on line ${second.line}`,
      hint: 'keep one of them',
    });
  }
  return error === undefined;
}

function syntaxMessage(source: Source, error: Source['errors'][number]): { message: string; hint: string } {
  const end = source.text.trimEnd().length;
  const isOpen = error.code === 'MISSING_CHAR' || /must end with|Missing closing/.test(error.message);
  if (error.pos[0] >= end || (isOpen && error.pos[0] >= end - 1))
    return {
      message: 'the file ends in the middle of something: it looks half-written',
      hint: 'finish or save it again; a bracket or quote may be left open',
    };
  if (error.code === 'TAB_AS_INDENT')
    return { message: 'a tab is used for indentation', hint: 'YAML is indented with spaces' };
  const language = /\.jsonc?$/i.test(source.path) ? 'JSON' : 'YAML';
  return {
    message: `not valid ${language}: ${error.message.replace(/ at line \d+.*$/s, '')}`,
    hint: 'look at this line and the one before it',
  };
}
