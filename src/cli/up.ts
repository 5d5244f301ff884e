import { mkdirSync } from 'node:fs';
import { systemClock } from '../clock.ts';
import { readEnvironment } from '../config/environment.ts';
import { loadStack } from '../config/load.ts';
import { type GatewayError, GatewayError as HiveError } from '../errors.ts';
import { type Gateway, type GatewaySettings, startGateway } from '../gateway.ts';
import { createLog } from '../log.ts';
import type { GatewayControl } from '../model/ports.ts';
import type { GatewayStatus } from '../model/status.ts';
import { engineClient } from '../runtime/engine/connect-engine.ts';
import { openStateDir, type StateDir } from '../runtime/state-dir.ts';
import { makeBases } from './bases.ts';
import { type ControlClient, connectControl } from './control-client.ts';
import { followDetached, startDetached } from './detach.ts';
import { chooseEngine, type EngineChoice, explainMissing } from './engine-setup.ts';
import { type ConfigOption, stackFile } from './stack-file.ts';
import { renderServed, showStartup } from './startup-view.ts';

export interface UpOptions extends ConfigOption {
  readonly detach?: boolean;
  readonly yes?: boolean;
  /** `--no-containers` makes it false. */
  readonly containers: boolean;
}

/** @returns the exit code: 0 served, 3 when containers were wanted, there was no engine, and nothing else could be served */
export async function up(options: UpOptions): Promise<number> {
  const file = stackFile(options);
  const state = openStateDir(file);
  const running = await connectControl(state.socket);
  if (running) return showRunning(running);

  const stack = await loadStack(file, await readEnvironment(file, process.env));
  const wantsEngine = stack.servers.some((server) => server.type === 'container');
  const choice = await pickEngine(options, wantsEngine);
  if ('missing' in choice && wantsEngine && options.containers) explainMissing(choice.missing);
  const nothingElse = stack.servers.every((server) => server.type === 'container' && !server.native);
  if ('missing' in choice && wantsEngine && nothingElse) throw choice.missing;

  if (options.detach) {
    const child = await startDetached(file, state, options);
    return followDetached(child, state, report);
  }
  return serve({ ...settingsOf(file, state, choice, options.yes ?? false) });
}

async function pickEngine(options: UpOptions, wantsEngine: boolean): Promise<EngineChoice> {
  if (options.containers && wantsEngine) return chooseEngine(options.yes ?? false);
  return {
    missing: new HiveError(
      'ENGINE_MISSING',
      options.containers ? 'no container engine is in use' : 'containers are off (--no-containers)',
      { hint: 'run `npx hive up` again without --no-containers' },
    ),
  };
}

function settingsOf(file: string, state: StateDir, choice: EngineChoice, yes: boolean): GatewaySettings {
  mkdirSync(state.path, { recursive: true });
  const missing: Pick<GatewayError, 'message' | 'hint'> =
    'missing' in choice ? choice.missing : { message: '', hint: undefined };
  return {
    file,
    state,
    engine:
      'engine' in choice ? { docker: engineClient(choice.engine.url), env: choice.engine.env } : undefined,
    engineMissing: { reason: missing.message, hint: missing.hint ?? '' },
    ensureBases: async (references, onDetail) => {
      if (!('engine' in choice)) return;
      await makeBases(references, choice.engine, yes, ({ name, detail }) =>
        onDetail(`${name}: ${detail ?? ''}`),
      );
    },
    clock: systemClock,
    log: createLog(state.log),
    say: (text) => process.stderr.write(`${text}\n`),
  };
}

async function serve(settings: GatewaySettings): Promise<number> {
  const gateway = await startGateway(settings);
  endOnSignals(gateway);
  const status = await showStartup(statusesOf(gateway.control));
  if (status) report(status);
  process.stdout.write(
    '  to stop         Ctrl-C stops the servers and keeps their containers; npx hive down removes them\n',
  );
  await gateway.closed;
  return 0;
}

/** The first signal drains and stops in order, a second one ends at once; native children die with the process either way. */
function endOnSignals(gateway: Gateway): void {
  let asked = false;
  const onSignal = (signal: NodeJS.Signals): void => {
    if (asked) process.exit(signal === 'SIGINT' ? 130 : 143);
    asked = true;
    process.stderr.write('\nstopping (once more to stop at once)\n');
    void gateway.close();
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal).on('SIGHUP', onSignal);
}

async function* statusesOf(control: GatewayControl): AsyncIterable<GatewayStatus> {
  let wake = Promise.withResolvers<void>();
  const stop = control.onStatus(() => wake.resolve());
  try {
    for (;;) {
      wake = Promise.withResolvers<void>();
      const status = control.status();
      if (status.servers.length > 0) yield status;
      await wake.promise;
    }
  } finally {
    stop();
  }
}

async function showRunning(running: ControlClient): Promise<number> {
  process.stdout.write('a gateway serves this stack already; it picks up edits by itself\n');
  const status = await showStartup(running.events());
  if (status) report(status);
  await running.close();
  return 0;
}

function report(status: GatewayStatus): void {
  process.stdout.write(`${renderServed(status)}\n`);
}
