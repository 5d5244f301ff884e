/**
 * The loop. Start-up, a saved file, an engine event and a retry all run it; only the cause differs. A cause
 * says that something may have changed, never what: each run reads the state of everything again.
 */
import { restartNotice } from './apply-edit.ts';
import type { CurrentStack } from './current-stack.ts';
import type { Edge } from './edge/edge.ts';
import type { Log } from './log.ts';
import type { EngineState, EngineTrouble, IgnoredContainer } from './model/observed.ts';
import { type Plan, renderPlan } from './model/plan.ts';
import type { Notices } from './notices.ts';
import { type Reconciled, reconcile } from './reconcile/reconcile.ts';
import type { Logs } from './runtime/memory/logs.ts';
import type { Runtime } from './runtime/runtime.ts';

/** The cause of a reload that a saved file requests. */
export const FILE_CHANGED = 'file changed';

export interface ReloadParts {
  readonly stack: Pick<CurrentStack, 'desired' | 'bound' | 'refresh' | 'read' | 'writeFiles'>;
  readonly runtime: Pick<Runtime, 'observe' | 'declare' | 'execute'> & {
    readonly board: Pick<Runtime['board'], 'all'>;
  };
  readonly edge: Pick<Edge, 'authChanged' | 'url'>;
  readonly logs: Pick<Logs, 'keep'>;
  readonly notices: Notices;
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

  constructor(parts: ReloadParts) {
    this.#parts = parts;
    this.#engine = parts.engine ? { state: 'ready' } : { state: 'absent', ...parts.engineMissing };
  }

  /** As of the last run; before the first, as of the start. */
  get engine(): EngineState {
    return this.#engine;
  }

  /** Labelled containers that the last run found and cannot serve. */
  get ignored(): readonly IgnoredContainer[] {
    return this.#ignored;
  }

  /** Labelled containers that the last run found and `gateway.discover` does not let in. */
  get keptOut(): readonly string[] {
    return this.#keptOut;
  }

  /** Starts what the plan asks for, and resolves without waiting for it. */
  async run(cause: string): Promise<void> {
    const { stack, runtime, logs, log } = this.#parts;
    const changesServers = await stack.refresh(() => this.#applied());
    const { wanted } = stack.desired;
    const observed = await runtime.observe(wanted.compiled.units);
    this.#engine = observed.engine;
    const reconciled = reconcile(wanted, observed);
    runtime.declare(reconciled.units);
    logs.keep(new Set(runtime.board.all().map(({ serverName }) => serverName)));
    this.#noteIgnored(reconciled);
    // The edit may have been read by a run with another cause.
    this.#announce(reconciled.plan, cause, changesServers || cause === FILE_CHANGED);
    // Compose is about to read its files, and somebody may have removed them.
    if (reconciled.plan.steps.some(({ op }) => op === 'create')) stack.writeFiles();
    void runtime.execute(reconciled.plan).then(() => log.debug({ cause }, 'plan executed'));
  }

  /** The plan that a run would execute now, for the files as they are now. @throws ConfigError */
  async plan(): Promise<string> {
    const { wanted } = await this.#parts.stack.read();
    return renderPlan(reconcile(wanted, await this.#parts.runtime.observe(wanted.compiled.units)).plan);
  }

  #applied(): void {
    const { stack, edge, notices } = this.#parts;
    edge.authChanged();
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

  #announce(plan: Plan, cause: string, isEdit: boolean): void {
    const { log, notices, say } = this.#parts;
    const text = renderPlan(plan);
    log.debug({ cause, steps: plan.steps.length }, 'reload');
    if (notices.isNew('plan', text) && text !== '') log.info({ cause, plan: text }, 'plan');
    if (isEdit && text !== '') say(text);
  }
}
