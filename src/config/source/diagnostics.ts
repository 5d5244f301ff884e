/** Problems of a config: the error that carries all of them, and how they are printed. */
import { relative } from 'node:path';
import { GatewayError } from '../../errors.ts';
import type { Place } from '../../model/desired.ts';
import type { Warning } from '../../model/stack.ts';
import { blanksFor, displayWidth } from '../../model/text/display-width.ts';

export interface Problem {
  /** Undefined: the file cannot be used. Otherwise only a server of it cannot start. */
  readonly code?: 'VARIABLE_UNSET';
  readonly message: string;
  /** The fix, which can be typed. */
  readonly hint: string;
  readonly place: Place;
  /** As people write it: `servers.search.ports[0]`; empty for the file as a whole. */
  readonly keyPath: string;
  readonly column: number;
  /** The source line, with values blanked that may be secret; a long one is cut around the column. */
  readonly snippet: string;
  /** Index in the snippet of what is underlined. */
  readonly underlineFrom: number;
  /** Number of characters to underline. */
  readonly length: number;
}

interface ConfigFacts {
  /** At least one. */
  readonly problems: readonly Problem[];
  /** Number of all problems, if `problems` are only the first. */
  readonly total?: number;
  readonly watched: readonly string[];
  /** Variables without a value. */
  readonly unset?: readonly Problem[];
  /** What is allowed, and to be known. */
  readonly warnings?: readonly Warning[];
  /** The file system's error, if a file could not be read. */
  readonly cause?: unknown;
}

/** Thrown by `loadStack`: what is wrong with the files, in reading order. */
export class ConfigError extends GatewayError {
  readonly problems: readonly Problem[];
  /** Number of all problems. A file with very many has only the first in `problems`. */
  readonly total: number;
  /** Every file that was read or looked for: a change of any of them is worth another attempt. */
  readonly watched: readonly string[];
  /** Variables without a value: with a good file, these fail only their servers. */
  readonly unset: readonly Problem[];
  readonly warnings: readonly Warning[];

  constructor(code: 'CONFIG_INVALID' | 'CONFIG_NOT_FOUND', message: string, facts: ConfigFacts) {
    super(code, message, {
      hint: facts.problems[0]?.hint,
      place: facts.problems[0]?.place,
      cause: facts.cause,
    });
    this.name = 'ConfigError';
    this.problems = facts.problems;
    this.total = facts.total ?? facts.problems.length;
    this.watched = facts.watched;
    this.unset = facts.unset ?? [];
    this.warnings = facts.warnings ?? [];
  }

  /** The same error with its problems in other words. */
  withProblems(problems: readonly Problem[]): ConfigError {
    const { code, message, total, watched, unset, warnings, cause } = this;
    const facts = { problems, total, watched, unset, warnings, cause };
    return new ConfigError(code as 'CONFIG_INVALID', message, facts);
  }
}

interface Found {
  readonly problems: readonly Problem[];
  readonly total: number;
}

/** Makes the error for a list of problems. Its message has the first one and the number of the others. */
export function configError(
  file: string,
  found: Found,
  watched: Iterable<string>,
  more: Pick<ConfigFacts, 'unset' | 'warnings'> = {},
): ConfigError {
  const { total } = found;
  const problems = inReadingOrder(file, found.problems);
  const rest = total - 1;
  const others = rest === 0 ? '' : ` (and ${rest} more problem${rest === 1 ? '' : 's'})`;
  return new ConfigError('CONFIG_INVALID', `${problems[0]?.message ?? 'invalid config'}${others}`, {
    problems,
    total,
    watched: [...watched].sort(),
    ...more,
  });
}

/** The main file first, then its includes by path; within a file from top to bottom. */
export function inReadingOrder(file: string, problems: readonly Problem[]): Problem[] {
  const rank = (problem: Problem) => (problem.place.path === file ? '' : problem.place.path);
  return [...problems].sort(
    (a, b) =>
      compare(rank(a), rank(b)) ||
      a.place.line - b.place.line ||
      a.column - b.column ||
      compare(a.message, b.message),
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Problems as compilers print them; paths below the folder `base` are shown relative to it. */
export function renderProblems({ problems, total }: Found, base: string): string {
  const rest = total - problems.length;
  const shown = problems.map((problem) => renderProblem(problem, base));
  return [...shown, ...(rest > 0 ? [`… and ${rest} more`] : [])].join('\n\n');
}

/** All problems, then their number. The last line has the code that scripts look for. */
export function renderConfigError(
  found: Found & { readonly code: ConfigError['code'] },
  base: string,
): string {
  const count = found.total === 1 ? '1 problem' : `${found.total} problems`;
  return `${renderProblems(found, base)}\n\nerror ${found.code}: ${count} in the config`;
}

function renderProblem(problem: Problem, base: string): string {
  const { place, column, snippet, underlineFrom, hint } = problem;
  const gutter = String(place.line);
  const blank = ' '.repeat(gutter.length);
  const marked = snippet.slice(underlineFrom, underlineFrom + problem.length);
  const carets = '^'.repeat(Math.max(1, displayWidth(marked.replaceAll('\t', ' '))));
  const underline = `${blanksFor(snippet.slice(0, underlineFrom))}${carets}`;
  const shown = snippet.trim() === '' ? [] : [`  ${gutter} | ${snippet}`, `  ${blank} | ${underline}`];
  return [
    `${shortPath(place.path, base)}:${place.line}:${column}: ${problem.message}`,
    ...shown,
    `  fix: ${hint}`,
  ].join('\n');
}

/** One line for each warning: its place, then what to know. */
export function renderWarnings(warnings: readonly Warning[], base: string): string {
  return warnings
    .map(({ message, place }) => `${shortPath(place.path, base)}:${place.line}: warning: ${message}`)
    .join('\n');
}

/** The path as it can be typed in the folder `base`. */
export function shortPath(path: string, base: string): string {
  const short = relative(base, path);
  return short === '' || short.startsWith('..') ? path : short;
}
