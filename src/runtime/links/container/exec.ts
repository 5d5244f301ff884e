import { randomUUID } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type Docker from 'dockerode';
import { GatewayError } from '../../../errors.ts';
import type { ExitFacts, Link, LinkEvents } from '../link.ts';
import { guardMarked, LINK_VARIABLE, OWNER, OWNER_VARIABLE } from '../processes.ts';
import { within } from '../within.ts';
import { type LineWriter, lineWriter } from '../writer.ts';
import { follow, isOomKilled, KILLED } from './attach.ts';
import { execSignaller, type Signaller } from './exec-signal.ts';

export interface ExecOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly workdir?: string;
  readonly user?: string;
}

const AFTER_INPUT_MS = 1_000;

/** The engine ends the stream a moment before it knows the exit code, and has nothing to wait for. */
const EXIT_POLLS = 40;
const EXIT_POLL_MS = 25;

/**
 * Starts the server as a process of its own inside a running container.
 * @throws GatewayError SERVER_UNREACHABLE, START_FAILED
 */
export async function openExec(
  docker: Docker,
  containerId: string,
  command: readonly string[],
  events: LinkEvents,
  options: ExecOptions = {},
): Promise<Link> {
  const container = docker.getContainer(containerId);
  const linkId = randomUUID();
  const exec = await container.exec(createOptions(command, linkId, options)).catch((cause) => {
    throw execError('SERVER_UNREACHABLE', containerId, cause);
  });
  const stream: Duplex = await exec.start({ hijack: true, stdin: true }).catch((cause) => {
    throw execError('START_FAILED', containerId, cause);
  });
  guardMarked();
  const ended = follow(stream, false, events).then(async (broken) => {
    events.closed(await exitFacts(container, exec, broken));
  });
  const signal = execSignaller(container, linkId, options.user);
  const writer = lineWriter(stream);
  let closing: Promise<void> | undefined;
  return {
    kind: 'exec',
    send: writer.send,
    close: (graceMs) => {
      closing ??= end({ stream, writer }, ended, graceMs, signal);
      return closing;
    },
  };
}

function createOptions(
  command: readonly string[],
  linkId: string,
  options: ExecOptions,
): Docker.ExecCreateOptions {
  const env = { ...options.env, [OWNER_VARIABLE]: OWNER, [LINK_VARIABLE]: linkId };
  return {
    Cmd: [...command],
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
    Env: Object.entries(env).map(([name, value]) => `${name}=${value}`),
    ...(options.workdir === undefined ? {} : { WorkingDir: options.workdir }),
    ...(options.user === undefined ? {} : { User: options.user }),
  };
}

async function exitFacts(
  container: Docker.Container,
  exec: Docker.Exec,
  broken: Error | undefined,
): Promise<ExitFacts> {
  try {
    for (let poll = 0; poll < EXIT_POLLS; poll++) {
      const { Running, ExitCode } = await exec.inspect();
      if (!Running)
        return { exitCode: ExitCode ?? -1, oomKilled: ExitCode === KILLED && (await isOomKilled(container)) };
      await delay(EXIT_POLL_MS);
    }
    return { message: broken?.message ?? 'the engine ended the connection, the process still runs' };
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode === 404) return { message: 'its container is gone' };
    return { message: (error as Error).message };
  }
}

/** Closing the stream would leave the process running: it has to be ended. */
async function end(
  { stream, writer }: { stream: Duplex; writer: LineWriter },
  ended: Promise<void>,
  graceMs: number,
  signal: Signaller,
): Promise<void> {
  writer.flush();
  stream.end();
  if (await within(ended, Math.min(graceMs, AFTER_INPUT_MS))) return;
  await signal('SIGTERM');
  if (await within(ended, graceMs)) return;
  await signal('SIGKILL');
  // With everything dead the engine ends the stream; it must not keep us where it does not.
  if (await within(ended, AFTER_INPUT_MS)) return;
  stream.destroy();
  await ended;
}

function execError(
  code: 'SERVER_UNREACHABLE' | 'START_FAILED',
  containerId: string,
  cause: unknown,
): GatewayError {
  if (cause instanceof GatewayError) return cause;
  const why = cause instanceof Error ? cause.message.trim() : String(cause);
  return new GatewayError(code, `cannot exec in container ${containerId.slice(0, 12)}: ${why}`, {
    hint: 'check that the container runs and that the command exists in it, or use `link: attach`',
    cause,
  });
}
