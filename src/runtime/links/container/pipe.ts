/** The `pipe` link: a container's server reached through FIFOs, as a parent process reaches its child. */
import { GatewayError } from '../../../errors.ts';
import type { Engine } from '../../../model/engine.ts';
import type { ExitFacts, Link, LinkEvents } from '../link.ts';
import { readStreams } from '../output.ts';
import { within } from '../within.ts';
import { type LineWriter, lineWriter } from '../writer.ts';
import { exitFactsOf, isStillRunning } from './container-exit.ts';
import { FIFO_MOUNT, type FifoEnds, makeFifos, openFifos } from './fifos.ts';
import { PipeError } from './pipe-error.ts';

/** First line that the wrapper writes to stderr. */
const GREETING = 'hive: linked by pipe';

/**
 * Runs a command with its three streams on FIFOs. A keeper process in the background holds the FIFOs open, so
 * that a gateway that is killed and started again finds the server running. It holds the server's output only
 * for reading: the gateway sees the end of the output when the server closes it. The keeper ends when
 * something is written to `hold`; then the server sees the end of its input as soon as the gateway closes it.
 * `hold` is opened for both directions, or the keeper would also end when a gateway dies. A container that is
 * started by hand does not block. Variables that the shell adds to the environment are removed again.
 */
const SCRIPT = `exec 3<>${FIFO_MOUNT}/in 4<>${FIFO_MOUNT}/out 5<>${FIFO_MOUNT}/err 2>&5
( ( exec 4<${FIFO_MOUNT}/out 5<${FIFO_MOUNT}/err 2>/dev/null; read -r _ <>${FIFO_MOUNT}/hold ) & )
echo '${GREETING}' >&2; unset PWD OLDPWD SHLVL
exec "$@" <${FIFO_MOUNT}/in >${FIFO_MOUNT}/out 2>${FIFO_MOUNT}/err 3>&- 4>&- 5>&-`;

/** Entrypoint of a container that is linked by pipe; the server's own command follows it as arguments. */
export const PIPE_WRAPPER: readonly string[] = ['/bin/sh', '-c', SCRIPT, 'sh'];

/** Well-behaved servers end with their input; the container's owner stops all others. */
const AFTER_INPUT_MS = 1_000;
/**
 * From the start of the container to the greeting. Only a shell has to start, but a machine that boots is
 * busy.
 */
const GREETING_MS = 10_000;
/**
 * How long the FIFOs may stay open after the engine reports the container's end. If they are open then, the
 * container has been started again.
 */
const AFTER_EXIT_MS = 1_000;
/**
 * The same without a greeting: most likely nothing ever opened the FIFOs, and then they never report an end.
 */
const UNGREETED_MS = 100;
/** A container that ends closes its output a moment before. A server that goes on after this time is lost. */
const AFTER_OUTPUT_MS = 250;

/** Exit codes 128 + SIGKILL and 128 + SIGTERM: they say nothing about the image. */
const KILLED: ReadonlySet<number> = new Set([137, 143]);

export interface PipeTarget {
  readonly engine: Pick<Engine, 'inspect' | 'untilStopped'>;
  readonly containerId: string;
  /** Folder on this machine that is mounted at FIFO_MOUNT. */
  readonly folder: string;
  /** The container runs already: the gateway that was linked to it was killed. */
  readonly isRunning: boolean;
  readonly start: () => Promise<void>;
}

/**
 * Opens the FIFOs and starts the container unless it runs. Messages do not pass through the engine. Closing
 * the link with a grace period ends the server's input and waits for its end; without one it only detaches.
 * Stopping the container is up to its owner.
 * @throws PipeError if nothing arrives through the FIFOs
 * @throws GatewayError SERVER_UNREACHABLE, or what `start` throws. `events` receives nothing in either case.
 */
export async function openPipe(target: PipeTarget, events: LinkEvents): Promise<Link> {
  if (!target.isRunning) await makeFifos(target.folder).catch(cannotMake);
  const link = new PipeLink(target, openEnds(target.folder), events);
  try {
    await target.start();
    link.watchExit();
    if (!target.isRunning) await link.untilGreeted();
  } catch (error) {
    await link.giveUp();
    throw error;
  }
  link.begin();
  return link;
}

class PipeLink implements Link {
  readonly kind = 'pipe';
  readonly #target: PipeTarget;
  readonly #ends: FifoEnds;
  readonly #writer: LineWriter;
  readonly #greeted = Promise.withResolvers<void>();
  readonly #outputEnded: Promise<void>;
  readonly #ended: Promise<ExitFacts>;
  #isLinked: boolean;
  #isDetached = false;
  /** Why the link has ended although the container runs. */
  #lost: string | undefined;

