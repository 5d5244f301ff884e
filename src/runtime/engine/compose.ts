import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { execa } from 'execa';
import { type Code, GatewayError } from '../../errors.ts';
import type { Values } from '../../model/references.ts';

const BUILD_TIMEOUT = 30 * 60_000;
const PULL_TIMEOUT = 15 * 60_000;
const CREATE_TIMEOUT = 2 * 60_000;
const TAIL_LINES = 30;

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
}

type OnLine = (line: string) => void;

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
  failure: ComposeFailure,
  onLine: OnLine,
  signal?: AbortSignal,
): Promise<void> {
  const files = settings.files.flatMap((file) => ['-f', file]);
  const env = { ...settings.values, ...settings.engineEnv };
  const child = execa(
    'docker',
    ['compose', '--progress', 'plain', '-p', settings.project, ...files, ...args],
    {
      env,
      extendEnv: false,
      stdin: 'ignore',
      all: true,
      buffer: false,
      reject: false,
      timeout,
      forceKillAfterDelay: 5_000,
      ...(signal ? { cancelSignal: signal } : {}),
    },
  );
  const [result, tail] = await Promise.all([child, readLines(child.all, onLine)]);
  if (!result.failed) return;
  const spoken = tail.join('\n') || (result.shortMessage ?? 'it said nothing');
  const why = result.timedOut ? `gave up after ${timeout / 60_000} minutes` : spoken;
  throw new GatewayError(failure.code, `${failure.message}:\n${indent(why)}`, { hint: failure.hint });
}

/** Builds one service's image; `onLine` gets what buildkit prints. @throws GatewayError BUILD_FAILED */
export function buildService(
  settings: ComposeSettings,
  service: string,
  dockerfile: string,
  onLine: OnLine,
  signal: AbortSignal,
): Promise<void> {
  const failure: ComposeFailure = {
    code: 'BUILD_FAILED',
    message: `${dockerfile} does not build`,
    hint: `mend ${dockerfile} and save it: Hive builds again by itself`,
  };
  return runCompose(settings, ['build', service], BUILD_TIMEOUT, failure, onLine, signal);
}

/** Pulls one service's image. @throws GatewayError IMAGE_NOT_FOUND */
export function pullService(
  settings: ComposeSettings,
  service: string,
  image: string,
  onLine: OnLine,
  signal: AbortSignal,
): Promise<void> {
  const failure: ComposeFailure = {
    code: 'IMAGE_NOT_FOUND',
    message: `image ${image} is not on this machine and cannot be pulled`,
    hint: 'check the spelling and tag of `image`, log in with `docker login`, or build it with `dockerfile:`',
  };
  return runCompose(settings, ['pull', service], PULL_TIMEOUT, failure, onLine, signal);
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
  return runCompose(settings, args, CREATE_TIMEOUT, failure, () => {});
}

/** Starts created containers by compose: the only way in which `environment` secrets reach them. */
export function startByCompose(settings: ComposeSettings, service: string): Promise<void> {
  const failure: ComposeFailure = {
    code: 'START_FAILED',
    message: `compose could not start ${service}`,
    hint: `docker compose -f ${settings.files[0]} up ${service}`,
  };
  return runCompose(settings, ['start', service], CREATE_TIMEOUT, failure, () => {});
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

function indent(text: string): string {
  return text
    .split('\n')
    .map((line) => `    ${line}`)
    .join('\n');
}
