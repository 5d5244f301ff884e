/** Collects the problems of config files: each with its place, its source line and the fix. */

import { cutMiddle } from '../../model/text/cut.ts';
import type { Problem } from './diagnostics.ts';
import { jsonHint } from './json-hint.ts';
import { locate, type Mark } from './locate.ts';
import { snippetOf } from './snippet.ts';
import { isJson, type KeyPath, type Source } from './source.ts';

export interface Finding {
  /** Undefined: the file cannot be used. */
  readonly code?: 'VARIABLE_UNSET';
  readonly message: string;
  /** The fix, which can be typed. */
  readonly hint: string;
  /** Underlines the value at the key path (the default) or its key. */
  readonly of?: 'key' | 'value';
  /** Underlines another place than that of the key path. */
  readonly mark?: Mark;
}

export interface Report {
  /** Records what is wrong at a key path; an empty path is the file as a whole. Never throws. */
  at(source: Source, keyPath: KeyPath, finding: Finding): void;
}

/** Further problems are only counted: a file may have one for each of its lines. */
const MAX_PROBLEMS = 100;
/** Longer texts are cut: a key or value of the file may be as long as the file. */
const MAX_TEXT = 1_000;

/** A report with the problems recorded so far. */
export interface ProblemList extends Report {
  readonly problems: readonly Problem[];
  /** Number of all problems, of which `problems` are the first. */
  readonly total: number;
}

export function createReport(): ProblemList {
  const problems: Problem[] = [];
  let total = 0;
  return {
    problems,
    get total() {
      return total;
    },
    at(...found) {
      if (++total <= MAX_PROBLEMS) problems.push(problemOf(...found));
    },
  };
}

function problemOf(source: Source, keyPath: KeyPath, { code, message, hint, of, mark }: Finding): Problem {
  const place = mark ?? locate(source, keyPath, of);
  const { line, column } = place;
  const snippet = snippetOf(source, place);
  return {
    ...(code && { code }),
    message: cut(message),
    hint: cut(isJson(source.path) ? jsonHint(hint) : hint),
    place: { path: source.path, line },
    keyPath: cut(renderKeyPath(keyPath)),
    column,
    snippet: snippet.text,
    underlineFrom: snippet.start,
    length: snippet.length,
  };
}

const cut = (text: string): string => cutMiddle(text, MAX_TEXT);

/** A key path as people write it: `servers.search.ports[0]`. */
export function renderKeyPath(keyPath: KeyPath): string {
  return keyPath
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${key}`))
    .join('')
    .replace(/^\./, '');
}
