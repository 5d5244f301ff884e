import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { GatewayError } from '../../errors.ts';
import { type Spawned, spawnPiped } from './child-streams.ts';
import { type ExitFacts, type Link, type LinkEvents, readStreams } from './link.ts';
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
  const spawned = await spawnPiped(options.command, options.args, {
    cwd: options.cwd,
    env: environment(options, linkId),
    // Its own group: signals for it must reach what it started, and a Ctrl-C at our terminal must not reach it.
    detached: true,
  });
  const started = untilSpawned(spawned, options);
  const exited = follow(spawned, linkId, events);
  await started;
  const group = spawned.child.pid as number;
  guard(group);
  const stdin = lineWriter(spawned.stdin);
  let closing: Promise<void> | undefined;
  return {
    kind: 'child',
    pid: group,
    send: stdin.send,
    close: (graceMs) => {
      closing ??= end(spawned, stdin, exited, graceMs);
      return closing;
    },
  };
}

function untilSpawned(spawned: Spawned, options: ChildOptions): Promise<void> {
  const { child } = spawned;
  return new Promise((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (error: NodeJS.ErrnoException) => {
      destroyPipes(spawned);
      reject(startError(error, options));
    });
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
async function follow(spawned: Spawned, linkId: string, events: LinkEvents): Promise<void> {
  const { child } = spawned;
  const read = readStreams(spawned, events);
  const exited = new Promise<ExitFacts>((resolve) => {
    child.once('exit', (exitCode, signal) => resolve(facts(exitCode, signal)));
  });
  const ended = await exited;
  spawned.stdin.destroy();
  // What it left behind would hold the pipes open, and serve nobody any more.
  sweep(child.pid as number, linkId);
  const timer = setTimeout(() => destroyPipes(spawned), AFTER_EXIT_MS);
  await read;
  clearTimeout(timer);
  events.closed(ended);
}

function sweep(group: number, linkId: string): void {
  signalGroup(group, 'SIGKILL');
  killMarked(LINK_VARIABLE, linkId);
  unguard(group);
}

function destroyPipes({ stdin, stdout, stderr }: Spawned): void {
  stdin.destroy();
  stdout.destroy();
  stderr.destroy();
}

const facts = (exitCode: number | null, signal: NodeJS.Signals | null): ExitFacts => ({
  ...(exitCode === null ? {} : { exitCode }),
  ...(signal === null ? {} : { signal }),
});

async function end(
  spawned: Spawned,
  stdin: LineWriter,
  exited: Promise<void>,
  graceMs: number,
): Promise<void> {
  const group = spawned.child.pid as number;
  stdin.flush();
  // A pipe cannot be shut, only closed; what is queued goes out first.
  spawned.stdin.end(() => spawned.stdin.destroy());
  if (await within(exited, Math.min(graceMs, AFTER_INPUT_MS))) return;
  signalGroup(group, 'SIGTERM');
  if (await within(exited, graceMs)) return;
  signalGroup(group, 'SIGKILL');
  await exited;
}
