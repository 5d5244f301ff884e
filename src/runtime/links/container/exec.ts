/** The `exec` link: a server that runs as a process of its own in a running container. */
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { GatewayError } from '../../../errors.ts';
import type { ContainerStreams, Engine, ExecProcess } from '../../../model/engine.ts';
import type { ExitFacts, Link, LinkEvents } from '../link.ts';
import { LINK_VARIABLE, OWNER, OWNER_VARIABLE } from '../processes.ts';
import { watchdog } from '../watchdog.ts';
import { within } from '../within.ts';
import { type LineWriter, lineWriter } from '../writer.ts';
import { stdioReader } from './attach.ts';
import { isOomKilledSoon, KILLED_EXIT_CODE } from './container-exit.ts';
import { execSignaller, type Signaller } from './exec-signal.ts';

export interface ExecOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly workdir?: string;
  readonly user?: string;
}

/** How long a server may take to end after its input; most do so at once. */
const AFTER_INPUT_MS = 1_000;

/** The engine ends the stream a moment before it knows the exit code, and offers no way to wait for that. */
const EXIT_POLLS = 40;
const EXIT_POLL_MS = 25;

/**
 * Starts the server in a running container. Closing the link ends the server and all that it started.
 * @throws GatewayError SERVER_UNREACHABLE, START_FAILED
 */
export async function openExec(
  engine: Pick<Engine, 'exec' | 'execDetached' | 'inspect'>,
  containerId: string,
  command: readonly string[],
  events: LinkEvents,
  options: ExecOptions = {},
): Promise<Link> {
  const linkId = randomUUID();
  const env = { ...options.env, [OWNER_VARIABLE]: OWNER, [LINK_VARIABLE]: linkId };
  const reader = stdioReader(events);
  const process = await engine
    .exec(containerId, { ...options, command, env }, reader.output)
    .catch((cause) => {
      throw execError(containerId, cause);
    });
  reader.use(process);
  watchdog.guardMarked();
  const ended = process.ended.then(async (broken) => {
    reader.end();
    events.closed(await exitFacts(engine, containerId, process, broken));
  });
  const signal = execSignaller(engine, containerId, linkId, options.user);
  const writer = lineWriter(process.stdin);
  let closing: Promise<void> | undefined;
  return {
    kind: 'exec',
    send: writer.send,
    close(graceMs) {
      closing ??= end(process, writer, ended, graceMs, signal);
      return closing;
    },
  };
}

async function exitFacts(
  engine: Pick<Engine, 'inspect'>,
  containerId: string,
  process: ExecProcess,
  broken: Error | undefined,
): Promise<ExitFacts> {
  try {
    for (let poll = 0; poll < EXIT_POLLS; poll++) {
      const state = await process.state();
      if (!state.isRunning) return await endedFacts(engine, containerId, state.exitCode);
      await delay(EXIT_POLL_MS);
    }
    return { message: broken?.message ?? 'the engine ended the connection, the process still runs' };
  } catch (error) {
    return { message: (error as Error).message };
  }
}

async function endedFacts(
  engine: Pick<Engine, 'inspect'>,
  containerId: string,
  exitCode: number | undefined,
): Promise<ExitFacts> {
  if (exitCode === undefined) return { message: 'its container is gone' };
  const isKilled = exitCode === KILLED_EXIT_CODE;
  return { exitCode, oomKilled: isKilled && (await isOomKilledSoon(engine, containerId)) };
}

/** Ends the process: closing its stream would leave it running. */
async function end(
  streams: ContainerStreams,
  writer: LineWriter,
  ended: Promise<void>,
  graceMs: number,
  signal: Signaller,
): Promise<void> {
  writer.flush();
  streams.stdin.end();
  if (await within(ended, Math.min(graceMs, AFTER_INPUT_MS))) return;
  await signal('SIGTERM');
  if (await within(ended, graceMs)) return;
  await signal('SIGKILL');
  // The engine ends the stream once every process is dead. An engine that does not must not block the caller.
  if (await within(ended, AFTER_INPUT_MS)) return;
  streams.close();
  await ended;
}

function execError(containerId: string, cause: Error): GatewayError {
  const code = cause instanceof GatewayError ? cause.code : 'INTERNAL';
  if (cause instanceof GatewayError && code !== 'ENGINE_REFUSED' && code !== 'START_FAILED') return cause;
  return new GatewayError(
    code === 'START_FAILED' ? 'START_FAILED' : 'SERVER_UNREACHABLE',
    `cannot exec in container ${containerId.slice(0, 12)}: ${cause.message}`,
    {
      hint: 'check that the container runs and that the command exists in it, or use `link: attach`',
      cause,
    },
  );
}
