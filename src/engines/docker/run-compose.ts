/** Runs one Compose command with a time limit, and explains its failure. */
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { type Code, GatewayError } from '../../errors.ts';
import type { ComposeProject } from '../../model/composer.ts';
import type { Place } from '../../model/desired.ts';

/** Lines that are kept for the error: enough for all that Buildkit repeats of a failed step. */
const TAIL_LINES = 100;
const KILL_AFTER_MS = 5_000;

export interface ComposeFailure {
  readonly code: Code;
  readonly message: string;
  readonly hint: string;
  readonly place?: Place;
}

export interface ComposeRun {
  /** The command that stands for Compose: `docker compose`, or the plugin itself. */
  readonly command: readonly [string, ...string[]];
  readonly args: readonly string[];
  readonly timeoutMs: number;
  /** The failure of a run that printed these lines last. */
  readonly explain: (tail: readonly string[]) => ComposeFailure;
  readonly onLine?: (line: string) => void;
  readonly signal?: AbortSignal;
}

/**
 * Runs Compose for a project. execa, since the `docker-compose` package can neither limit nor cancel a
 * command, nor end it with this process.
 * @param engineEnv leads Compose to the engine in use
 * @throws GatewayError as `explain` says
 */
export async function runCompose(
  { name, directory, files, environmentFile, values }: ComposeProject,
  engineEnv: Readonly<Record<string, string>>,
  { command: [program, ...first], args, timeoutMs, explain, onLine, signal }: ComposeRun,
): Promise<void> {
  const where = ['--project-directory', directory, '--env-file', environmentFile];
  const options = ['--progress', 'plain', '-p', name, ...where, ...files.flatMap((file) => ['-f', file])];
  // Loaded here, since most starts run no Compose command.
  const { execa } = await import('execa');
  const child = execa(program, [...first, ...options, ...args], {
    env: { ...values, ...engineEnv },
    extendEnv: false,
    stdin: 'ignore',
    all: true,
    buffer: false,
    reject: false,
    timeout: timeoutMs,
    forceKillAfterDelay: KILL_AFTER_MS,
    ...(signal ? { cancelSignal: signal } : {}),
  });
  const [result, tail] = await Promise.all([child, readLines(child.all, onLine)]);
  if (!result.failed) return;
  const printed = tail.length > 0 ? tail : [result.shortMessage ?? 'it printed nothing'];
  const lines = result.timedOut ? [`gave up after ${timeoutMs / 60_000} minutes`] : printed;
  const { code, message, hint, place } = explain(lines);
  throw new GatewayError(code, message, { hint, place });
}

/** Passes on each line, and returns the last lines. */
async function readLines(output: Readable | undefined, onLine?: (line: string) => void): Promise<string[]> {
  const tail: string[] = [];
  if (!output) return tail;
  for await (const line of createInterface({ input: output })) {
    tail.push(line);
    if (tail.length > TAIL_LINES) tail.shift();
    onLine?.(line);
  }
  return tail;
}
