/** The `attach` link: stdin, stdout and stderr of a container's main process, through the engine. */
import { GatewayError } from '../../../errors.ts';
import type { ContainerStreams, Engine, OutputHandlers } from '../../../model/engine.ts';
import { SharedSource } from '../intake.ts';
import type { Link, LinkEvents } from '../link.ts';
import { outputReader } from '../output.ts';
import { lineWriter } from '../writer.ts';
import { exitFactsOf } from './container-exit.ts';

export interface AttachLink extends Link {
  /** Ends the server's stdin, if its container was created for that. */
  endInput(): void;
}

/**
 * Connects to the streams of a container. Open the link BEFORE the container starts, or its first output is
 * lost. Closing the link only detaches; stopping the container is up to its owner.
 * @throws GatewayError SERVER_UNREACHABLE, START_FAILED
 */
export async function openAttach(
  engine: Pick<Engine, 'inspect' | 'attach' | 'untilStopped'>,
  containerId: string,
  events: LinkEvents,
): Promise<AttachLink> {
  const reader = stdioReader(events);
  const streams = await connect(engine, containerId, reader.output);
  reader.use(streams);
  const writer = lineWriter(streams.stdin);
  let isDetached = false;
  const ended = streams.ended.then(async (broken) => {
    reader.end();
    events.closed(isDetached ? { message: 'detached' } : await exitFactsOf(engine, containerId, broken));
  });
  return {
    kind: 'attach',
    send: writer.send,
    endInput() {
      writer.flush();
      streams.stdin.end();
    },
    close() {
      isDetached = true;
      streams.close();
      return ended;
    },
  };
}

async function connect(
  engine: Pick<Engine, 'inspect' | 'attach'>,
  containerId: string,
  output: OutputHandlers,
): Promise<ContainerStreams> {
  const facts = await engine.inspect(containerId).catch((cause) => {
    throw attachError(containerId, cause);
  });
  if (!facts) throw attachError(containerId, new Error('no such container'));
  if (!facts.hasStdin) throw noStdinError(facts.containerName);
  const options = { hasInput: true, hasTerminal: facts.hasTerminal };
  return engine.attach(containerId, options, output).catch((cause) => {
    throw attachError(containerId, cause);
  });
}

/** Reads a stdio server's output: messages and noise on stdout, text on stderr. */
export interface StdioReader {
  readonly output: OutputHandlers;
  /** From now on the streams wait while their output is read. */
  use(streams: ContainerStreams): void;
  /** Reports what is left of an unfinished line. */
  end(): void;
}

/** Makes the reader that passes what it reads to `events`. */
export function stdioReader(events: LinkEvents): StdioReader {
  let streams: ContainerStreams | undefined;
  const source = new SharedSource(() => streams);
  const reader = outputReader(events, { stdout: source, stderr: source });
  return {
    output: { stdout: (chunk) => reader.stdout.push(chunk), stderr: (chunk) => reader.stderr.push(chunk) },
    use(opened) {
      streams = opened;
    },
    end: () => reader.end(),
  };
}

const noStdinError = (containerName: string): GatewayError =>
  new GatewayError(
    'START_FAILED',
    `container ${containerName} was created without an open stdin, so nobody can talk to it`,
    { hint: 'set `stdin_open: true` on its service' },
  );

function attachError(containerId: string, cause: Error): GatewayError {
  if (cause instanceof GatewayError && cause.code !== 'ENGINE_REFUSED') return cause;
  return new GatewayError(
    'SERVER_UNREACHABLE',
    `cannot attach to container ${containerId.slice(0, 12)}: ${cause.message}`,
    { hint: 'check with `docker ps -a` that it exists, or run `npx hive up` again', cause },
  );
}
