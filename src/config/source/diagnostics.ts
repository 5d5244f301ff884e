/** Problems of a config file: collected, all told at once, each with its place, the source line and the way out. */
import { relative } from 'node:path';
import { GatewayError } from '../../errors.ts';
import type { Place } from '../../model/desired.ts';
import { lineText } from './line-text.ts';
import type { KeyPath, Mark, Source } from './source.ts';

export interface Problem {
  readonly message: string;
  readonly hint?: string | undefined;
  readonly place: Place;
  /** As people write it: `servers.search.ports[0]`; empty for the file as a whole. */
  readonly keyPath: string;
  readonly column: number;
  /** The source line with what may be secret blanked out, and how much of it to underline. */
  readonly snippet: string;
  readonly length: number;
}

export interface Finding {
  readonly source: Source;
  readonly mark: Mark;
  readonly keyPath: KeyPath;
  readonly message: string;
  readonly hint?: string | undefined;
}

interface ConfigFacts {
  /** At least one. */
  readonly problems: readonly Problem[];
  readonly watched: readonly string[];
}

/** Takes what is found wrong; never throws. */
export type Report = (finding: Finding) => void;

/** Thrown by `loadStack`: everything that is wrong with the files, in reading order. */
export class ConfigError extends GatewayError {
  readonly problems: readonly Problem[];
  /** Every file looked at before giving up: a change to any of them is worth another try. */
  readonly watched: readonly string[];

  constructor(code: 'CONFIG_INVALID' | 'CONFIG_NOT_FOUND', message: string, facts: ConfigFacts) {
    super(code, message, { hint: facts.problems[0]?.hint, place: facts.problems[0]?.place });
    this.name = 'ConfigError';
    this.problems = facts.problems;
    this.watched = facts.watched;
  }
}

/** The error for a list of problems: its message names the first and counts the rest; `renderProblems` shows all. */
export function configError(file: string, found: readonly Problem[], watched: Iterable<string>): ConfigError {
  const problems = inReadingOrder(file, found);
  const rest = problems.length - 1;
  const more = rest === 0 ? '' : ` (and ${rest} more problem${rest === 1 ? '' : 's'})`;
  return new ConfigError('CONFIG_INVALID', `${problems[0]?.message ?? 'invalid config'}${more}`, {
    problems,
    watched: [...watched].sort(),
  });
}

function inReadingOrder(file: string, problems: readonly Problem[]): Problem[] {
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

export function problemOf({ source, mark, keyPath, message, hint }: Finding): Problem {
  return {
    message,
    ...(hint === undefined ? {} : { hint }),
    place: { path: source.path, line: mark.line },
    keyPath: renderKeyPath(keyPath),
    column: mark.column,
    snippet: redactLine(lineText(source, mark.line), keyPath),
    length: mark.length,
  };
}

export function renderKeyPath(keyPath: KeyPath): string {
  return keyPath
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${key}`))
    .join('')
    .replace(/^\./, '');
}

const SECRET_KEY =
  /((?:key|token|secret|passw|auth|credential|assertion|bearer|cookie)[\w-]*["']?\s*[:=]\s*)\S.*$/i;
const SECRET_PARENT = new Set(['env', 'headers', 'args', 'environment', 'tokens']);

/** Values that may be secret never leave the file: not those below env, headers and args, nor those of telling keys. */
function redactLine(line: string, keyPath: KeyPath): string {
  const blanked = line.replace(SECRET_KEY, '$1…');
  if (!keyPath.some((key) => SECRET_PARENT.has(String(key)))) return blanked;
  return blanked.replace(/([:=]\s*)[^\s{[].*$/, '$1…');
}

/** All problems as compilers print them; paths are shown relative to `base` where they are below it. */
export function renderProblems(problems: readonly Problem[], base: string = process.cwd()): string {
  return problems.map((problem) => renderProblem(problem, base)).join('\n\n');
}

/** All problems, and what they come to: the last line names the code that scripts go by. */
export function renderConfigError({ code, problems }: ConfigError, base: string = process.cwd()): string {
  const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
  return `${renderProblems(problems, base)}\n\nerror ${code}: ${count} in the config`;
}

function renderProblem(problem: Problem, base: string): string {
  const { place, column, snippet, hint } = problem;
  const gutter = String(place.line);
  const blank = ' '.repeat(gutter.length);
  const length = Math.max(1, Math.min(problem.length, snippet.length - column + 1));
  const underline = `${' '.repeat(Math.max(0, column - 1))}${'^'.repeat(length)}`;
  const shown = snippet.trim() === '' ? [] : [`  ${gutter} | ${snippet}`, `  ${blank} | ${underline}`];
  const fix = hint === undefined ? [] : [`  fix: ${hint}`];
  return [
    `${shortPath(place.path, base)}:${place.line}:${column}: ${problem.message}`,
    ...shown,
    ...fix,
  ].join('\n');
}

/** The path as somebody in `base` would type it. */
export function shortPath(path: string, base: string): string {
  const short = relative(base, path);
  return short === '' || short.startsWith('..') ? path : short;
}
