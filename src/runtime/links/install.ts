/** Starts a native server whose command may install a package first: a few such at a time. */
import { systemClock } from '../../clock.ts';
import { GatewayError } from '../../errors.ts';
import { type InstallPhase, watchInstall } from './commands/install-phase.ts';
import type { InstallSlots } from './commands/install-slots.ts';
import { type PackageRunner, packageRunner } from './commands/package-runner.ts';
import type { LinkEvents } from './link.ts';

/** A runner, with its turn to install. */
export interface Install {
  readonly runner: PackageRunner;
  /** Resolves once the server itself runs. */
  readonly over: Promise<void>;
  /** The process runs. */
  watch(pid: number): InstallPhase;
  /** Gives the turn back: the process has not started, or has ended. */
  end(): void;
}

/**
 * Waits for the turn of a command that may install something; undefined for any other command.
 * @throws GatewayError SERVER_EXITED if the start was given up meanwhile
 */
export async function beginInstall(
  command: string,
  args: readonly string[],
  slots: InstallSlots,
  events: LinkEvents,
  signal: AbortSignal | undefined,
): Promise<Install | undefined> {
  const runner = packageRunner(command, args);
  if (!runner) return undefined;
  const isWaiting = slots.isFull;
  if (isWaiting) events.preparing?.(`waiting for other installations, then ${installing(runner)}`);
  const give = await slots.take(signal);
  if (isWaiting) events.preparing?.(undefined);
  if (!signal?.aborted) return new RunningInstall(runner, give, events);
  give();
  throw new GatewayError('SERVER_EXITED', `the start was given up before ${runner.what} was installed`, {
    hint: 'nothing to do: npx hive ps shows what runs now',
  });
}

/** An installation that takes longer goes on, and others begin beside it: it may hang. */
const MAX_TURN_MS = 60_000;

const installing = ({ tool, what }: PackageRunner): string =>
  `${tool === 'docker' ? 'pulling' : 'installing'} ${what}`;

class RunningInstall implements Install {
  readonly runner: PackageRunner;
  readonly over: Promise<void>;
  readonly #give: () => void;
  readonly #resolve: () => void;
  readonly #events: LinkEvents;
  #turn: { cancel(): void } | undefined;

  constructor(runner: PackageRunner, give: () => void, events: LinkEvents) {
    this.runner = runner;
    this.#give = give;
    this.#events = events;
    ({ promise: this.over, resolve: this.#resolve } = Promise.withResolvers<void>());
  }

  watch(pid: number): InstallPhase {
    const { runner } = this;
    this.#turn = systemClock.setTimeout(this.#give, MAX_TURN_MS);
    const phase = watchInstall(runner, pid, systemClock, {
      installing: (isOpen) => this.#events.preparing?.(isOpen ? installing(runner) : undefined),
      over: () => this.end(),
    });
    // A pull is rare, and shows only by what it writes: others need not wait for it.
    if (runner.tool === 'docker' || !phase) this.end();
    return phase ?? NO_PHASE;
  }

  end(): void {
    this.#turn?.cancel();
    this.#give();
    this.#resolve();
  }
}

const NO_PHASE: InstallPhase = { isOpen: false, stderr: () => {}, end: () => {} };
