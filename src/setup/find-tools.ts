import { accessSync, constants, existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { query } from './command.ts';

/** What is missing beside an engine: the docker command, or one of its plugins; `found` is a version that is too old. */
export interface ToolGap {
  readonly part: 'cli' | 'compose' | 'buildx';
  readonly found?: string;
}

export interface ToolVersions {
  readonly compose?: string;
  readonly buildx?: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Where the docker command looks for plugins (docker/cli, cli-plugins/manager). */
export function pluginFolders(env: Environment): readonly string[] {
  return [
    join(env.DOCKER_CONFIG ?? join(env.HOME ?? homedir(), '.docker'), 'cli-plugins'),
    '/usr/local/lib/docker/cli-plugins',
    '/usr/local/libexec/docker/cli-plugins',
    '/usr/lib/docker/cli-plugins',
    '/usr/libexec/docker/cli-plugins',
  ];
}

/**
 * Plugins are there when their files are: Compose 1 was never one. To run them takes longer than to start a container, so only
 * those are asked for their versions that are not where plugins are: an owner's own folder, or a command that only looks like docker.
 */
export async function toolGaps(env: Environment, plugins: readonly string[]): Promise<ToolGap[]> {
  if (!findProgram('docker', env)) return [{ part: 'cli' }, { part: 'compose' }, { part: 'buildx' }];
  const isThere = (name: string): boolean => plugins.some((folder) => isExecutable(join(folder, name)));
  if (isThere('docker-compose') && isThere('docker-buildx')) return [];
  const { compose, buildx } = await toolVersions(env);
  return [
    ...(isAtLeast2(compose) ? [] : [{ part: 'compose' as const, ...(compose && { found: compose }) }]),
    ...(buildx ? [] : [{ part: 'buildx' as const }]),
  ];
}

/** The file of a plugin, which can be run without the docker command before it. */
export function findPlugin(name: string, env: Environment = process.env): string | undefined {
  return pluginFolders(env)
    .map((folder) => join(folder, name))
    .find(isExecutable);
}

/** Asks them: takes a tenth of a second. */
export async function toolVersions(env: Environment): Promise<ToolVersions> {
  const docker = findProgram('docker', env);
  if (!docker) return {};
  const [compose, buildx] = await Promise.all(
    ['compose', 'buildx'].map(async (plugin) => {
      const { ok, stdout } = await query([docker, plugin, 'version']);
      return parseVersion(ok ? stdout : '');
    }),
  );
  return { ...(compose && { compose }), ...(buildx && { buildx }) };
}

/** `2.26.1` out of `Docker Compose version v2.26.1-4` or `github.com/docker/buildx 0.13.1+ds1`. */
export function parseVersion(text: string): string | undefined {
  return /\bv?(\d+\.\d+(?:\.\d+)?)/.exec(text)?.[1];
}

function isAtLeast2(version: string | undefined): boolean {
  return version !== undefined && Number.parseInt(version, 10) >= 2;
}

/** The full path of a program on PATH. */
export function findProgram(name: string, env: Environment): string | undefined {
  for (const folder of (env.PATH ?? '').split(delimiter)) {
    const path = join(folder, name);
    if (folder && existsSync(path)) return path;
  }
  return undefined;
}

/** Follows links: what is left of a Docker Desktop that was removed points nowhere. */
function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
