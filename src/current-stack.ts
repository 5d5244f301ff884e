/**
 * The stack as the user's files last described it without errors. Follows their edits while the gateway runs.
 */
import { type BoundAddress, changesServers, refuseUnsafeEdit, restartNotice } from './apply-edit.ts';
import { writeComposeFiles } from './compose-files.ts';
import { ConfigError, renderProblems } from './config/source/diagnostics.ts';
import { type StackWatcher, watchStack } from './config/watch/watch.ts';
import { writtenSince } from './config/watch/watched-paths.ts';
import { type Desired, loadDesired } from './desired.ts';
import { renderThrown } from './errors.ts';
import type { Clock } from './model/clock.ts';
import type { Notices } from './notices.ts';
import type { Override } from './runtime/containers/override.ts';
import type { StateDir } from './runtime/memory/state-dir.ts';

export interface CurrentStackFrom {
  /** Absolute path of the config file. */
  readonly file: string;
  readonly state: Pick<StateDir, 'valuesKey'>;
  /** The first reading. */
  readonly desired: Desired;
  readonly override: Override;
  readonly clock: Clock;
  readonly notices: Notices;
}

/** Owns the files that Compose reads: `desired` and those files always agree. */
export class CurrentStack {
  /** Address that the gateway was started with. */
  readonly bound: BoundAddress;
  readonly #from: CurrentStackFrom;
  #desired: Desired;
  /** Unix milliseconds, before the last reading began. */
  #readAt: number;
  /** Includes what a failed reading looked at, since an edit there may mend it. */
  #watched: readonly string[];
  #isEdited = false;
  #watcher: StackWatcher | undefined;

  constructor(from: CurrentStackFrom) {
    this.#from = from;
    this.#desired = from.desired;
    this.#readAt = from.desired.readAt;
    this.#watched = from.desired.stack.watched;
    this.bound = from.desired.stack.gateway;
  }

  get desired(): Desired {
    return this.#desired;
  }

  /** Reads the files as they are now, and changes nothing. @throws ConfigError */
  read(): Promise<Desired> {
    return loadDesired(this.#from);
  }

  /** Names the keys that take effect at the next start only; empty if there are none. */
  restartNotice(url: string): string {
    return restartNotice(this.#desired, this.bound, url);
  }

  /** @throws GatewayError CONFIG_INVALID, CREATE_FAILED */
  writeFiles(): void {
    writeComposeFiles(this.#desired, this.#from.override);
  }

  /** Reports edits from now on, and those since the first reading. The caller must close the result. */
  watch(onEdit: () => void): StackWatcher {
    const watcher = watchStack(
      () => this.#watched,
      this.#from.clock,
      () => {
        this.#isEdited = true;
        onEdit();
      },
    );
    this.#watcher = watcher;
    void watcher.refresh(this.#readAt);
    return watcher;
  }

  /**
   * Reads the files again if one has changed. A bad edit is reported once and changes nothing.
   *
   * @param onApplied called after a good edit has become `desired`
   * @returns true if the servers are others now
   */
  async refresh(onApplied: () => void): Promise<boolean> {
    // Starting ten servers triggers about twenty reloads; unchanged files must not be read again.
    if (!this.#isEdited && !(await writtenSince(new Set(this.#watched), this.#readAt))) return false;
    this.#isEdited = false;
    this.#readAt = this.#from.clock.now();
    const before = this.#desired.compiled;
    const problems = await this.#apply(onApplied).then(
      () => '',
      (error: unknown) => this.#explain(error),
    );
    this.#from.notices.sayWhile('config', problems, 'the configuration is good again');
    await this.#watcher?.refresh(this.#readAt);
    return changesServers(before, this.#desired.compiled);
  }

  async #apply(onApplied: () => void): Promise<void> {
    const next = await this.read();
    refuseUnsafeEdit(this.#desired.stack, next.stack, this.bound);
    writeComposeFiles(next, this.#from.override);
    this.#desired = next;
    this.#watched = next.stack.watched;
    onApplied();
  }

  #explain(error: unknown): string {
    if (error instanceof ConfigError)
      this.#watched = [...new Set([...this.#desired.stack.watched, ...error.watched])];
    const problems =
      error instanceof ConfigError ? renderProblems(error.problems, process.cwd()) : renderThrown(error);
    return `${problems}\nnothing was changed; the last good configuration keeps running`;
  }
}
