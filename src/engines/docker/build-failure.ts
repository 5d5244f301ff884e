/** Explains a failed build from Buildkit's plain output. */

import type { Dockerfile } from '../../model/composer.ts';
import { cutEnd } from '../../model/text/cut.ts';
import type { ComposeFailure } from './run-compose.ts';

/** Output lines of the failed step that an error quotes. */
const MAX_LINES = 20;

/**
 * The step that failed with its last lines, as `RUN npm ci ended with exit code 7`, or the mistake in the
 * Dockerfile.
 * @param output the last lines of `docker compose build`
 */
export function explainBuild(
  output: readonly string[],
  { path, line: inConfig, shown, text }: Dockerfile,
): ComposeFailure {
  const solve = output.findLast((line) => /^(failed to solve|Error response from daemon):/.test(line));
  const last = output.findLast((line) => line.trim() !== '');
  const solved = solve?.replace(/^failed to solve: /, '') ?? last ?? 'it printed nothing';
  const reason = [solved, ...gitReason(output, solved), ...heredocReason(solved)].join('\n');
  const step = failedStep(output);
  const exit = /did not complete successfully: (exit code: \d+.*)$/.exec(reason)?.[1]?.replace(':', '');
  const summary = step && exit ? `${shorten(step.instruction)} ended with ${exit}` : reason;
  const named = /\bline (\d+)\b/.exec(reason)?.[1];
  const line = inConfig ?? (step && lineOf(step.instruction, text)) ?? (named ? Number(named) : 1);
  const again =
    inConfig === undefined
      ? `fix ${shown} and save it: Hive builds again by itself`
      : `look at ${shown}, which the engine fetches; then: npx hive up --build`;
  return {
    code: 'BUILD_FAILED',
    message: `${shown} does not build: ${[summary, ...(step?.lines ?? [])].join('\n')}`,
    place: { path, line },
    hint: again,
  };
}

/** Builders before Buildah 1.33 take a heredoc for the name of a file. */
function heredocReason(solved: string): string[] {
  return /^building at STEP "\w+ [^"]*<</.test(solved)
    ? ['this Podman reads no heredocs (`<<EOF`) in Dockerfiles: Podman 5 does']
    : [];
}

/** Git says why it could not fetch a repository. */
function gitReason(output: readonly string[], solved: string): string[] {
  const fatal = output.findLast((line) => /\bfatal: /.test(line));
  return fatal !== undefined && solved.includes('git error') ? [fatal.replace(/^.*?(?=fatal: )/, '')] : [];
}

interface Step {
  readonly instruction: string;
  readonly lines: readonly string[];
}

/**
 * The failed step. Buildkit repeats it between two `------` lines: ` > [service 3/4] RUN …:`, then its output
 * with times.
 */
function failedStep(output: readonly string[]): Step | undefined {
  const end = output.lastIndexOf('------');
  const start = output.findLastIndex((line, index) => index < end && /^ > \[/.test(line));
  const instruction = / > \[[^\]]*\d+\/\d+\] (.*?):?$/.exec(output[start] ?? '')?.[1];
  if (instruction === undefined) return undefined;
  const lines = output.slice(start + 1, end).map((line) => line.replace(/^\d+\.\d+ /, ''));
  return { instruction, lines: lines.slice(-MAX_LINES) };
}

/**
 * Line of the Dockerfile at which the instruction begins; undefined if Buildkit shows it differently from the
 * file.
 */
function lineOf(instruction: string, text: string): number | undefined {
  const lines = text.split('\n');
  const wanted = squeeze(instruction);
  const found = lines.findIndex((line, index) => {
    if (!line.trim()) return false;
    const first = squeeze(line.replace(/\\\s*$/, ''));
    return wanted.startsWith(first) && squeeze(joined(lines, index)).startsWith(wanted);
  });
  return found === -1 ? undefined : found + 1;
}

/** A line together with its continuation lines. */
function joined(lines: readonly string[], from: number): string {
  const end = lines.findIndex((line, index) => index >= from && !/\\\s*$/.test(line));
  return lines
    .slice(from, end === -1 ? undefined : end + 1)
    .map((line) => line.replace(/\\\s*$/, ''))
    .join(' ');
}

function squeeze(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

const shorten = (text: string): string => cutEnd(text, 100);
