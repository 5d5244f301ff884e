import type { Place } from '../../model/desired.ts';

const MAX_LINES = 20;

export interface BuildFailure {
  /** `RUN npm ci failed with exit code 7`, or what is wrong with the Dockerfile itself; then the step's last lines. */
  readonly message: string;
  readonly place: Place;
}

/**
 * What buildkit's plain output says about the step that failed.
 *
 * @param output the last lines of `docker compose build`
 * @param text the Dockerfile's
 */
export function explainBuild(output: readonly string[], dockerfile: string, text: string): BuildFailure {
  const solve = output.findLast((line) => /^(failed to solve|Error response from daemon):/.test(line));
  const reason = solve?.replace(/^failed to solve: /, '') ?? output.at(-1) ?? 'it said nothing';
  const step = failedStep(output);
  const exit = /did not complete successfully: (exit code: \d+.*)$/.exec(reason)?.[1]?.replace(':', '');
  const what = step && exit ? `${shorten(step.instruction)} ended with ${exit}` : reason;
  const line = step ? lineOf(step.instruction, text) : undefined;
  const told = /\bline (\d+)\b/.exec(reason)?.[1];
  return {
    message: [what, ...(step?.lines ?? [])].join('\n'),
    place: { path: dockerfile, line: line ?? (told ? Number(told) : 1) },
  };
}

interface Step {
  readonly instruction: string;
  readonly lines: readonly string[];
}

/** Buildkit repeats the failed step between two `------` lines: ` > [service 3/4] RUN …:`, then its output with times. */
function failedStep(output: readonly string[]): Step | undefined {
  const end = output.lastIndexOf('------');
  const start = output.findLastIndex((line, index) => index < end && /^ > \[/.test(line));
  const instruction = / > \[[^\]]*\d+\/\d+\] (.*?):?$/.exec(output[start] ?? '')?.[1];
  if (instruction === undefined) return undefined;
  const lines = output.slice(start + 1, end).map((line) => line.replace(/^\d+\.\d+ /, ''));
  return { instruction, lines: lines.slice(-MAX_LINES) };
}

/** Where the instruction begins in the Dockerfile; undefined when buildkit shows it differently from how it is written. */
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

/** A line and those it is continued on. */
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

function shorten(text: string): string {
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}
