/** The `child` link: a native server, started as a child process, over its stdin and stdout. */
import { randomUUID } from 'node:crypto';
import { defined } from '../../model/collections/defined.ts';
import { inheritedVariables, USUAL_VARIABLES } from '../memory/inherited.ts';
import { type ChildProgram, requireFolder, untilSpawned } from './child-start.ts';
import { type Spawned, spawnPiped } from './child-streams.ts';
import { engineRun, removeOfLink } from './commands/engine-run.ts';
import type { EngineRuns } from './commands/engine-runs.ts';
import type { InstallPhase } from './commands/install-phase.ts';
import { InstallSlots } from './commands/install-slots.ts';
import { asProgram } from './commands/windows-program.ts';
import { beginInstall, type Install } from './install.ts';
import type { ExitFacts, Link, LinkEvents } from './link.ts';
import { readStreams } from './output.ts';
import {
  killMarked,
  LINK_VARIABLE,
  OWNER,
  OWNER_VARIABLE,
  SERVER_VARIABLE,
  signalGroup,
} from './processes.ts';
import { watchdog } from './watchdog.ts';
import { within } from './within.ts';
import { type LineWriter, lineWriter } from './writer.ts';

export interface ChildOptions extends ChildProgram {
  /** Variables of the server's entry, with their values resolved. */
  readonly env: Readonly<Record<string, string>>;
  /** Variables of the gateway's environment to pass on besides the usual ones: names or `*` patterns. */
  readonly inheritEnv?: readonly string[];
  /** Turns of commands that may install a package first. */
  readonly installs?: InstallSlots;
  /** Removes the containers of commands such as `docker run`. */
  readonly runs?: EngineRuns;
  /** Ends the wait for a turn. */
  readonly signal?: AbortSignal;
}

/** Well-behaved servers exit when their input ends. After this time the others get SIGTERM. */
const AFTER_INPUT_MS = 1_000;

/** A process that exits closes its streams a moment before. One that goes on after this time is ended. */
const AFTER_STREAM_MS = 250;

/** How long such a process may take to end after SIGTERM. */
const AFTER_TERM_MS = 500;

/** How long an installation may take to leave its cache in order after SIGTERM. */
const INSTALL_TERM_MS = 10_000;

/** How long the streams of an exited process may stay open: a process that Hive cannot find may hold them. */
const AFTER_EXIT_MS = 1_000;

/**
 * Starts a native server. The caller must close the link, which ends the process and everything that it
 * started.
 * @throws GatewayError START_FAILED
 */
export async function openChild(options: ChildOptions, events: LinkEvents): Promise<Link> {
  await requireFolder(options);
  const { command, args, installs = new InstallSlots(), signal } = options;
  const install = await beginInstall(command, args, installs, events, signal);
  try {
    return await openProcess(options, events, install);
  } catch (error) {
    install?.end();
    throw error;
  }
}

async function openProcess(
  options: ChildOptions,
  events: LinkEvents,
  install: Install | undefined,
): Promise<Link> {
  const linkId = randomUUID();
  const { command, runs } = options;
  const env = environment(options, linkId);
  const run = runs && engineRun(command, options.args, env, { stack: runs.stack, linkId });
  if (run) await runs?.begin(run.engine);
  const typed = asProgram(command, run?.args ?? options.args, env);
  const spawned = await spawnPiped(typed.command, typed.args, {
    cwd: options.cwd,
    env,
    // A process group of its own: a signal to the group reaches what the server has started, and a Ctrl-C at
    // Hive's terminal does not reach the server. On Windows that would be a console window.
    detached: process.platform !== 'win32',
    windowsHide: true,
    windowsVerbatimArguments: typed.isVerbatim,
  });
  const started = untilSpawned(spawned.child, options, () => destroyStreams(spawned));
  let closing: Promise<void> | undefined;
  let phase: InstallPhase | undefined;
  const watched = install ? withPhase(events, () => phase) : events;
  const tidy = run && (() => removeOfLink(run.engine, linkId));
  const exited = readUntilExit(spawned, linkId, watched, () => closing !== undefined, tidy);
  await started;
  phase = install?.watch(spawned.child.pid as number);
  const group = spawned.child.pid as number;
  watchdog.guard(group);
  if (install && phase?.isOpen) {
    watchdog.installs(group);
    void install.over.then(() => watchdog.installed(group));
  }
  const stdin = lineWriter(spawned.stdin);
  return {
    kind: 'child',
    pid: group,
    ...(install && { installed: install.over }),
    send: stdin.send,
    close: (graceMs) => {
      closing ??= phase?.isOpen ? endInstall(group, exited) : end(spawned, stdin, exited, graceMs);
      return closing;
    },
  };
}

