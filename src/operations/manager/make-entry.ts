/** What a client asks for → the entry of a server, within what the file allows. */
import { GatewayError } from '../../errors.ts';
import { entryProblems } from '../../policy/entry-rules.ts';
import { hostPathProblem, hostPathsOf } from '../../policy/host-paths.ts';
import { clampLimits } from '../../policy/maxima.ts';
import { fillTemplate, SECRET_REFERENCE } from '../../templates/fill.ts';
import type { Template } from '../../templates/template.ts';
import { refuseSecrets } from './secrets-in.ts';
import type { ManagerSource } from './source.ts';
import type { VolumeWish, Wish } from './wish.ts';

type Entry = Record<string, unknown>;

export interface MadeEntry {
  readonly entry: Entry;
  /** Limits that were made smaller. */
  readonly clamped: readonly string[];
}

/** @throws GatewayError USAGE, SECRET_IN_ARGUMENT, NOT_ALLOWED */
export async function makeEntry(
  source: ManagerSource,
  serverName: string,
  template: Template,
  wish: Wish,
): Promise<MadeEntry> {
  refuseSecrets(wish, template);
  const parameters = structuredClone(wish.parameters ?? {});
  await source.check(`${template.name}@${template.version}`, template.parameters, parameters);
  const filled = withRealContext(source, fillTemplate(template, serverName, parameters));
  const build = template.dockerfile === undefined ? {} : { build: {} };
  const named = withWish(source, { type: 'container', ...build, ...filled }, wish);
  const problems = entryProblems(named);
  if (problems.length > 0) throw notAllowed(`${serverName} ${problems.join(', and ')}`);
  for (const path of hostPathsOf(named)) requireAllowed(source, path);
  const { limits, changes } = clampLimits({ ...limitsOf(named), ...wish.limits }, source.settings().max);
  const entry = { ...named, ...limits };
  return { entry: withDockerfile(source, entry, template), clamped: changes };
}

const limitsOf = ({ cpus, memory, pids }: Entry) => ({
  ...(typeof cpus === 'number' && { cpus }),
  ...(memory !== undefined && { memory: String(memory) }),
  ...(typeof pids === 'number' && { pids }),
});

function withWish(source: ManagerSource, entry: Entry, wish: Wish): Entry {
  const { env_vars = {}, volumes = [], network, ports } = wish;
  const env = Object.entries(env_vars).map(([name, value]) => [name, escaped(value)]);
  const mounts = volumes.map((it) => mountOf(source, it));
  const targets = new Set(volumes.map((it) => it.container_path));
  const before = Array.isArray(entry.volumes) ? entry.volumes.map(String) : [];
  const kept = before.filter((it) => !targets.has(it.split(':')[1] ?? ''));
  return {
    ...entry,
    ...(env.length > 0 && { env: { ...Object(entry.env), ...Object.fromEntries(env) } }),
    ...(kept.length + mounts.length > 0 && { volumes: [...kept, ...mounts] }),
    ...(network !== undefined && { network }),
    ...(ports && { ports: ports.map((it) => (it.startsWith('127.0.0.1:') ? it : `127.0.0.1:${it}`)) }),
  };
}

/** A variable of the gateway's environment is none of the client's: only secrets are read as references. */
const escaped = (value: string): string =>
  SECRET_REFERENCE.test(value) ? value : value.replaceAll('$', '$$$$');

/** The path as the engine will find it: what a link points to now, and not what it may point to later. */
function mountOf(source: ManagerSource, volume: VolumeWish): string {
  const { host_path, name, container_path, read_only } = volume;
  if ((host_path === undefined) === (name === undefined))
    throw new GatewayError('USAGE', `the volume of ${container_path} needs either host_path or name`);
  const from = name ?? realPath(source, host_path ?? '');
  return `${from}:${container_path}${read_only ? ':ro' : ''}`;
}

function withRealContext(source: ManagerSource, entry: Entry): Entry {
  const { context } = Object(entry.build) as { readonly context?: unknown };
  if (typeof context !== 'string') return entry;
  return { ...entry, build: { ...Object(entry.build), context: realPath(source, context) } };
}

function realPath({ paths }: ManagerSource, path: string): string {
  const real = path.startsWith('/') ? paths.real(path) : undefined;
  if (real !== undefined) return real;
  throw notAllowed(`${path} is no absolute path of something on this machine`);
}

function requireAllowed(source: ManagerSource, path: string): void {
  const problem = hostPathProblem(realPath(source, path), source.paths.rules());
  if (problem !== undefined) throw notAllowed(`${path} ${problem}`);
}

const notAllowed = (message: string): GatewayError =>
  new GatewayError('NOT_ALLOWED', message, {
    hint: 'use a named volume ({ name, container_path }), or ask for `hostPaths` in the entry of the file',
  });

function withDockerfile({ keepDockerfile }: ManagerSource, entry: Entry, template: Template): Entry {
  if (template.dockerfile === undefined) return entry;
  const dockerfile = keepDockerfile(template.name, template.dockerfile);
  const context = dockerfile.replace(/[\\/][^\\/]*$/, '');
  return { ...entry, build: { ...Object(entry.build), context, dockerfile } };
}
