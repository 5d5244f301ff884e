/**
 * The stack as the user's files last described it without errors. Follows their edits while the gateway runs.
 */
import { damageOf } from './added/damage.ts';
import { type BoundAddress, changedServers, refuseUnsafeEdit, restartNotice } from './apply-edit.ts';
import {
  composeProject,
  declareContainers,
  keepCompiledFile,
  removeOldCompiledFiles,
} from './compose-files.ts';
import type { AddedText } from './config/parse/added.ts';
import { ConfigError, renderProblems, renderWarnings, shortPath } from './config/source/diagnostics.ts';
import { type StackWatcher, watchStack } from './config/watch/watch.ts';
import { firstOf, writtenSince } from './config/watch/watched-paths.ts';
import { type Desired, loadDesired } from './desired.ts';
import { renderThrown, toGatewayError } from './errors.ts';
import { isOfDisk } from './files/fault.ts';
import { processFiles } from './files/process-files.ts';
import { LastingTrouble } from './lasting-trouble.ts';
import type { Clock } from './model/clock.ts';
import type { ComposeProject } from './model/composer.ts';
import type { Trouble } from './model/status.ts';
import type { Notices } from './notices.ts';
import type { Override } from './runtime/containers/override.ts';
import type { StateDir } from './runtime/memory/state-dir.ts';

export interface CurrentStackFrom {
  /** Absolute path of the config file. */
  readonly file: string;
  readonly state: Pick<StateDir, 'path' | 'valuesKey' | 'compose'>;
  /** The servers that were added at run time, as they are now. */
  readonly added: () => AddedText;
  /** The first reading. */
  readonly desired: Desired;
  readonly override: Override;
  readonly clock: Clock;
  readonly notices: Notices;
  /** False: the files are read only when asked for, by `expectEdit`. Absent: edits are followed. */
  readonly watches?: boolean | undefined;
  /** Where the last gateway of this stack wrote the compiled file, if that is known. */
  readonly compiledBefore?: string | undefined;
}

/** Errors of the file system may pass without an edit. */
const isOfFiles = (cause: unknown): boolean => cause instanceof Error && 'code' in cause;

const warningsOf = ({ stack }: Desired): string => renderWarnings(stack.warnings, process.cwd());

/** Owns the files that Compose reads: `desired` and those files always agree. */
export class CurrentStack {
  /** Address since the start. */
  readonly bound: BoundAddress;
  readonly #from: CurrentStackFrom;
  #desired: Desired;
  /** Unix ms, before the last reading. */
  #readAt: number;
  /** Includes what a failed reading looked at, since an edit there may mend it. */
  #watched: readonly string[];
  #isEdited = false;
  #watcher: StackWatcher | undefined;
  /** The edit that was refused last, if no good one has followed. */
  readonly #refusal: LastingTrouble;
  /** Why the compiled file is not as the stack wants it. */
  readonly #uncompiled: LastingTrouble;
  #onEdit: (() => void) | undefined;
  readonly #files = processFiles;