/** The server's first message, and its end, end the installation as well. */
function withPhase(events: LinkEvents, phase: () => InstallPhase | undefined): LinkEvents {
  return {
    ...events,
    message(...message) {
      phase()?.end();
      return events.message(...message);
    },
    stderr(text) {
      phase()?.stderr(text);
      events.stderr(text);
    },
    closed(facts) {
      phase()?.end();
      events.closed(facts);
    },
  };
}

function environment(
  { serverName, env, inheritEnv = [] }: ChildOptions,
  linkId: string,
): Record<string, string> {
  const marks = { [OWNER_VARIABLE]: OWNER, [SERVER_VARIABLE]: serverName, [LINK_VARIABLE]: linkId };
  return { ...inheritedVariables([...USUAL_VARIABLES, ...inheritEnv]), ...env, ...marks };
}

/**
 * Reads the server's output until the process has exited. Resolves after `events.closed`.
 * @param isClosing true if the link is being closed: then it is up to the closing to end the process
 * @param tidy removes what the process has left elsewhere
 */
async function readUntilExit(
  spawned: Spawned,
  linkId: string,
  events: LinkEvents,
  isClosing: () => boolean,
  tidy: (() => Promise<unknown>) | undefined,
): Promise<void> {
  const { child } = spawned;
  const read = readStreams(spawned, events);
  const exit = exitFactsOf(child);
  const lost = await Promise.race([exit.then(() => undefined), untilStreamLost(spawned, isClosing)]);
  const isLeft = lost !== undefined && !(await isOver(exit, AFTER_STREAM_MS)) && !isClosing();
  if (isLeft && child.pid !== undefined) await terminate(child.pid, exit);
  const exitFacts = await exit;
  // How it ended after that was Hive's doing.
  const facts = isLeft ? { message: `${lost} and went on running, so it was ended` } : exitFacts;
  read.hurry();
  spawned.stdin.destroy();
  // Processes that the server left behind would hold the pipes open.
  killRemaining(child.pid as number, linkId);
  const timer = setTimeout(() => destroyStreams(spawned), AFTER_EXIT_MS);
  await read.done;
  clearTimeout(timer);
  await tidy?.();
  events.closed(facts);
}

/** Resolves when the server cannot be reached any more through one of its streams; with words for that. */
function untilStreamLost({ stdin, stdout }: Spawned, isClosing: () => boolean): Promise<string> {
  return new Promise((resolve) => {
    stdout.once('close', () => resolve('it closed its stdout'));
    // Hive itself ends the input when it closes the link.
    stdin.once('close', () => {
      if (!isClosing()) resolve('it closed its stdin');
    });
  });
}

const isOver = (exit: Promise<unknown>, ms: number): Promise<boolean> =>
  within(
    exit.then(() => {}),
    ms,
  );

async function terminate(group: number, exit: Promise<unknown>): Promise<void> {
  signalGroup(group, 'SIGTERM');
  if (!(await isOver(exit, AFTER_TERM_MS))) signalGroup(group, 'SIGKILL');
}

function exitFactsOf(child: Spawned['child']): Promise<ExitFacts> {
  return new Promise((resolve) => {
    child.once('exit', (exitCode, signal) =>
      resolve(defined({ exitCode: exitCode ?? undefined, signal: signal ?? undefined })),
    );
  });
}

function killRemaining(group: number, linkId: string): void {
  signalGroup(group, 'SIGKILL');
  killMarked(LINK_VARIABLE, linkId);
  watchdog.unguard(group);
}

function destroyStreams({ stdin, stdout, stderr }: Spawned): void {
  stdin.destroy();
  stdout.destroy();
  stderr.destroy();
}

/** An installation that is killed would leave a broken cache, which fails every later start. */
async function endInstall(group: number, exited: Promise<void>): Promise<void> {
  signalGroup(group, 'SIGTERM');
  if (await within(exited, INSTALL_TERM_MS)) return;
  signalGroup(group, 'SIGKILL');
  await exited;
}

/** Ends the process: closes its input, then sends SIGTERM, then SIGKILL. */
async function end(
  spawned: Spawned,
  stdin: LineWriter,
  exited: Promise<void>,
  graceMs: number,
): Promise<void> {
  const group = spawned.child.pid as number;
  stdin.flush();
  // A pipe has no half-close, so the descriptor is closed, after everything queued has been written.
  spawned.stdin.end(() => spawned.stdin.destroy());
  if (await within(exited, Math.min(graceMs, AFTER_INPUT_MS))) return;
  signalGroup(group, 'SIGTERM');
  if (await within(exited, graceMs)) return;
  signalGroup(group, 'SIGKILL');
  await exited;
}
