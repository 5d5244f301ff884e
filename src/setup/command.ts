import { execa } from 'execa';

export interface Answer {
  readonly ok: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

const QUERY_TIMEOUT_MS = 10_000;

/** A short question to a program: what it printed, and whether it ended well. Never throws; a missing program is `ok: false`. */
export async function query(
  argv: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const [file = '', ...args] = argv;
  const result = await execa(file, args, { stdin: 'ignore', reject: false, timeout: QUERY_TIMEOUT_MS, env });
  return { ok: !result.failed, stdout: result.stdout, stderr: result.stderr };
}

export interface StepOptions {
  readonly timeoutMs: number;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly signal?: AbortSignal | undefined;
  /** How it is ended: by SIGTERM, and SIGKILL five seconds later, unless this says at once. */
  readonly killSignal?: 'SIGKILL';
  /** Every line of stdout and stderr. */
  readonly onLine?: (line: string) => void;
  /** Every line the program writes to its descriptor 3. */
  readonly onStatusLine?: (line: string) => void;
}

export interface StepResult {
  readonly ok: boolean;
  /** The last lines it printed: what people need when it failed. */
  readonly tail: readonly string[];
}

const TAIL_LINES = 15;

/** Runs a long step to its end, handing on each line as it comes. Never throws; it is ended on `signal` and after `timeoutMs`. */
export async function runStep(argv: readonly string[], options: StepOptions): Promise<StepResult> {
  const [file = '', ...args] = argv;
  const child = execa(file, args, {
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.signal === undefined ? {} : { cancelSignal: options.signal }),
    ...(options.killSignal === undefined ? {} : { killSignal: options.killSignal }),
    env: options.env ?? {},
    all: true,
    buffer: false,
    reject: false,
    timeout: options.timeoutMs,
    forceKillAfterDelay: 5_000,
  });
  const tail: string[] = [];
  const keep = (line: string) => {
    tail.push(line);
    if (tail.length > TAIL_LINES) tail.shift();
    options.onLine?.(line);
  };
  const [result] = await Promise.all([
    child,
    eachLine(child.iterable({ from: 'all' }), keep),
    eachLine(child.iterable({ from: 'fd3' }), (line) => options.onStatusLine?.(line)),
  ]);
  if (result.timedOut) tail.push(`ended after ${options.timeoutMs / 1000} s without finishing`);
  if (result.failed && tail.length === 0) tail.push(result.shortMessage ?? `${file} failed`);
  return { ok: !result.failed, tail };
}

async function eachLine(lines: AsyncIterable<string>, use: (line: string) => void): Promise<void> {
  try {
    for await (const line of lines) use(line);
  } catch {
    // The program's own end is in its result; its streams have nothing to add.
  }
}