  constructor(target: PipeTarget, ends: FifoEnds, events: LinkEvents) {
    this.#target = target;
    this.#ends = ends;
    this.#isLinked = target.isRunning;
    this.#writer = lineWriter(ends.stdin);
    const read = target.isRunning ? events : withoutGreeting(events, () => this.#onGreeting());
    this.#outputEnded = readStreams(ends, read).done.then(() => void ends.stdin.destroy());
    this.#ended = this.#outputEnded.then(() => this.#onOutputEnded(events));
    ends.stdout.once('close', () => void this.#onStdoutClosed());
  }

  /**
   * A server may end before it is sent anything. Its end is reported first, since that says more than a
   * closed input.
   */
  send(message: Buffer): Promise<void> {
    if (this.#ends.stdin.writable) return this.#writer.send(message);
    return this.#ended.then(() => this.#writer.send(message));
  }

  async close(graceMs: number): Promise<void> {
    if (graceMs > 0 && (await this.#endsWithInput(Math.min(graceMs, AFTER_INPUT_MS)))) return;
    await this.#detach();
  }

  /**
   * The gateway before may have left half a message; a line break keeps it apart from the first message of
   * this one.
   */
  begin(): void {
    if (this.#target.isRunning) this.#ends.stdin.write('\n');
  }

  /** Closes a link that was never used; `events` receives nothing. */
  async giveUp(): Promise<void> {
    this.#isLinked = false;
    await this.#detach();
  }

  /** @throws PipeError if the container ends first, or no greeting arrives in time */
  async untilGreeted(): Promise<void> {
    const ended = this.#ended.then(() => {});
    if (!(await within(Promise.race([this.#greeted.promise, ended]), GREETING_MS)))
      throw new PipeError('engine', `nothing came through its FIFOs within ${GREETING_MS / 1000} s`);
    if (!this.#isLinked) throw endedError(await this.#ended);
  }

  /**
   * Closes the FIFOs after the container's end if they do not report it. As a rule the end of the output is
   * the end of the server, but the engine may start the container again before Hive sees that.
   */
  watchExit(): void {
    const { engine, containerId } = this.#target;
    const abort = new AbortController();
    void this.#outputEnded.then(() => abort.abort());
    engine.untilStopped(containerId, abort.signal).then(
      async () => {
        const waitMs = this.#isLinked ? AFTER_EXIT_MS : UNGREETED_MS;
        if (!(await within(this.#outputEnded, waitMs))) this.#ends.destroy();
      },
      // The engine went away, which does not affect the FIFOs.
      () => {},
    );
  }

  #onGreeting(): void {
    this.#isLinked = true;
    this.#greeted.resolve();
  }

  async #onOutputEnded(events: LinkEvents): Promise<ExitFacts> {
    this.#ends.destroy();
    const { engine, containerId } = this.#target;
    const message = this.#isDetached ? 'detached' : this.#lost;
    const facts = message === undefined ? await exitFactsOf(engine, containerId) : { message };
    if (this.#isLinked) events.closed(facts);
    return facts;
  }

  /** The server cannot answer any more. Its owner stops the container before it is started again. */
  async #onStdoutClosed(): Promise<void> {
    if (await within(this.#outputEnded, AFTER_OUTPUT_MS)) return;
    const { engine, containerId } = this.#target;
    if (!(await isStillRunning(engine, containerId))) return;
    this.#lost = 'it closed its stdout and went on running, so it is restarted';
    this.#ends.destroy();
  }

  /** Ends the server's input; true if the server ended in time. */
  #endsWithInput(ms: number): Promise<boolean> {
    this.#writer.flush();
    this.#ends.endInput();
    return within(
      this.#ended.then(() => {}),
      ms,
    );
  }

  async #detach(): Promise<void> {
    this.#isDetached = true;
    this.#ends.destroy();
    await this.#ended;
  }
}

function endedError(facts: ExitFacts): PipeError {
  if (facts.exitCode === 127) return new PipeError('image', 'its image has no /bin/sh');
  const isKilled = facts.oomKilled || KILLED.has(facts.exitCode ?? 0);
  const end = facts.message ?? `exited with code ${facts.exitCode ?? 'unknown'}`;
  return new PipeError(
    isKilled ? 'container' : 'image',
    `its shell cannot open its FIFOs: the container ${end}`,
  );
}

function cannotMake(error: Error): never {
  throw new PipeError('container', `its FIFOs cannot be made: ${error.message.trim()}`);
}

function openEnds(folder: string): FifoEnds {
  try {
    return openFifos(folder);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new GatewayError('SERVER_UNREACHABLE', `its FIFOs cannot be opened: ${why}`, {
      hint: 'write `link: attach` in its entry, which needs no FIFOs',
      cause,
    });
  }
}

/** The same events without the wrapper's greeting, which is the first line of stderr. */
function withoutGreeting(events: LinkEvents, onGreeting: () => void): LinkEvents {
  let firstLine: string | undefined = '';
  return {
    ...events,
    stderr(text) {
      if (firstLine === undefined) return events.stderr(text);
      firstLine += text;
      const end = firstLine.indexOf('\n');
      if (end < 0) return;
      const isGreeting = firstLine.slice(0, end) === GREETING;
      const rest = isGreeting ? firstLine.slice(end + 1) : firstLine;
      firstLine = undefined;
      if (isGreeting) onGreeting();
      if (rest !== '') events.stderr(rest);
    },
  };
}
