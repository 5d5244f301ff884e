/** Resolves the keys of a container entry. */
import { dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import { type Defined, defined } from '../../model/collections/defined.ts';
import { type Build, type ContainerServer, DEFAULT_LIMITS } from '../../model/desired.ts';
import { parseVolume } from '../parse/endpoints.ts';
import type { Entry, EntryOf } from '../parse/parse.ts';
import { durationMs } from '../parse/units.ts';
import type { ContainerInput } from '../schema/container.ts';
import {
  commandWords,
  DEFAULT_STOP_GRACE,
  type KindKeys,
  nativeCommand,
  secretSource,
  texts,
  toAbsolute,
} from './keys.ts';
import type { StackDefaults } from './view.ts';

/** Facts beside the entry that a container depends on. */
export interface ContainerContext {
  readonly composeFile: string;
  readonly defaults: StackDefaults;
  /** By server name. */
  readonly builds: ReadonlyMap<string, Build>;
}

/** Input with the stack's defaults for containers below the entry's own keys. */
type SharedInput = Defined<ContainerInput>;

export function resolveContainer(
  entry: EntryOf<'container'>,
  context: ContainerContext,
): KindKeys<ContainerServer> {
  const { input } = entry;
  const shared: SharedInput = defined({ ...context.defaults.container, ...defined(input) });
  return {
    type: 'container',
    transport: input.transport ?? 'stdio',
    path: input.path ?? '/mcp',
    env: texts(input.env),
    envFile: toAbsolute(entry, input.envFile),
    secrets: secretSources(entry),
    volumes: (input.volumes ?? []).map((volume) => volumeFor(context.composeFile, entry, volume)),
    ports: (input.ports ?? []).map(String),
    network: shared.network ?? 'isolated',
    readOnly: shared.readOnly ?? false,
    tmpfs: [shared.tmpfs ?? []].flat(),
    ...limits(shared),
    capAdd: capabilities(shared.capAdd ?? []),
    restart: shared.restart ?? 'no',
    stopGrace: durationMs(shared.stopGrace ?? DEFAULT_STOP_GRACE),
    link: input.link ?? 'auto',
    compose: input.compose ?? {},
    ...optional(entry, context, shared),
  };
}

function limits(shared: SharedInput) {
  const { cpus, memory, pids } = { ...DEFAULT_LIMITS, ...defined(shared) };
  return { cpus, memory: String(memory).toLowerCase(), pids };
}

/** Upper case, without the prefix `CAP_`, sorted, each once. */
function capabilities(names: readonly string[]): string[] {
  return [...new Set(names.map((name) => name.toUpperCase().replace(/^CAP_/, '')))].sort();
}

type Optional =
  | 'image'
  | 'build'
  | 'entrypoint'
  | 'command'
  | 'port'
  | 'workdir'
  | 'user'
  | 'runtime'
  | 'platform'
  | 'pull'
  | 'healthcheck'
  | 'native';

/** Keys that are absent unless the config sets them. */
function optional(
  { input, serverName }: EntryOf<'container'>,
  { builds }: ContainerContext,
  shared: SharedInput,
): Pick<ContainerServer, Optional> {
  return defined({
    // Hive names what it builds: an image beside raw build keys is no name to overwrite.
    image: builds.has(serverName) ? undefined : input.image,
    build: builds.get(serverName),
    entrypoint: commandWords(input.entrypoint),
    command: commandWords(input.command, input.args),
    port: input.port,
    workdir: input.workdir,
    user: shared.user === undefined ? undefined : String(shared.user),
    runtime: shared.runtime,
    platform: shared.platform,
    pull: builds.has(serverName) ? undefined : shared.pull,
    healthcheck: input.healthcheck && healthcheck(input.healthcheck),
    native: input.native && nativeCommand(input.native),
  });
}

/** In the form of Compose, since it is passed on unchanged. */
function healthcheck(input: NonNullable<ContainerInput['healthcheck']>): Record<string, unknown> {
  const time = (value: string | number | undefined) =>
    value === undefined ? undefined : `${durationMs(value)}ms`;
  return defined({
    test: Array.isArray(input.test) ? input.test.map(String) : input.test,
    interval: time(input.interval),
    timeout: time(input.timeout),
    retries: input.retries,
    start_period: time(input.startPeriod),
    start_interval: time(input.startInterval),
    disable: input.disable,
  });
}

function secretSources({ input, source }: EntryOf<'container'>): ContainerServer['secrets'] {
  const folder = source.folder;
  const secrets = Object.entries(input.secrets ?? {});
  return Object.fromEntries(secrets.map(([name, secret]) => [name, secretSource(folder, secret)]));
}

/**
 * A folder relative to its config file becomes relative to the Compose file; any other volume stays as
 * written.
 */
function volumeFor(composeFile: string, entry: Entry, volume: string): string {
  const mount = parseVolume(volume);
  if (mount?.kind !== 'path' || isAbsolute(mount.source)) return volume;
  const path = relative(dirname(composeFile), resolve(entry.source.folder, mount.source));
  const local = path.split(sep).join('/');
  return `${local.startsWith('..') ? local : `./${local}`}:${mount.rest}`;
}
