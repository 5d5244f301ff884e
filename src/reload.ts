/**
 * The loop. Start-up, a saved file, an engine event and a retry all run it; only the cause differs. A cause
 * says that something may have changed, never what: each run reads the state of everything again.
 */
import { restartFor, restartNotice } from './apply-edit.ts';
import type { AddedText } from './config/parse/added.ts';
import type { CurrentStack } from './current-stack.ts';
import type { Edge } from './edge/edge.ts';
import { renderThrown } from './errors.ts';
import { LastingTrouble } from './lasting-trouble.ts';
import type { Log } from './log.ts';
import type { Clock } from './model/clock.ts';
import type { EngineState, EngineTrouble, IgnoredContainer } from './model/observed.ts';
import { type Plan, renderPlan } from './model/plan.ts';
import type { Stack } from './model/stack.ts';
import type { Trouble } from './model/status.ts';
import type { Notices } from './notices.ts';
import { type Reconciled, reconcile } from './reconcile/reconcile.ts';
import type { Logs } from './runtime/memory/logs.ts';
import { checkStateDir } from './runtime/memory/state-check.ts';
import type { StateDir } from './runtime/memory/state-dir.ts';
import type { Runtime } from './runtime/runtime.ts';
import type { StoppedServers } from './stopped-servers.ts';

/** The cause of a reload that a saved file requests. */
export const FILE_CHANGED = 'file changed';

export interface ReloadParts {
  readonly stack: Pick<
    CurrentStack,
    'desired' | 'bound' | 'refresh' | 'read' | 'expectEdit' | 'keepFiles' | 'lacksCompiledFile'
  >;
  /** Servers that a person has stopped. */
  readonly stopped: Pick<StoppedServers, 'among' | 'follow'>;
  readonly runtime: Pick<Runtime, 'observe' | 'reviewImages' | 'declare' | 'execute'> & {
    readonly board: Pick<Runtime['board'], 'all'>;
  };
  readonly edge: Pick<Edge, 'expelUnadmitted' | 'url'>;
  readonly logs: Pick<Logs, 'keep'>;
  readonly notices: Notices;
  /** Puts the named views of the stack into effect. Absent: there are none. */
  readonly applyViews?: () => void;
  readonly storedLogs?: { follow(): void };
  readonly clock: Clock;
  readonly state: Pick<StateDir, 'path' | 'saveKey'>;
  /** Rejects with GatewayError STATE_FAILED if the state folder cannot be written; tests replace it. */
  readonly checkState?: typeof checkStateDir;
  /** Writes what `hive down` needs to know of the stack. */
  readonly remember: (stack: Stack) => void;
  readonly requestReload: (cause: string) => void;
  /** Undefined if the gateway was started without an engine, for the reason in `engineMissing`. */
  readonly engine: object | undefined;
  readonly engineMissing: EngineTrouble;
  readonly log: Log;
  /** Prints a text on the operator's terminal. */
  readonly say: (text: string) => void;
}

export class Reload {
  readonly #parts: ReloadParts;
  #engine: EngineState;
  #ignored: readonly IgnoredContainer[] = [];
  #keptOut: readonly string[] = [];
  readonly #stateTrouble: LastingTrouble;
  /** Calls of `readAgain` that wait for the next run. */
  #waiting: (() => void)[] = [];

  constructor(parts: ReloadParts) {
    this.#parts = parts;
    const recheck = (): void => parts.requestReload('the state folder is looked at again');
    this.#stateTrouble = new LastingTrouble('state', parts.clock, recheck);
    this.#engine = parts.engine ? { state: 'ready' } : { state: 'absent', ...parts.engineMissing };
  }

  /** As of the last run; before the first, as of the start. */
  get engine(): EngineState {
    return this.#engine;
  }

  /** What the last run found wrong with Hive's own files. */
  get troubles(): readonly Trouble[] {
    return this.#stateTrouble.all;
  }

  /** Labelled containers that the last run found and cannot serve. */
  get ignored(): readonly IgnoredContainer[] {
    return this.#ignored;
  }

  /** Labelled containers that the last run found and `gateway.discover` does not let in. */
  get keptOut(): readonly string[] {
    return this.#keptOut;
  }

  /** Ends the wait for the next look at the state folder. */
  close(): void {
    this.#stateTrouble.close();
    this.#release();
  }

