/** Runs programs: short queries, and long steps whose output is shown while they run. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

/** What a program printed, without the line break at its end, and whether it succeeded. */
export interface QueryResult {
  readonly ok: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

const QUERY_TIMEOUT_MS = 10_000;
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

/**
 * Runs a program that answers at once. Never rejects: a program that is missing or too slow is `ok: false`.
 */
export function query(
  argv: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<QueryResult> {
  const [file = '', ...args] = argv;
  const options = {
    env: { ...process.env, ...env },
    timeout: QUERY_TIMEOUT_MS,
    maxBuffer: MAX_ANSWER_BYTES,
  };
  return new Promise((resolve) => {
    const child = execFile(file, args, options, (error, stdout, stderr) =>
      resolve({ ok: error === null, stdout: stdout.trimEnd(), stderr: stderr.trimEnd() }),
    );
    child.stdin?.end();
  });
}

export interface StepOptions {
  readonly timeoutMs: number;
  /** Added to the environment of Hive. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Ends the program. */
  readonly signal?: AbortSignal | undefined;
  /** Ends the program at once. By default it gets SIGTERM, and SIGKILL five seconds later. */
  readonly killSignal?: 'SIGKILL';
  /** Called for every line of stdout and stderr. */
  readonly onLine?: (line: string) => void;
  /** Called for every line that the program writes to its descriptor 3. */
  readonly onStatusLine?: (line: string) => void;
}

export interface StepResult {
  readonly ok: boolean;
  /** The last lines of the output, for people; says why the program failed if it printed nothing. */
  readonly tail: readonly string[];
}

const TAIL_LINES = 15;
const KILL_AFTER_MS = 5_000;

/**
 * Runs a program to its end. Never rejects; the program is ended on `signal`, after `timeoutMs`, and with
 * Hive.
 */
export async function runStep(argv: readonly string[], options: StepOptions): Promise<StepResult> {
  const [file = '', ...args] = argv;
  const child = spawn(file, args, {
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
  });
  const tail: string[] = [];
  const onLine = (line: string): void => {
    tail.push(line);
    if (tail.length > TAIL_LINES) tail.shift();
    options.onLine?.(line);
  };
  const readers = [
    readLines(child.stdout, onLine),
    readLines(child.stderr, onLine),
    readLines(child.stdio[3] as Readable, (line) => options.onStatusLine?.(line)),
  ];
  const end = await untilEnded(child, options);
  // A child of the stopped program may hold its output open.
  if (end.isStopped) for (const reader of readers) reader.close();
  await Promise.all(readers.map(({ closed }) => closed));
  if (end.timedOut) tail.push(`ended after ${options.timeoutMs / 1000} s without finishing`);
  if (!end.ok && tail.length === 0) tail.push(`${file} ${end.how}`);
  return { ok: end.ok, tail };
}

interface End {
  readonly ok: boolean;
  /** Completes "PROGRAM …". */
  readonly how: string;
  readonly timedOut: boolean;
  /** Ended by Hive. */
  readonly isStopped: boolean;
}

async function untilEnded(child: ChildProcess, { timeoutMs, signal, killSignal }: StepOptions): Promise<End> {
  let timedOut = false;
  let isStopped = false;
  let forced: NodeJS.Timeout | undefined;
  const stop = (): void => {
    isStopped = true;
    child.kill(killSignal ?? 'SIGTERM');
    forced ??= setTimeout(() => child.kill('SIGKILL'), KILL_AFTER_MS);
  };
  const limit = setTimeout(() => {
    timedOut = true;
    stop();
  }, timeoutMs);
  process.once('exit', stop);
  signal?.addEventListener('abort', stop);
  if (signal?.aborted) stop();
  try {
    return { ...(await outcome(child)), timedOut, isStopped };
  } finally {
    clearTimeout(limit);
    clearTimeout(forced);
    process.off('exit', stop);
    signal?.removeEventListener('abort', stop);
  }
}

function outcome(child: ChildProcess): Promise<Pick<End, 'ok' | 'how'>> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ ok: false, how: `cannot be run: ${error.message}` }));
    child.once('exit', (exitCode, signal) => {
      const how = signal ? `was ended by ${signal}` : `ended with exit code ${exitCode}`;
      resolve({ ok: exitCode === 0, how });
    });
  });
}

interface LineReader {
  readonly closed: Promise<void>;
  close(): void;
}

function readLines(stream: Readable | null, use: (line: string) => void): LineReader {
  if (!stream) return { closed: Promise.resolve(), close() {} };
  const lines = createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY });
  const closed = new Promise<void>((resolve) => void lines.once('close', resolve));
  // The program's end is in its result; a broken stream adds nothing.
  stream.on('error', () => lines.close());
  lines.on('line', use);
  return {
    closed,
    close: () => {
      lines.close();
      stream.destroy();
    },
  };
}
