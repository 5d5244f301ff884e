/** `hive up`: brings the stack up and serves it. */
import { systemClock } from '../clock.ts';
import { loadDesired } from '../desired.ts';
import { GatewayError } from '../errors.ts';
import type { StateDir } from '../runtime/memory/state-dir.ts';
import { canAsk } from './connect/consent.ts';
import { type ControlClient, connectControl } from './stack/control-client.ts';
import { type ConfigOption, stackFile } from './stack/stack-file.ts';
import { openState } from './stack/state.ts';
import { type Typed, typedFor } from './stack/typing.ts';
import { stackWarnings, stateWarning } from './stack/warnings.ts';
import { paintedLines, print, printError } from './terminal/print.ts';
import type { BringFrom } from './up/bring-images.ts';
import { DetachedGateway, followDetached } from './up/detach.ts';
import { chooseEngine, type EngineChoice, explainMissing, presentEngine } from './up/engine-choice.ts';
import { gatewaySettings } from './up/gateway-settings.ts';
import { reportServed, serve } from './up/serve.ts';
import { showStartup } from './up/startup.ts';

export interface UpOptions extends ConfigOption {
  readonly detach?: boolean;
  readonly yes?: boolean;
  /** False with `--no-containers`. */
  readonly containers: boolean;
  /** False with `--no-watch`. */
  readonly watch: boolean;
  readonly pull?: boolean;
  readonly build?: boolean;
}

/**
 * Returns when the gateway has ended; with `--detach`, or if a gateway serves the stack already, when all
 * servers have started or failed.
 *
 * @returns the exit code
 * @throws ConfigError; GatewayError with the engine's code if containers are needed, there is no engine, and
 * no server can run without one
 */
export async function up(options: UpOptions): Promise<number> {
  const file = await fileToServe(options);
  const state = await openState(file);
  const typed = typedFor(options.config);
  const running = await connectControl(state.socket, typed);
  if (running) {
    await refreshRunning(running, options, file, state);
    return showRunning(running, options, typed);
  }

  const desired = await loadDesired({ file, state, clock: systemClock });
  printWarnings([stateWarning(state), stackWarnings(desired.stack)]);
  const { servers } = desired.stack;
  const needsEngine = servers.some((server) => server.type === 'container');
  const choice = await pickEngine(options, needsEngine);
  if ('missing' in choice && needsEngine) {
    if (servers.every((server) => server.type === 'container' && !server.native)) throw choice.missing;
    if (options.containers) explainMissing(choice.missing, typed);
  }
  if ('engine' in choice) await bringNewer(options, { desired, engine: choice.engine, state });
  if (options.detach) return followDetached(new DetachedGateway(file, state, options), reportServed, typed);
  try {
    return await serve(gatewaySettings(file, state, desired, choice, options), typed);
  } catch (error) {
    // Another `hive up` may have been a moment faster.
    const winner = isAlreadyRunning(error) ? await connectControl(state.socket, typed) : undefined;
    if (!winner) throw error;
    return showRunning(winner, options, typed);
  }
}

/** @throws GatewayError CONFIG_NOT_FOUND; at a terminal only after an offer to make one */
async function fileToServe(options: UpOptions): Promise<string> {
  try {
    return stackFile(options);
  } catch (error) {
    if (!(error instanceof GatewayError) || !canAsk()) throw error;
    return (await import('./init/offer.ts')).offerInit(error);
  }
}

/** Brings what `--pull` and `--build` ask for. Where that fails, the image that is there serves. */
async function bringNewer(
  { pull = false, build = false, yes = false }: UpOptions,
  from: Omit<BringFrom, 'yes'>,
): Promise<void> {
  if (!pull && !build) return;
  // Loaded only for this.
  const { bringImages } = await import('./up/bring-images.ts');
  await bringImages({ ...from, yes }, { pull, build });
}

/** Has the gateway that runs use images that have changed. */
async function refreshRunning(
  running: ControlClient,
  options: UpOptions,
  file: string,
  state: StateDir,
): Promise<void> {
  if (options.pull || options.build) {
    const desired = await loadDesired({ file, state, clock: systemClock });
    const choice = await presentEngine();
    if ('engine' in choice) await bringNewer(options, { desired, engine: choice.engine, state });
  }
  const plan = await running.refresh();
  if (plan !== '') print(paintedLines(plan));
}

function printWarnings(warnings: readonly (string | undefined)[]): void {
  for (const warning of warnings) if (warning) printError(warning);
}

const isAlreadyRunning = (error: unknown): boolean =>
  error instanceof GatewayError && error.code === 'ALREADY_RUNNING';

async function pickEngine(options: UpOptions, needsEngine: boolean): Promise<EngineChoice> {
  if (options.containers) return needsEngine ? chooseEngine(options.yes ?? false) : presentEngine();
  return {
    missing: new GatewayError('ENGINE_MISSING', 'containers are off (--no-containers)', {
      hint: 'npx hive down, then without --no-containers: npx hive up',
    }),
  };
}

async function showRunning(running: ControlClient, { watch }: UpOptions, typed: Typed): Promise<number> {
  const { watches = true } = await running.status();
  const edits = watches ? 'it picks up edits by itself' : 'it has read the file again';
  print(`a gateway serves this stack already; ${edits}`);
  if (watches && !watch) print(typed('  for --no-watch, end it first: npx hive down'));
  const started = await showStartup(running.events()).finally(() => running.close());
  if (started) {
    reportServed(started.status, typed);
    return 0;
  }
  printError(typed('that gateway ended before its servers had started: run npx hive up again'));
  return 1;
}
