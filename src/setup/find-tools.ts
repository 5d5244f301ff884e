/** Finds the docker command and its plugins. */
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { query } from './command.ts';
import { dockerFolder } from './docker-folder.ts';

/** A tool that is missing beside the engine; `found` is a version that is too old. */
export interface ToolGap {
  readonly part: 'cli' | 'compose' | 'buildx';
  readonly found?: string;
}

export type Plugin = 'compose' | 'buildx';

/** Variables of the environment. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Folders in which the docker command looks for plugins (docker/cli, cli-plugins/manager). */
export function pluginFolders(env: Environment): readonly string[] {
  return [
    join(dockerFolder(env), 'cli-plugins'),
    '/usr/local/lib/docker/cli-plugins',
    '/usr/local/libexec/docker/cli-plugins',
    '/usr/lib/docker/cli-plugins',
    '/usr/libexec/docker/cli-plugins',
  ];
}

/**
 * Tools that are missing. A plugin in a plugin folder counts as present: Compose 1 was never a plugin, and
 * running a plugin takes longer than starting a container. Plugins elsewhere (an owner's own folder, or a
 * command that only looks like docker) are run to learn their versions.
 */
export async function toolGaps(env: Environment, folders: readonly string[]): Promise<ToolGap[]> {
  if (!findProgram('docker', env)) return [{ part: 'cli' }, { part: 'compose' }, { part: 'buildx' }];
  const isThere = (name: string): boolean => folders.some((folder) => isExecutable(join(folder, name)));
  if (isThere('docker-compose') && isThere('docker-buildx')) return [];
  const [compose, buildx] = await Promise.all([pluginVersion('compose', env), pluginVersion('buildx', env)]);
  return [
    ...(isAtLeast2(compose) ? [] : [{ part: 'compose' as const, ...(compose && { found: compose }) }]),
    ...(buildx ? [] : [{ part: 'buildx' as const }]),
  ];
}

/** Path of a plugin, which runs without the docker command too; undefined if it is in no plugin folder. */
export function findPlugin(name: string, env: Environment): string | undefined {
  return pluginFolders(env)
    .map((folder) => join(folder, name))
    .find(isExecutable);
}

/** Versions need no engine, and variables that name none would make the docker command fail. */
const NO_ENGINE = {
  DOCKER_HOST: 'unix:///var/run/docker.sock',
  DOCKER_CONTEXT: '',
  DOCKER_TLS: '',
  DOCKER_TLS_VERIFY: '',
};

/** Runs the plugin, which takes a tenth of a second. @returns `2.26.1`, or undefined if it cannot be run */
export async function pluginVersion(plugin: Plugin, env: Environment): Promise<string | undefined> {
  const docker = findProgram('docker', env);
  if (!docker) return undefined;
  const { ok, stdout } = await query([docker, plugin, 'version'], NO_ENGINE);
  return ok ? parseVersion(stdout) : undefined;
}

/** `2.26.1` out of `Docker Compose version v2.26.1-4` or `github.com/docker/buildx 0.13.1+ds1`. */
export function parseVersion(text: string): string | undefined {
  return /\bv?(\d+\.\d+(?:\.\d+)?)/.exec(text)?.[1];
}

function isAtLeast2(version: string | undefined): boolean {
  return version !== undefined && Number.parseInt(version, 10) >= 2;
}

/** Full path of a program on PATH. */
export function findProgram(name: string, env: Environment): string | undefined {
  for (const folder of (env.PATH ?? '').split(delimiter)) {
    const path = join(folder, name);
    if (folder && existsSync(path)) return path;
  }
  return undefined;
}

/** Follows links: Docker Desktop leaves dangling ones behind when it is removed. */
function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
