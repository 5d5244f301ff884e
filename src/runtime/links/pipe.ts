import type Docker from 'dockerode';
import { GatewayError } from '../../errors.ts';
import { exitFacts } from './attach.ts';
import { type Ends, makeFifos, openFifos } from './fifos.ts';
import { type Link, type LinkEvents, stdoutFramer, textReader } from './link.ts';
import { within } from './within.ts';
import { lineWriter } from './writer.ts';

/** Where a container sees its FIFOs. */
export const INSIDE = '/run/hive';

const GREETING = 'hive: linked by pipe';

/**
 * Runs a command with its three streams on FIFOs. The process in the background holds them open, so that a gateway that
 * is killed and started again finds the server running; it lets go when something is written to `hold` (opened both ways,
 * or it would also let go when a gateway dies), and the server
 * then sees the end of its input as soon as the gateway closes it. Whoever starts the container by hand blocks nothing.
 */
const SCRIPT = `exec 3<>${INSIDE}/in 4<>${INSIDE}/out 5<>${INSIDE}/err 2>&5
( ( read -r _ <>${INSIDE}/hold ) & )
echo '${GREETING}' >&2; exec "$@" <${INSIDE}/in >${INSIDE}/out 2>${INSIDE}/err 3>&- 4>&- 5>&-`;

export const wrapped = (command: readonly string[]): string[] => ['/bin/sh', '-c', SCRIPT, 'sh', ...command];

/** Well-behaved servers end with their input; the others are for the container's owner to stop. */
const AFTER_INPUT_MS = 1_000;
/** From the start of the container to the greeting: only a shell has to come up. */
const GREETING_MS = 10_000;
/** When the engine says that the container is over and something still holds its FIFOs: it was started again already. */
const AFTER_EXIT_MS = 1_000;

export interface PipeTarget {
  readonly docker: Docker;
  readonly containerId: string;
  /** On this machine, bound to the container's INSIDE. */
  readonly folder: string;
  /** The container runs already: whoever was linked to it before was killed. */
  readonly isRunning: boolean;
  readonly start: () => Promise<void>;
}

/**
 * Reaches a server through FIFOs, as a parent reaches its child: no engine in between. Closing it ends the server's input
 * when there is time to wait for its end (`graceMs` > 0), else only detaches; stopping the container is up to its owner.
 * @throws GatewayError SERVER_UNREACHABLE when nothing comes through the FIFOs, or what `start` throws
 */
export async function openPipe(target: PipeTarget, events: LinkEvents): Promise<Link> {
  const { docker, containerId, folder, isRunning } = target;
  const container = docker.getContainer(containerId);
  if (!isRunning) await makeFifos(folder);
  const ends = openEnds(folder);
  const greeted = Promise.withResolvers<void>();
  let detached = false;
  const over = follow(ends, isRunning ? events : withoutGreeting(events, greeted.resolve));
  const ended = over.then(async () => {
    ends.destroy();
    events.closed(detached ? { message: 'detached' } : await exitFacts(container, undefined));
  });
  const detach = (): Promise<void> => {
    detached = true;
    ends.destroy();
    return ended;
  };
  try {
    await target.start();
    watchExit(container, ends, over);
    const linked = isRunning || (await within(Promise.race([greeted.promise, ended]), GREETING_MS));
    if (!linked) throw unreachable(containerId, 'nothing comes through its FIFOs');
  } catch (error) {
    await detach();
    throw error;
  }
  const send = lineWriter(ends.stdin);
  // Half a message of the gateway before may still be there: it must not take ours with it.
  if (isRunning) ends.stdin.write('\n');
  return {
    kind: 'pipe',
    send,
    async close(graceMs) {
      if (graceMs > 0) ends.endInput();
      if (graceMs > 0 && (await within(ended, Math.min(graceMs, AFTER_INPUT_MS)))) return;
      await detach();
    },
  };
}

function openEnds(folder: string): Ends {
  try {
    return openFifos(folder);
  } catch (cause) {
    throw unreachable(folder, cause instanceof Error ? cause.message : String(cause));
  }
}

/** Reads both streams until they are over. */
function follow({ stdout, stderr, stdin }: Ends, events: LinkEvents): Promise<void> {
  const framer = stdoutFramer(events);
  stdout.on('data', (chunk: Buffer) => framer.push(chunk));
  stderr.on(
    'data',
    textReader((text) => events.stderr(text)),
  );
  const closed = [stdout, stderr].map(
    (stream) => new Promise<void>((resolve) => void stream.on('error', () => {}).once('close', resolve)),
  );
  return Promise.all(closed).then(() => {
    stdin.destroy();
    framer.end();
  });
}

/** The first line of stderr is the wrapper's own. */
function withoutGreeting(events: LinkEvents, greeted: () => void): LinkEvents {
  let before: string | undefined = '';
  return {
    ...events,
    stderr(text) {
      if (before === undefined) return events.stderr(text);
      before += text;
      const end = before.indexOf('\n');
      if (end < 0) return;
      const [line, rest] = [before.slice(0, end), before.slice(end + 1)];
      const more = line === GREETING ? rest : before;
      before = undefined;
      if (line === GREETING) greeted();
      if (more !== '') events.stderr(more);
    },
  };
}

/** The end of its streams tells the end of a server, unless the engine starts it again before we see that. */
function watchExit(container: Docker.Container, ends: Ends, over: Promise<void>): void {
  const abort = new AbortController();
  void over.then(() => abort.abort());
  container.wait({ abortSignal: abort.signal }).then(
    async () => {
      if (!(await within(over, AFTER_EXIT_MS))) ends.destroy();
    },
    // The engine went away, which does no harm to the FIFOs.
    () => {},
  );
}

const unreachable = (containerId: string, why: string): GatewayError =>
  new GatewayError(
    'SERVER_UNREACHABLE',
    `container ${containerId.slice(0, 12)} cannot be linked by pipe: ${why}`,
    {
      hint: 'use `link: attach`',
    },
  );
