import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { GatewayError } from '../../errors.ts';
import { type ExitFacts, type Link, type LinkEvents, stdoutFramer, textReader } from './link.ts';
import {
  guard,
  killMarked,
  LINK_VARIABLE,
  OWNER,
  OWNER_VARIABLE,
  SERVER_VARIABLE,
  signalGroup,
  unguard,
} from './processes.ts';
import { within } from './within.ts';
import { type LineWriter, lineWriter } from './writer.ts';

export interface ChildOptions {
  readonly serverName: string;
  readonly command: string;
  readonly args: readonly string[];
  /** The entry's own variables, values resolved. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
}

/** What the official SDK passes on: enough to find programs and a home, nothing that is likely to be a secret. */
const INHERITED = ['HOME', 'LOGNAME', 'PATH', 'SHELL', 'TERM', 'USER'];

/** Well-behaved servers end with their input; the others get no more than this before SIGTERM. */
const AFTER_INPUT_MS = 1_000;

/** When the process is dead and something that we cannot find holds its pipes. */
const AFTER_EXIT_MS = 1_000;

/** Starts a native server as a child process. @throws GatewayError START_FAILED */
export async function openChild(options: ChildOptions, events: LinkEvents): Promise<Link> {
  const linkId = randomUUID();
  const child = spawn(options.command, options.args, {
    cwd: options.cwd,
    env: environment(options, linkId),
    // Its own group: signals for it must reach what it started, and a Ctrl-C at our terminal must not reach it.
    detached: true,
    stdio: 'pipe',
  });
  const started = spawned(child, options);
  const exited = follow(child, linkId, events);
  await started;
  const group = child.pid as number;
  guard(group);
  const stdin = lineWriter(child.stdin);
  let closing: Promise<void> | undefined;
  return {
    kind: 'child',
    pid: group,
    send: stdin.send,
    close: (graceMs) => {
      closing ??= end(child, stdin, exited, graceMs);
      return closing;
    },
  };
}

function spawned(child: ChildProcessWithoutNullStreams, options: ChildOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (error: NodeJS.ErrnoException) => reject(startError(error, options)));
  });
}

function startError(error: NodeJS.ErrnoException, { serverName, command, cwd }: ChildOptions): GatewayError {
  const failed = (why: string, hint: string): GatewayError =>
    new GatewayError('START_FAILED', `cannot start ${serverName}: ${why}`, { hint, cause: error });
  if (!existsSync(cwd))
    return failed(`its working directory ${cwd} does not exist`, 'create it, or change `workdir`');
  if (error.code === 'ENOENT') {
    return failed(
      `command not found: ${command}`,
      `install ${command}, or write the full path to it in \`command\``,
    );
  }
  if (error.code === 'EACCES') return failed(`${command} is not executable`, `chmod +x ${command}`);
  return failed(`${command}: ${error.message}`, 'check `command` and `args`');
}

function environment({ serverName, env }: ChildOptions, linkId: string): Record<string, string> {
  const inherited = INHERITED.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value]];
  });
  const marks = { [OWNER_VARIABLE]: OWNER, [SERVER_VARIABLE]: serverName, [LINK_VARIABLE]: linkId };
  return { ...Object.fromEntries(inherited), ...env, ...marks };
}

/** Reads what it says until it is over, and resolves after `closed` was told. */
function follow(child: ChildProcessWithoutNullStreams, linkId: string, events: LinkEvents): Promise<void> {
  const framer = stdoutFramer(events);
  child.stdout.on('data', (chunk: Buffer) => framer.push(chunk));
  child.stderr.on(
    'data',
    textReader((text) => events.stderr(text)),
  );
  return new Promise((resolve) => {
    let timer: NodeJS.Timeout | undefined;
    child.once('exit', () => {
      // What it left behind would hold the pipes open, and serve nobody any more.
      sweep(child.pid as number, linkId);
      timer = setTimeout(() => destroyPipes(child), AFTER_EXIT_MS);
    });
    child.once('close', (exitCode: number | null, signal: NodeJS.Signals | null) => {
      clearTimeout(timer);
      if (child.pid === undefined) return;
      framer.end();
      events.closed(facts(exitCode, signal));
      resolve();
    });
  });
}

function sweep(group: number, linkId: string): void {
  signalGroup(group, 'SIGKILL');
  killMarked(LINK_VARIABLE, linkId);
  unguard(group);
}

function destroyPipes(child: ChildProcessWithoutNullStreams): void {
  child.stdin.destroy();
  child.stdout.destroy();
  child.stderr.destroy();
}

const facts = (exitCode: number | null, signal: NodeJS.Signals | null): ExitFacts => ({
  ...(exitCode === null ? {} : { exitCode }),
  ...(signal === null ? {} : { signal }),
});

async function end(
  child: ChildProcessWithoutNullStreams,
  stdin: LineWriter,
  exited: Promise<void>,
  graceMs: number,
): Promise<void> {
  const group = child.pid as number;
  stdin.flush();
  child.stdin.end();
  if (await within(exited, Math.min(graceMs, AFTER_INPUT_MS))) return;
  signalGroup(group, 'SIGTERM');
  if (await within(exited, graceMs)) return;
  signalGroup(group, 'SIGKILL');
  await exited;
}
