import { mkdirSync, renameSync, statSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import { systemClock } from '../clock.ts';
import { type Desired, loadDesired } from '../desired.ts';
import { GatewayError } from '../errors.ts';
import { type Gateway, type GatewaySettings, startGateway } from '../gateway.ts';
import { createLog } from '../log.ts';
import { ENGINE_CODES, type EngineTrouble } from '../model/observed.ts';
import type { GatewayStatus } from '../model/status.ts';
import { openStateDir, type StateDir } from '../runtime/memory/state-dir.ts';
import { type ControlClient, connectControl } from './stack/control-client.ts';
import { type ConfigOption, stackFile } from './stack/stack-file.ts';
import { writeRecord } from './stack/stack-record.ts';
import { makeBases } from './up/bases.ts';
import { followDetached, startDetached } from './up/detach.ts';
import { chooseEngine, type EngineChoice, engineAtHand, explainMissing } from './up/engine-setup.ts';
import { portHolder } from './up/port-holder.ts';
import { counted } from './up/server-lines.ts';
import { renderServed, showChanges, showStartup } from './up/startup-view.ts';

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

  const desired = await loadDesired({ file, state, clock: systemClock });
  const { stack } = desired;
  const wantsEngine = stack.servers.some((server) => server.type === 'container');
  const choice = await pickEngine(options, wantsEngine);
  const nothingElse = stack.servers.every((server) => server.type === 'container' && !server.native);
  if ('missing' in choice && wantsEngine && nothingElse) throw choice.missing;
  if ('missing' in choice && wantsEngine && options.containers) explainMissing(choice.missing);

  if (options.detach) {
    const child = await startDetached(file, state, options);
    return followDetached(child, state, report);
  }
  writeRecord(state, { name: stack.name, hadEngine: 'engine' in choice });
  try {
    return await serve(settingsOf(file, state, desired, choice, options.yes ?? false));
  } catch (error) {
    // Another `hive up` may have been a moment faster.
    const winner = isAlreadyRunning(error) ? await connectControl(state.socket) : undefined;
    if (!winner) throw error;
    return showRunning(winner);
  }
}

const isAlreadyRunning = (error: unknown): boolean =>
  error instanceof GatewayError && error.code === 'ALREADY_RUNNING';

async function pickEngine(options: UpOptions, wantsEngine: boolean): Promise<EngineChoice> {
  if (options.containers) return wantsEngine ? chooseEngine(options.yes ?? false) : engineAtHand();
  return {
    missing: new GatewayError('ENGINE_MISSING', 'containers are off (--no-containers)', {
      hint: 'run `npx hive up` again without --no-containers',
    }),
  };
}

function settingsOf(
  file: string,
  state: StateDir,
  desired: Desired,
  choice: EngineChoice,
  yes: boolean,
): GatewaySettings {
  mkdirSync(state.path, { recursive: true });
  return {
    file,
    state,
    desired,
    engine: 'engine' in choice ? choice.engine : undefined,
    engineMissing: troubleOf(choice),
    ensureBases: async (references, onDetail) => {
      if (!('engine' in choice)) return;
      await makeBases(references, choice.engine, yes, ({ name, detail }) =>
        onDetail(`${name}: ${detail ?? ''}`),
      );
    },
    clock: systemClock,
    log: createLog(turnedOver(state.log)),
    say: (text) => process.stderr.write(`${text}\n`),
  };
}

/** Bytes of log from which on the next gateway begins another file and keeps this one as `.1`. */
const MAX_LOG = 8 * 1024 * 1024;

function turnedOver(log: string): string {
  const { size = 0 } = statSync(log, { throwIfNoEntry: false }) ?? {};
  if (size > MAX_LOG) renameSync(log, `${log}.1`);
  return log;
}

function troubleOf(choice: EngineChoice): EngineTrouble {
  if (!('missing' in choice)) return { code: 'ENGINE_MISSING', reason: '', hint: '' };
  const { code, message, hint = '' } = choice.missing;
  return { code: ENGINE_CODES.find((it) => it === code) ?? 'ENGINE_MISSING', reason: message, hint };
}

async function serve(settings: GatewaySettings): Promise<number> {
  const { stack } = settings.desired;
  const gateway = await startGateway(settings).catch(async (error) => {
    throw await namingHolder(error, stack.gateway.port);
  });
  endOnSignals(gateway);
  const count = stack.servers.length;
  process.stdout.write(`listening at ${gateway.url}; starting ${counted(count, 'server')}\n`);
  const started = await showStartup(statusesOf(gateway, count));
  // Now, while V8 still has all that a start needs, and also for those who will end us by kill -9.
  flushCompileCache();
  if (started) {
    report(started.status);
    process.stdout.write(
      '  to stop         Ctrl-C stops the servers and keeps their containers; npx hive down removes them\n\n',
    );
    await showChanges(statusesOf(gateway, 0), started.said);
  }
  await gateway.closed;
  // Whatever still holds us (a compose run, an engine that hangs) was given up.
  setTimeout(() => process.exit(), LAST_WORDS_MS).unref();
  return 0;
}

const LAST_WORDS_MS = 2_000;

/** PORT_TAKEN says by whom, where the system tells. */
async function namingHolder(error: unknown, port: number): Promise<unknown> {
  const isNamed =
    !(error instanceof GatewayError) || error.code !== 'PORT_TAKEN' || / by /.test(error.message);
  const holder = isNamed ? undefined : portHolder(port);
  if (!holder) return error;
  const { message, place, hint } = error as GatewayError;
  return new GatewayError('PORT_TAKEN', `${message} by ${holder.command} (pid ${holder.pid})`, {
    place,
    hint: hint?.replace(/see who it is with: [^;]*;/, `end it: kill ${holder.pid};`),
    cause: error,
  });
}

/** One Ctrl-C under npm comes twice: from the terminal, and passed on by npm. */
const SAME_KEY_MS = 300;

/** The first signal drains and stops in order, a second one ends at once; native children die with the process either way. */
function endOnSignals(gateway: Gateway): void {
  let askedAt: number | undefined;
  const onSignal = (signal: NodeJS.Signals): void => {
    if (askedAt !== undefined && Date.now() - askedAt < SAME_KEY_MS) return;
    if (askedAt !== undefined) process.exit(signal === 'SIGINT' ? 130 : 143);
    askedAt = Date.now();
    process.stderr.write('\nstopping (once more to stop at once)\n');
    void gateway.close();
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal).on('SIGHUP', onSignal);
}

/** The status now, if it has that many servers already, and again at each change until the gateway has closed. */
async function* statusesOf(gateway: Gateway, servers: number): AsyncIterable<GatewayStatus> {
  const { control } = gateway;
  let wake = Promise.withResolvers<void>();
  let closed = false;
  const stop = control.onStatus(() => wake.resolve());
  void gateway.closed.then(() => {
    closed = true;
    wake.resolve();
  });
  try {
    while (!closed) {
      wake = Promise.withResolvers<void>();
      const status = control.status();
      if (status.servers.length >= servers) yield status;
      await wake.promise;
    }
  } finally {
    stop();
  }
}

async function showRunning(running: ControlClient): Promise<number> {
  process.stdout.write('a gateway serves this stack already; it picks up edits by itself\n');
  const started = await showStartup(running.events());
  if (started) report(started.status);
  await running.close();
  return 0;
}

function report(status: GatewayStatus): void {
  process.stdout.write(`${renderServed(status)}\n`);
}
