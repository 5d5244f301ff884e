import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { execa } from 'execa';
import { type Code, GatewayError } from '../../errors.ts';
import type { Place } from '../../model/desired.ts';
import type { Values } from '../../model/references.ts';
import { findPlugin } from '../../setup/find-tools.ts';
import { explainBuild } from './build-failure.ts';
import { explainPull } from './pull-failure.ts';

const BUILD_TIMEOUT = 30 * 60_000;
const PULL_TIMEOUT = 15 * 60_000;
const CREATE_TIMEOUT = 2 * 60_000;
/** Kept for the error: enough to hold all that buildkit repeats of a failed step. */
const TAIL_LINES = 100;
const SHOWN_LINES = 20;

export interface ComposeSettings {
  readonly project: string;
  /** The compiled file, and Hive's run-time override when there is one. */
  readonly files: readonly string[];
  /** What compose resolves `${VAR}` with; reaches it as environment, never as arguments. */
  readonly values: Values;
  /** What leads docker to the engine in use: `DOCKER_HOST` and the like. */
  readonly engineEnv: Readonly<Record<string, string>>;
}

export interface ComposeFailure {
  readonly code: Code;
  readonly message: string;
  readonly hint: string;
  readonly place?: Place;
}

/** The failure for a run that printed these lines last. */
type Explain = (tail: readonly string[]) => ComposeFailure;

type OnLine = (line: string) => void;

type Command = readonly [string, ...string[]];

/** The docker command before it takes longer than to create a container. Builds and pulls have time, and its plugins. */
const quickCompose = (): Command => {
  const plugin = findPlugin('docker-compose');
  return plugin ? [plugin] : ['docker', 'compose'];
};

/**
 * Runs one `docker compose` command. execa instead of the `docker-compose` package, which can neither time a command out
 * nor cancel it nor end it with us.
 *
 * @throws GatewayError with the last lines that compose printed
 */
async function runCompose(
  settings: ComposeSettings,
  args: readonly string[],
  timeout: number,
  explain: Explain,
  onLine: OnLine,
  signal?: AbortSignal,
  command: Command = ['docker', 'compose'],
): Promise<void> {
  const files = settings.files.flatMap((file) => ['-f', file]);
  const env = { ...settings.values, ...settings.engineEnv };
  const [program, ...first] = command;
  const child = execa(program, [...first, '--progress', 'plain', '-p', settings.project, ...files, ...args], {
    env,
    extendEnv: false,
    stdin: 'ignore',
    all: true,
    buffer: false,
    reject: false,
    timeout,
    forceKillAfterDelay: 5_000,
    ...(signal ? { cancelSignal: signal } : {}),
  });
  const [result, tail] = await Promise.all([child, readLines(child.all, onLine)]);
  if (!result.failed) return;
  const said = tail.length > 0 ? tail : [result.shortMessage ?? 'it said nothing'];
  const { code, message, hint, place } = explain(
    result.timedOut ? [`gave up after ${timeout / 60_000} minutes`] : said,
  );
  throw new GatewayError(code, message, { hint, place });
}

/** For commands whose output speaks for itself. */
function quoting({ message, ...rest }: ComposeFailure): Explain {
  return (tail) => ({ ...rest, message: `${message}:\n${tail.slice(-SHOWN_LINES).join('\n')}` });
}

/** What is built from: `shown` is the path as the user would type it. */
export interface Dockerfile {
  readonly path: string;
  readonly shown: string;
  readonly text: string;
}

/** Builds one service's image; `onLine` gets what buildkit prints. @throws GatewayError BUILD_FAILED */
export function buildService(
  settings: ComposeSettings,
  service: string,
  { path, shown, text }: Dockerfile,
  onLine: OnLine,
  signal: AbortSignal,
): Promise<void> {
  const explain: Explain = (tail) => {
    const { message, place } = explainBuild(tail, path, text);
    return {
      code: 'BUILD_FAILED',
      message: `${shown} does not build: ${message}`,
      place,
      hint: `mend ${shown} and save it: Hive builds again by itself`,
    };
  };
  return runCompose(settings, ['build', service], BUILD_TIMEOUT, explain, onLine, signal);
}

/** Pulls one service's image. @throws GatewayError IMAGE_NOT_FOUND */
export function pullService(
  settings: ComposeSettings,
  service: string,
  image: string,
  onLine: OnLine,
  signal: AbortSignal,
): Promise<void> {
  const explain: Explain = (tail) => explainPull(tail, image);
  return runCompose(settings, ['pull', service], PULL_TIMEOUT, explain, onLine, signal);
}

/**
 * Creates containers without starting them: `counts` says how many each service has to have then. Containers that exist
 * are never touched, so a new version can come up beside the old one.
 *
 * @throws GatewayError CREATE_FAILED
 */
export function createContainers(
  settings: ComposeSettings,
  counts: ReadonlyMap<string, number>,
): Promise<void> {
  const services = [...counts.keys()];
  const scales = [...counts].flatMap(([service, count]) => ['--scale', `${service}=${count}`]);
  const failure: ComposeFailure = {
    code: 'CREATE_FAILED',
    message: `compose could not create ${services.join(', ')}`,
    hint: `try it by hand: docker compose -f ${settings.files[0]} up --no-start ${services.join(' ')}`,
  };
  const args = ['up', '--no-start', '--no-build', '--no-recreate', '--no-deps', ...scales, ...services];
  return runCompose(settings, args, CREATE_TIMEOUT, quoting(failure), () => {}, undefined, quickCompose());
}

/** Starts created containers by compose: the only way in which `environment` secrets reach them. */
export function startByCompose(settings: ComposeSettings, service: string): Promise<void> {
  const failure: ComposeFailure = {
    code: 'START_FAILED',
    message: `compose could not start ${service}`,
    hint: `docker compose -f ${settings.files[0]} up ${service}`,
  };
  return runCompose(settings, ['start', service], CREATE_TIMEOUT, quoting(failure), () => {});
}

/** Hands on each line and returns the last ones. */
async function readLines(output: Readable | undefined, onLine: OnLine): Promise<string[]> {
  const tail: string[] = [];
  if (!output) return tail;
  for await (const line of createInterface({ input: output })) {
    tail.push(line);
    if (tail.length > TAIL_LINES) tail.shift();
    onLine(line);
  }
  return tail;
}