  constructor(from: CurrentStackFrom) {
    this.#from = from;
    this.#desired = from.desired;
    this.#readAt = from.desired.readAt;
    this.#watched = from.desired.stack.watched;
    this.bound = from.desired.stack.gateway;
    this.#refusal = new LastingTrouble('edit', from.clock, () => this.#edited());
    this.#uncompiled = new LastingTrouble('compiled', from.clock, () => this.#onEdit?.());
    declareContainers(this.#desired, from.override);
    // The command has printed those of the start.
    from.notices.isNew('warnings', warningsOf(this.#desired));
  }

  get desired(): Desired {
    return this.#desired;
  }

  /**
   * Reads the files as they are now. @param next absolute path of another version of the config file
   * @param added other servers that were added at run time @throws ConfigError
   */
  read(next?: string, added = this.#from.added()): Promise<Desired> {
    const { stack, readSecrets: secrets } = this.#desired;
    const instead = next === undefined ? {} : { file: next, as: stack };
    return loadDesired({ ...this.#from, files: this.#files, secrets, added, ...instead });
  }

  /** Names the keys that take effect at the next start only; empty if there are none. */
  restartNotice(url: string): string {
    return restartNotice(this.#desired, this.bound, url);
  }

  get troubles(): readonly Trouble[] {
    return [...this.#refusal.all, ...this.#uncompiled.all, ...damageOf(this.#desired)];
  }

  /** Writes what Compose needs for these services. @throws GatewayError STATE_FAILED */
  composeProject(services: readonly string[]): ComposeProject {
    return composeProject(this.#desired, services, this.#from.override, this.#from.state);
  }

  /** The compiled file could not be written. */
  get lacksCompiledFile(): boolean {
    return this.#uncompiled.all.length > 0;
  }

  /**
   * Writes the compiled file, which people and plain `docker compose` read. If only the disk prevents that,
   * it stands in the troubles, and is tried again.
   * @throws GatewayError CONFIG_INVALID if something else has its path
   */
  async writeFiles(): Promise<void> {
    await this.#compileTo(this.#desired, isOfDisk);
    await removeOldCompiledFiles(this.#desired.stack, this.#from.compiledBefore, this.#files);
  }

  /** Writes the compiled file again if it is gone. Whatever prevents that stands in the troubles. */
  keepFiles(): Promise<void> {
    return this.#compileTo(this.#desired, () => true);
  }

  async #compileTo(desired: Desired, isTrouble: (cause: unknown) => boolean): Promise<void> {
    const { notices } = this.#from;
    try {
      await keepCompiledFile(desired, this.#files);
      this.#uncompiled.mended();
      notices.sayWhile('compiled', '', 'the compiled file is written again');
    } catch (error) {
      const { cause } = toGatewayError(error);
      if (!isTrouble(cause)) throw error;
      this.#uncompiled.failed(error, isOfDisk(cause));
      notices.sayWhile('compiled', renderThrown(error));
    }
  }

  /** Ends the waits for another try. */
  close(): void {
    for (const trouble of [this.#refusal, this.#uncompiled]) trouble.close();
  }

  /** False if the files are read only when somebody asks. */
  get watches(): boolean {
    return this.#from.watches ?? true;
  }

  /** Has the next `refresh` read the files, whether or not a change was noticed. */
  expectEdit(): void {
    this.#isEdited = true;
  }

  /**
   * Reports edits from now on, and those since the first reading; without watch nothing but new attempts at
   * what has failed. The caller must close the result.
   */
  watch(onEdit: () => void): StackWatcher {
    this.#onEdit = onEdit;
    if (!this.watches) return { refresh: async () => {}, close: async () => this.#unfollow() };
    const watcher = watchStack(() => this.#watched, this.#from.clock, this.#edited, this.#files);
    this.#watcher = watcher;
    void watcher.refresh(this.#readAt);
    return {
      refresh: (since) => watcher.refresh(since),
      close: () => {
        this.#unfollow();
        return watcher.close();
      },
    };
  }

  #unfollow(): void {
    this.#onEdit = undefined;
  }

  readonly #edited = (): void => {
    this.#isEdited = true;
    this.#onEdit?.();
  };

  /**
   * Reads the files again if one has changed. A bad edit is reported once and changes nothing.
   *
   * @param onApplied called after a good edit has become `desired`
   * @returns what a good edit has done to the servers: `hive.yaml read: a changed`, or `.env read: …`; empty
   * for no edit, a bad one, and one of another file that changes no server
   */
  async refresh(onApplied: () => void): Promise<string> {
    const { file, clock } = this.#from;
    const isWritten = (paths: readonly string[]): Promise<boolean> =>
      writtenSince(new Set(paths), this.#readAt, this.#files);
    // Starting ten servers triggers about twenty reloads; unchanged files must not be read again.
    if (!this.#isEdited && !(this.watches && (await isWritten(this.#watched)))) return '';
    this.#isEdited = false;
    const isFileWritten = await isWritten([file]);
    const other = isFileWritten ? undefined : await firstOf(this.#watched, isWritten);
    this.#readAt = clock.now();
    const before = this.#desired;
    const problems = await this.#apply(onApplied).then(
      () => this.#mended(),
      (error: unknown) => this.#refused(error),
    );
    this.#from.notices.sayWhile('config', problems, 'the configuration is good again');
    await this.#watcher?.refresh(this.#readAt);
    if (this.#desired === before) return '';
    const changes = changedServers(before.compiled, this.#desired.compiled);
    const isOfAdded = before.added.text !== this.#desired.added.text;
    return !isFileWritten && (isOfAdded || changes === '')
      ? changes
      : `${shortPath(other ?? file, process.cwd())} read: ${changes || 'no server changed'}`;
  }

  async #apply(onApplied: () => void): Promise<void> {
    const next = await this.read();
    refuseUnsafeEdit(this.#desired.stack, next.stack, this.bound);
    await this.#compileTo(next, isOfDisk);
    const before = this.#desired.stack.composeFile;
    this.#desired = next;
    declareContainers(next, this.#from.override);
    this.#watched = next.stack.watched;
    this.#from.notices.sayWhile('warnings', warningsOf(next));
    onApplied();
    await removeOldCompiledFiles(next.stack, before, this.#files);
  }

  #mended(): string {
    this.#refusal.mended();
    return '';
  }

  /** Keeps the refusal until a good edit; tries again by itself if the cause is not in the files. */
  #refused(error: unknown): string {
    this.#refusal.failed(error, isOfFiles(toGatewayError(error).cause) || this.#files.isHanging);
    return this.#explain(error);
  }

  #explain(error: unknown): string {
    if (error instanceof ConfigError)
      this.#watched = [...new Set([...this.#desired.stack.watched, ...error.watched])];
    const isConfig = error instanceof ConfigError;
    const problems = isConfig ? renderProblems(error, process.cwd()) : renderThrown(error);
    return `${problems}\nnothing was changed; the last good configuration keeps running`;
  }
}