  /** Reads the files again and applies them; resolves when the steps have begun, or could not begin. */
  readAgain(cause: string): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.push(resolve);
    this.#parts.stack.expectEdit();
    this.#parts.requestReload(cause);
    return promise;
  }

  #release(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  /** Starts what the plan asks for, and resolves without waiting for it. */
  async run(cause: string): Promise<void> {
    const waiting = this.#waiting.splice(0);
    try {
      await this.#run(cause);
    } finally {
      for (const resolve of waiting) resolve();
    }
  }

  async #run(cause: string): Promise<void> {
    const { stack, stopped, runtime, logs, log } = this.#parts;
    const edit = await stack.refresh(() => this.#applied());
    const { wanted: asked } = stack.desired;
    const wanted = { ...asked, stopped: stopped.follow(asked.compiled.units) };
    const observed = await runtime.observe(wanted.compiled.units);
    this.#engine = observed.engine;
    const reconciled = reconcile(wanted, observed);
    // Somebody may have removed the compiled file, or made room for it.
    if (stack.lacksCompiledFile || reconciled.plan.steps.some(({ op }) => op === 'create'))
      await stack.keepFiles();
    await this.#checkState();
    // Announces the status, so the troubles must be known by now.
    runtime.declare(reconciled.units);
    logs.keep(new Set(runtime.board.all().map(({ serverName }) => serverName)));
    this.#noteIgnored(reconciled);
    // The edit may have been read by a run with another cause.
    this.#announce(reconciled.plan, cause, edit);
    void runtime.execute(reconciled.plan).then(() => log.debug({ cause }, 'plan executed'));
  }

  /** A folder that cannot be written is checked again: nothing reports a disk with room. */
  async #checkState(): Promise<void> {
    const { stack, state, checkState = checkStateDir, notices, remember } = this.#parts;
    const hadTrouble = this.troubles.length > 0;
    try {
      await checkState(state);
      this.#stateTrouble.mended();
      if (hadTrouble) remember(stack.desired.stack);
      notices.sayWhile('state', '', 'the state folder can be written again');
    } catch (error) {
      this.#stateTrouble.failed(error, true);
      notices.sayWhile('state', renderThrown(error));
    }
  }

  /**
   * The plan that a run would execute now, for the files as they are now.
   *
   * @param next absolute path of another version of the config file
   * @param added other servers that were added at run time
   * @throws ConfigError
   */
  async plan(next?: string, added?: AddedText): Promise<string> {
    const desired = await this.#parts.stack.read(next, added);
    const observed = await this.#parts.runtime.observe(desired.wanted.compiled.units, 'now');
    const { stack, stopped, edge } = this.#parts;
    const wanted = { ...desired.wanted, stopped: stopped.among(desired.compiled.units) };
    const plan = renderPlan(reconcile(wanted, observed).plan);
    const needs = next === undefined ? '' : restartFor(stack.desired.stack, desired, stack.bound, edge.url);
    return [plan, needs].filter((part) => part !== '').join('\n');
  }

  #applied(): void {
    const { stack, runtime, edge, notices, applyViews, storedLogs } = this.#parts;
    runtime.reviewImages();
    applyViews?.();
    storedLogs?.follow();
    edge.expelUnadmitted();
    notices.sayWhile('address', restartNotice(stack.desired, stack.bound, edge.url));
  }

  #noteIgnored({ ignored, keptOut }: Reconciled): void {
    this.#ignored = ignored;
    this.#keptOut = keptOut;
    const notes = ignored.map(({ containerName, reason }) => ({
      serverName: 'hive',
      text: `container ${containerName} is ignored: ${reason}`,
    }));
    this.#parts.notices.logWhile('ignored', notes);
  }

  /** @param edit what was edited, in words; empty for nothing that is worth a line */
  #announce(plan: Plan, cause: string, edit: string): void {
    const { log, notices, say } = this.#parts;
    const text = renderPlan(plan);
    log.debug({ cause, steps: plan.steps.length }, 'reload');
    if (notices.isNew('plan', text) && text !== '') log.info({ cause, plan: text }, 'plan');
    const isEdit = edit !== '' || cause === FILE_CHANGED;
    const said = [edit, text].filter((part) => part !== '').join('\n');
    if (isEdit && said !== '') say(said);
  }
}
