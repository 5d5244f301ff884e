/** Runs a gateway in this process, shows how its servers are, and ends it on a signal. */
import { flushCompileCache } from 'node:module';
import { endProcess } from '../../end-process.ts';
import { GatewayError } from '../../errors.ts';
import { type Gateway, type GatewaySettings, startGateway } from '../../gateway.ts';
import type { GatewayStatus } from '../../model/status.ts';
import { counted, describeDiscovered } from '../stack/describe-server.ts';
import { keepLogs } from '../stack/kept-logs.ts';
import { type Typed, typedStatus } from '../stack/typing.ts';
import { lines, paint, print, printError } from '../terminal/print.ts';
import { portHolder } from './port-holder.ts';
import { isServed } from './reported.ts';
import { showChanges, showStartup } from './startup.ts';

/** One Ctrl-C under npm arrives twice: from the terminal, and passed on by npm. */
const SAME_KEY_MS = 300;

/** Time for the last output to leave, before the process is ended. */
const EXIT_GRACE_MS = 2_000;

/** @returns the exit code, when the gateway has ended @throws what startGateway throws */
export async function serve(settings: GatewaySettings, typed: Typed): Promise<number> {
  const { stack } = settings.desired;
  const gateway = await startGateway(settings).catch(async (error) => {
    throw namingHolder(error, stack.gateway.port);
  });
  endOnSignals(gateway);
  const endLogs = keepLogs(gateway.control, settings.state);
  const count = stack.servers.length;
  print(`listening at ${gateway.url}; starting ${counted(count, 'server')}`);
  const started = await showStartup(statusesOf(gateway, count, typed));
  // V8 still has all code that a start needs, and a later kill -9 would lose it.
  flushCompileCache();
  if (started) {
    reportServed(started.status, typed);
    const down = typed('npx hive down');
    print(`  to stop         Ctrl-C stops the servers and keeps their containers; ${down} removes them\n`);
    await showChanges(statusesOf(gateway, 0, typed), started.reported);
  }
  await gateway.closed;
  endLogs();
  // Whatever still keeps the process alive (a compose run, an engine that hangs) has been given up.
  setTimeout(() => endProcess(0), EXIT_GRACE_MS).unref();
  return 0;
}

/** Adds to PORT_TAKEN which process has the port, if the system tells and the error does not. */
function namingHolder(error: unknown, port: number): unknown {
  if (!(error instanceof GatewayError) || error.code !== 'PORT_TAKEN' || / by /.test(error.message))
    return error;
  const holder = portHolder(port);
  if (!holder) return error;
  const { message, place, hint } = error;
  return new GatewayError('PORT_TAKEN', `${message} by ${holder.command} (pid ${holder.pid})`, {
    place,
    hint: hint?.replace(/see who it is with: [^;]*;/, `end it: kill ${holder.pid};`),
    cause: error,
  });
}

/**
 * The first signal drains and stops in order, a second one ends the process. Native servers die with it
 * either way.
 */
function endOnSignals(gateway: Gateway): void {
  let firstAt: number | undefined;
  const onSignal = (signal: NodeJS.Signals): void => {
    if (firstAt !== undefined && Date.now() - firstAt < SAME_KEY_MS) return;
    if (firstAt !== undefined) {
      endProcess(signal === 'SIGINT' ? 130 : 143);
      return;
    }
    firstAt = Date.now();
    printError('\nstopping (press Ctrl-C again to stop immediately)');
    void gateway.close();
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal).on('SIGHUP', onSignal);
}

/** The status when it has at least `count` servers, and again at each change until the gateway has closed. */
async function* statusesOf(gateway: Gateway, count: number, typed: Typed): AsyncIterable<GatewayStatus> {
  const { control } = gateway;
  let changed = Promise.withResolvers<void>();
  let isClosed = false;
  const stop = control.onStatus(() => changed.resolve());
  void gateway.closed.then(() => {
    isClosed = true;
    changed.resolve();
  });
  try {
    while (!isClosed) {
      changed = Promise.withResolvers<void>();
      const status = control.status();
      if (status.servers.length >= count) yield typedStatus(status, typed);
      await changed.promise;
    }
  } finally {
    stop();
  }
}

const usesEngine = ({ engineName, servers }: GatewayStatus): boolean =>
  engineName !== undefined && servers.some(({ type }) => type === 'container' || type === 'discovered');

const UNWATCHED = '  edits           wait for npx hive restart or npx hive up (--no-watch)';

/** Prints what is served and where, after the start. */
export function reportServed(status: GatewayStatus, typed: Typed): void {
  const served = status.servers.filter(isServed);
  const tools = served.reduce((sum, server) => sum + server.counts.tools, 0);
  const base = status.url.replace(/\/mcp$/, '');
  const servers = `${served.length} of ${counted(status.servers.length, 'server')}`;
  const title = `Hive serves ${servers} (${counted(tools, 'tool')}) at ${status.url}`;
  const discovered = describeDiscovered(status.servers);
  print(
    lines([
      '',
      paint('bold', title),
      `  one server      ${status.url}/SERVER`,
      `  health          ${base}/health`,
      typed('  your clients    npx hive connect'),
      typed('  status, logs    npx hive ps, npx hive logs [SERVER]'),
      ...(status.watches === false ? [typed(UNWATCHED)] : []),
      ...(usesEngine(status) ? [`  engine          ${status.engineName}`] : []),
      ...(discovered === undefined ? [] : [`  discovered      ${discovered}`]),
    ]),
  );
}
