import type Docker from 'dockerode';
import { GatewayError } from '../../../errors.ts';
import { type ExitFacts, type Link, type LinkEvents, readStreams } from '../link.ts';
import { within } from '../within.ts';
import { lineWriter } from '../writer.ts';
import { exitFacts } from './attach.ts';
import { type Ends, INSIDE, makeFifos, openFifos } from './fifos.ts';

const GREETING = 'hive: linked by pipe';

/**
 * Runs a command with its three streams on FIFOs. The process in the background holds them open, so that a gateway that
 * is killed and started again finds the server running; it lets go when something is written to `hold` (opened both ways,
 * or it would also let go when a gateway dies), and the server
 * then sees the end of its input as soon as the gateway closes it. Whoever starts the container by hand blocks nothing.
 * What a shell adds to the environment is taken out again.
 */
const SCRIPT = `exec 3<>${INSIDE}/in 4<>${INSIDE}/out 5<>${INSIDE}/err 2>&5
( ( read -r _ <>${INSIDE}/hold ) & )
echo '${GREETING}' >&2; unset PWD OLDPWD SHLVL
exec "$@" <${INSIDE}/in >${INSIDE}/out 2>${INSIDE}/err 3>&- 4>&- 5>&-`;

/** The command follows it. */
export const wrapper: readonly string[] = ['/bin/sh', '-c', SCRIPT, 'sh'];

/** Well-behaved servers end with their input; the others are for the container's owner to stop. */
const AFTER_INPUT_MS = 1_000;
/** From the start of the container to the greeting: only a shell has to come up, but a machine that boots is busy, and silence is remembered. */
const GREETING_MS = 10_000;
/** When the engine says that the container is over and something still holds its FIFOs: it was started again already. */
const AFTER_EXIT_MS = 1_000;

/** The same where nothing was heard of it: most likely nothing ever opened them, and then no end of them comes. */
const UNOPENED_MS = 100;

export interface PipeTarget {
  readonly docker: Docker;
  readonly containerId: string;
  /** On this machine, bound to the container's INSIDE. */
  readonly folder: string;
  /** The container runs already: whoever was linked to it before was killed. */
  readonly isRunning: boolean;
  readonly start: () => Promise<void>;
}

/** No server has been started: whoever may choose can make the container anew for another link. */
export class PipeError extends GatewayError {
  /** Whom it is to be expected of again: every container of the engine, those of the image, or nobody. */
  readonly of: 'engine' | 'image' | 'container';
  readonly why: string;

  constructor(of: PipeError['of'], why: string) {
    super('SERVER_UNREACHABLE', `it cannot be linked by pipe: ${why}`, {
      hint: 'use `link: auto`, which takes attach then, or `link: attach`',
    });
    this.of = of;
    this.why = why;
  }
}

/** For people, where nothing else can be tried. */
export function unlinkable(serverName: string, { why, hint }: PipeError): GatewayError {
  return new GatewayError('SERVER_UNREACHABLE', `${serverName} cannot be linked by pipe: ${why}`, { hint });
}

/**
 * Reaches a server through FIFOs, as a parent reaches its child: no engine in between. Closing it ends the server's input
 * when there is time to wait for its end (`graceMs` > 0), else only detaches; stopping the container is up to its owner.
 * @throws PipeError when nothing comes through the FIFOs; GatewayError SERVER_UNREACHABLE, or what `start` throws. Nothing is
 * told to `events` then.
 */
export async function openPipe(target: PipeTarget, events: LinkEvents): Promise<Link> {
  const { docker, containerId, folder, isRunning } = target;
  const container = docker.getContainer(containerId);
  if (!isRunning) await makeFifos(folder).catch(cannotMake);
  const ends = openEnds(folder);
  const greeted = Promise.withResolvers<void>();
  let isLinked = isRunning;
  let detached = false;
  const onGreeting = (): void => {
    isLinked = true;
    greeted.resolve();
  };
  const said = isRunning ? events : withoutGreeting(events, onGreeting);
  const over = readStreams(ends, said).then(() => void ends.stdin.destroy());
  const ended = over.then(async () => {
    ends.destroy();
    const facts = detached ? { message: 'detached' } : await exitFacts(container, undefined);
    if (isLinked) events.closed(facts);
    return facts;
  });
  const detach = async (): Promise<void> => {
    detached = true;
    ends.destroy();
    await ended;
  };
  try {
    await target.start();
    watchExit(container, ends, over, () => isLinked);
    if (!isRunning) await untilGreeted(greeted.promise, ended, () => isLinked);
  } catch (error) {
    isLinked = false;
    await detach();
    throw error;
  }
  const told = ended.then(() => {});
  const writer = lineWriter(ends.stdin);
  // Half a message of the gateway before may still be there: it must not take ours with it.
  if (isRunning) ends.stdin.write('\n');
  const endInput = (): void => {
    writer.flush();
    ends.endInput();
  };
  return {
    kind: 'pipe',
    // A server may end before it is sent anything: how it ended is told first, and says more than that it takes no input.
    send: (message) => (ends.stdin.writable ? writer.send(message) : told.then(() => writer.send(message))),
    async close(graceMs) {
      if (graceMs > 0) endInput();
      if (graceMs > 0 && (await within(told, Math.min(graceMs, AFTER_INPUT_MS)))) return;
      await detach();
    },
  };
}

/** @throws PipeError when the container ends first, or nothing is heard for long */
async function untilGreeted(
  greeted: Promise<void>,
  ended: Promise<ExitFacts>,
  isLinked: () => boolean,
): Promise<void> {
  const over = ended.then(() => {});
  if (!(await within(Promise.race([greeted, over]), GREETING_MS)))
    throw new PipeError('engine', `nothing came through its FIFOs within ${GREETING_MS / 1000} s`);
  if (isLinked()) return;
  const facts = await ended;
  if (facts.exitCode === 127) throw new PipeError('image', 'its image has no /bin/sh');
  const isKilled = facts.oomKilled || KILLED.has(facts.exitCode ?? 0);
  throw new PipeError(
    isKilled ? 'container' : 'image',
    `its shell cannot open them: the container ${describe(facts)}`,
  );
}

/** 128 + SIGKILL or SIGTERM: that says nothing about the image. */
const KILLED: ReadonlySet<number> = new Set([137, 143]);

const describe = (facts: ExitFacts): string =>
  facts.message ?? `exited with code ${facts.exitCode ?? 'unknown'}`;

function cannotMake(error: Error): never {
  throw new PipeError('container', `its FIFOs cannot be made: ${error.message.trim()}`);
}

function openEnds(folder: string): Ends {
  try {
    return openFifos(folder);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new GatewayError('SERVER_UNREACHABLE', `its FIFOs cannot be opened: ${why}`, {
      hint: 'restart it: hive restart',
      cause,
    });
  }
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
function watchExit(
  container: Docker.Container,
  ends: Ends,
  over: Promise<void>,
  isLinked: () => boolean,
): void {
  const abort = new AbortController();
  void over.then(() => abort.abort());
  container.wait({ abortSignal: abort.signal }).then(
    async () => {
      if (!(await within(over, isLinked() ? AFTER_EXIT_MS : UNOPENED_MS))) ends.destroy();
    },
    // The engine went away, which does no harm to the FIFOs.
    () => {},
  );
}
