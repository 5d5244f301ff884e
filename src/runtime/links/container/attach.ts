import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type Docker from 'dockerode';
import { GatewayError } from '../../../errors.ts';
import { type ExitFacts, type Link, type LinkEvents, stdoutFramer, textReader } from '../link.ts';
import { lineWriter } from '../writer.ts';
import { demultiplexer } from './multiplex.ts';

export interface AttachLink extends Link {
  /** Ends the server's stdin, as far as its container was made for that. */
  endInput(): void;
}

/** How long a container may take to be over once its streams are. */
const UNTIL_STOPPED_MS = 5_000;

/** 128 + SIGKILL. */
export const KILLED = 137;
const OOM_NEWS_MS = 300;
const OOM_POLL_MS = 50;

/**
 * Reaches stdin, stdout and stderr of a container through the engine's own API. Open it BEFORE the container starts: then not
 * one byte is lost. Closing it only detaches; stopping the container is up to its owner.
 * @throws GatewayError SERVER_UNREACHABLE, START_FAILED
 */
export async function openAttach(
  docker: Docker,
  containerId: string,
  events: LinkEvents,
): Promise<AttachLink> {
  const container = docker.getContainer(containerId);
  const { Config, Name } = await container.inspect().catch((cause) => {
    throw unreachable(containerId, cause);
  });
  if (!Config.OpenStdin) throw inputError(Name.replace(/^\//, ''));
  const query = { stream: true, stdin: true, stdout: true, stderr: true };
  const stream = (await container.attach({ ...query, hijack: true }).catch((cause) => {
    throw unreachable(containerId, cause);
  })) as Duplex;
  const writer = lineWriter(stream);
  let detached = false;
  const ended = follow(stream, Config.Tty, events).then(async (error) => {
    events.closed(detached ? { message: 'detached' } : await exitFacts(container, error));
  });
  return {
    kind: 'attach',
    send: writer.send,
    endInput: () => {
      writer.flush();
      stream.end();
    },
    close: () => {
      detached = true;
      stream.destroy();
      return ended;
    },
  };
}

/** Reads the stream until it is over; resolves with what broke it, if anything did. */
export function follow(stream: Duplex, isTerminal: boolean, events: LinkEvents): Promise<Error | undefined> {
  const framer = stdoutFramer(events);
  const stdout = (chunk: Buffer): void => framer.push(chunk);
  const stderr = textReader((text) => events.stderr(text));
  // A terminal has one stream for everything, without frames.
  stream.on('data', isTerminal ? stdout : demultiplexer({ stdout, stderr }));
  return new Promise((resolve) => {
    let broken: Error | undefined;
    stream.on('error', (error) => {
      broken = error;
    });
    // The server's end of output is its end, though our half may still be open.
    stream.once('end', () => stream.destroy());
    stream.once('close', () => {
      framer.end();
      resolve(broken);
    });
  });
}

/** Why a container whose streams have ended is over. */
export async function exitFacts(container: Docker.Container, broken: Error | undefined): Promise<ExitFacts> {
  try {
    await container.wait({ abortSignal: AbortSignal.timeout(UNTIL_STOPPED_MS) }).catch(() => {});
    const State = await finalState(container);
    if (State.Running)
      return { message: broken?.message ?? 'the engine ended the connection, the container still runs' };
    return {
      exitCode: State.ExitCode,
      oomKilled: State.OOMKilled,
      ...(State.Error ? { message: State.Error } : {}),
    };
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode === 404)
      return { message: 'the container was removed' };
    return { message: (error as Error).message };
  }
}

/** How it ended; what was killed is looked at until the engine may have said why. */
async function finalState(container: Docker.Container): Promise<Docker.ContainerInspectInfo['State']> {
  const { State } = await container.inspect();
  if (State.Running || State.ExitCode !== KILLED || State.OOMKilled) return State;
  return { ...State, OOMKilled: await isOomKilled(container) };
}

/**
 * Whether the engine knows of a kill for memory in this container. It hears of that on another way than of the end, and may note
 * it a moment later.
 */
export async function isOomKilled(container: Docker.Container): Promise<boolean> {
  const until = Date.now() + OOM_NEWS_MS;
  for (;;) {
    const { OOMKilled } = (await container.inspect()).State;
    if (OOMKilled || Date.now() > until) return OOMKilled;
    await delay(OOM_POLL_MS);
  }
}

/** True also where nobody knows: a container is over only when the engine says so. */
export function isRunning(container: Docker.Container): Promise<boolean> {
  return container.inspect().then(
    ({ State }) => State.Running,
    (error: { statusCode?: number }) => error.statusCode !== 404,
  );
}

const inputError = (name: string): GatewayError =>
  new GatewayError(
    'START_FAILED',
    `container ${name} was created without an open stdin, so nobody can talk to it`,
    {
      hint: 'set `stdin_open: true` on its service',
    },
  );

function unreachable(containerId: string, cause: unknown): GatewayError {
  if (cause instanceof GatewayError) return cause;
  const why = cause instanceof Error ? cause.message.trim() : String(cause);
  return new GatewayError(
    'SERVER_UNREACHABLE',
    `cannot attach to container ${containerId.slice(0, 12)}: ${why}`,
    {
      hint: 'check with `docker ps -a` that it exists, or run `hive up` again',
      cause,
    },
  );
}
