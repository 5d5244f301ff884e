import { basename, dirname, extname, resolve } from 'node:path';
import type { AuthSettings, DesiredGateway, OAuthSettings, Stack } from '../model/desired.ts';
import type { Values } from '../model/references.ts';
import { readBuilds } from './build/builds.ts';
import { checkStack } from './checks/checks.ts';
import { environmentFile } from './environment.ts';
import { type Input, parseStack } from './parse/parse.ts';
import { readStack } from './parse/read.ts';
import { resolveServer } from './resolve.ts';
import { configError, type Finding, type Problem, problemOf } from './source/diagnostics.ts';

/**
 * Reads a config file and everything it names: the frozen stack, or a ConfigError with all problems. `values` are what
 * `${VAR}` references may refer to (see readEnvironment); one that is unset fails its server only, not the load.
 */
export async function loadStack(file: string, values: Values): Promise<Stack> {
  const path = resolve(file);
  const watched = new Set([environmentFile(path)]);
  const problems: Problem[] = [];
  const report = (finding: Finding) => void problems.push(problemOf(finding));
  const raw = await readStack(path, watched, report);
  const input = raw.main.data === undefined ? { settings: {}, entries: [] } : parseStack(raw, values, report);
  const checked = { raw, input, values, report };
  await checkStack(checked);
  const builds = await readBuilds(checked);
  if (problems.length > 0) throw configError(path, problems, watched);
  const resolved = resolveSettings(path, input);
  const context = {
    composeFile: resolved.composeFile,
    defaults: input.settings.defaults ?? {},
    values,
    builds,
  };
  const servers = input.entries.map((entry) => resolveServer(entry, context));
  return deepFreeze({
    ...resolved,
    watched: [...watched].sort(),
    servers: servers.sort((a, b) => (a.serverName < b.serverName ? -1 : 1)),
  });
}

function resolveSettings(file: string, { settings }: Input): Omit<Stack, 'watched' | 'servers'> {
  const { auth } = settings;
  const { host = '127.0.0.1', port = 8001, discover = true, ...reach } = settings.gateway ?? {};
  return {
    name: settings.name ?? derivedName(file),
    file,
    composeFile: resolve(dirname(file), settings.composeFile ?? 'docker-compose.mcp.yml'),
    gateway: { host, port: Number(port), discover, ...reach } as DesiredGateway,
    ...(auth ? { auth: resolveAuth(auth) } : {}),
  };
}

function resolveAuth({ tokens = {}, oauth }: NonNullable<Input['settings']['auth']>): AuthSettings {
  const digests = Object.entries(tokens).map(([name, digest]) => [name, digest.slice('sha256:'.length)]);
  return {
    tokens: Object.fromEntries(digests),
    ...(oauth ? { oauth: { ...oauth, scopes: oauth.scopes ?? [] } as OAuthSettings } : {}),
  };
}

const GENERIC = new Set(['stack', 'stacks', 'default', 'hive', 'mcp', 'config', 'servers']);

/** The file's own name, or that of its folder when the file is called something that says nothing. */
function derivedName(file: string): string {
  const own = projectName(basename(file, extname(file)));
  const folder = projectName(basename(dirname(file)));
  const name = GENERIC.has(own) || own === '' ? folder : own;
  return name === '' || GENERIC.has(name) ? 'hive' : name;
}

/** The nearest name that Compose takes as that of a project. */
function projectName(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9_-]+/g, '-')
    .replace(/^[^a-z0-9]+|-+$/g, '')
    .slice(0, 63);
}

function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  for (const inner of Object.values(value)) deepFreeze(inner);
  return Object.freeze(value);
}
