/** Checked input to the frozen stack: defaults filled in, every spelling made one, paths absolute, durations in ms. */
import { dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import {
  type Build,
  type ContainerServer,
  DEFAULT_MAX_IN_FLIGHT,
  DEFAULT_TIMEOUTS,
  type NativeCommand,
  type NativeServer,
  type OAuthClientSettings,
  type RemoteServer,
  type SecretSource,
  type Server,
  type ServerView,
  type Timeouts,
  type UnsetVariable,
} from '../model/desired.ts';
import { unsetIn, type Values } from '../model/references.ts';
import { splitCommand } from './parse/command.ts';
import { parseVolume } from './parse/endpoints.ts';
import { type Entry, prefixOf } from './parse/parse.ts';
import { durationMs } from './parse/units.ts';
import type { ContainerInput } from './schema/container.ts';
import type { RemoteInput } from './schema/remote.ts';
import type { SettingsInput } from './schema/stack.ts';
import type { ViewInput } from './schema/view.ts';
import { locate } from './source/source.ts';
import { textsIn } from './source/texts.ts';

const DEFAULTS = {
  network: 'isolated',
  cpus: 1,
  memory: '512m',
  pids: 256,
  path: '/mcp',
  restart: 'no',
  stopGrace: '10s',
} as const;

export interface Context {
  readonly composeFile: string;
  readonly defaults: NonNullable<SettingsInput['defaults']>;
  readonly values: Values;
  readonly builds: ReadonlyMap<string, Build>;
}

export function resolveServer(entry: Entry, context: Context): Server {
  const base = {
    serverName: entry.serverName,
    view: resolveView(entry, context),
    place: { path: entry.source.path, line: locate(entry.source, entry.keyPath, 'key').line },
    unset: unsetVariables(entry, context.values),
  };
  if (entry.kind === 'remote')
    return {
      ...base,
      type: 'remote',
      url: entry.input.url,
      headers: texts(entry.input.headers),
      ...(entry.input.oauth ? { oauth: oauthClient(entry, entry.input.oauth) } : {}),
    } satisfies RemoteServer;
  if (entry.kind === 'native') return { ...base, ...resolveNative(entry) };
  if (entry.kind === 'builtin') return { ...base, type: 'builtin', use: entry.input.use };
  return { ...base, ...resolveContainer(entry, context) };
}

type Own<T> = Omit<T, 'serverName' | 'view' | 'place' | 'unset'>;

function resolveView(entry: Entry, { defaults }: Context): ServerView {
  const input: ViewInput = entry.input;
  const { tools = {}, timeouts } = input;
  const set = (key: keyof Timeouts) => timeouts?.[key] ?? defaults.timeouts?.[key];
  const time = (key: keyof Timeouts) => {
    const value = set(key);
    return value === undefined ? DEFAULT_TIMEOUTS[key] : durationMs(value);
  };
  // An entry that allows a call two hours without progress allows it two hours in all.
  const callMax = set('callMax') === undefined ? Math.max(time('callMax'), time('call')) : time('callMax');
  return {
    prefix: prefixOf(entry),
    tools: defined({ allow: tools.allow, deny: tools.deny, rename: tools.rename ?? {} }),
    timeouts: {
      start: time('start'),
      call: time('call'),
      callMax,
      drain: time('drain'),
      health: time('health'),
      idle: time('idle'),
    },
    maxInFlight: input.maxInFlight ?? DEFAULT_MAX_IN_FLIGHT,
    isolation: input.isolation ?? 'shared',
    start: input.start ?? 'eager',
  };
}

function resolveNative(entry: Entry & { kind: 'native' }): Own<NativeServer> {
  const { input } = entry;
  return {
    type: 'native',
    ...nativeCommand(input),
    envFile: absolute(entry, input.envFile),
    workdir: resolve(dirname(entry.source.path), input.workdir ?? '.'),
    stopGrace: durationMs(input.stopGrace ?? DEFAULTS.stopGrace),
  };
}

type CommandInput = Pick<ContainerInput, 'command' | 'args' | 'env'>;

function nativeCommand(input: CommandInput): NativeCommand {
  const [command = '', ...args] = commandWords(input.command, input.args) ?? [];
  return { command, args, env: texts(input.env) };
}

/** All words of a command, whichever way it was written; undefined when it was not. */
function commandWords(
  command: ContainerInput['command'],
  args?: ContainerInput['args'],
): string[] | undefined {
  if (command === undefined) return undefined;
  if (Array.isArray(command)) return command.map(String);
  if (args !== undefined) return [command, ...args.map(String)];
  const split = splitCommand(command);
  return 'words' in split ? [...split.words] : [];
}

function resolveContainer(entry: Entry & { kind: 'container' }, context: Context): Own<ContainerServer> {
  const { input } = entry;
  const shared = { ...context.defaults.container, ...defined(input) };
  return {
    type: 'container',
    transport: input.transport ?? 'stdio',
    path: input.path ?? DEFAULTS.path,
    env: texts(input.env),
    envFile: absolute(entry, input.envFile),
    secrets: secretSources(entry),
    volumes: (input.volumes ?? []).map((volume) => volumeFor(context.composeFile, entry, volume)),
    ports: (input.ports ?? []).map(String),
    network: shared.network ?? DEFAULTS.network,
    readOnly: shared.readOnly ?? false,
    tmpfs: [shared.tmpfs ?? []].flat(),
    cpus: shared.cpus ?? DEFAULTS.cpus,
    memory: String(shared.memory ?? DEFAULTS.memory).toLowerCase(),
    pids: shared.pids ?? DEFAULTS.pids,
    capAdd: [...new Set((shared.capAdd ?? []).map((name) => name.toUpperCase().replace(/^CAP_/, '')))].sort(),
    restart: shared.restart ?? DEFAULTS.restart,
    stopGrace: durationMs(shared.stopGrace ?? DEFAULTS.stopGrace),
    link: input.link ?? 'auto',
    compose: input.compose ?? {},
    ...optional(entry, context, shared),
  };
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
  | 'platform';

/** Keys that are absent when nobody set them. */
function optional(
  { input, serverName }: Entry & { kind: 'container' },
  { builds }: Context,
  shared: ContainerInput,
): Pick<ContainerServer, Optional | 'pull' | 'healthcheck' | 'native'> {
  return defined({
    image: input.image,
    build: builds.get(serverName),
    entrypoint: commandWords(input.entrypoint),
    command: commandWords(input.command, input.args),
    port: input.port,
    workdir: input.workdir,
    user: shared.user === undefined ? undefined : String(shared.user),
    runtime: shared.runtime,
    platform: shared.platform,
    pull: input.dockerfile === undefined ? shared.pull : undefined,
    healthcheck: input.healthcheck && healthcheck(input.healthcheck),
    native: input.native && nativeCommand(input.native),
  });
}

/** In Compose's own words, as the type is passed on as it is. */
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

function secretSources(entry: Entry & { kind: 'container' }): ContainerServer['secrets'] {
  const folder = dirname(entry.source.path);
  const pairs = Object.entries(entry.input.secrets ?? {}).map(([name, secret]) => [
    name,
    secretSource(folder, secret),
  ]);
  return Object.fromEntries(pairs);
}

function secretSource(folder: string, source: SecretSource): SecretSource {
  return 'file' in source ? { file: resolve(folder, source.file) } : source;
}

function oauthClient(entry: Entry, input: NonNullable<RemoteInput['oauth']>): OAuthClientSettings {
  const folder = dirname(entry.source.path);
  return defined({
    ...input,
    privateKey: input.privateKey && secretSource(folder, input.privateKey),
    assertion: input.assertion && secretSource(folder, input.assertion),
    idp: input.idp && defined(input.idp),
  });
}

/** A folder written relative to its config file becomes one relative to the Compose file; anything else stays as written. */
function volumeFor(composeFile: string, entry: Entry, volume: string): string {
  const mount = parseVolume(volume);
  if (mount?.kind !== 'path' || isAbsolute(mount.source)) return volume;
  const path = relative(dirname(composeFile), resolve(dirname(entry.source.path), mount.source));
  const local = path.split(sep).join('/');
  return `${local.startsWith('..') ? local : `./${local}`}:${mount.rest}`;
}

function absolute(entry: Entry, files: string | readonly string[] | undefined): string[] {
  return [files ?? []].flat().map((file) => resolve(dirname(entry.source.path), file));
}

function texts(map: Readonly<Record<string, unknown>> | undefined): Record<string, string> {
  return Object.fromEntries(Object.entries(map ?? {}).map(([key, value]) => [key, String(value)]));
}

function unsetVariables(entry: Entry, values: Values): UnsetVariable[] {
  const found = [...textsIn(entry.data)].flatMap(({ path, text }) => {
    const isVariable = (path[0] === 'secrets' || path[0] === 'oauth') && path.at(-1) === 'environment';
    const names = isVariable ? (values[text] === undefined ? [text] : []) : unsetIn(text, values);
    const line = locate(entry.source, [...entry.keyPath, ...path]).line;
    return names.map((variable) => ({ variable, place: { path: entry.source.path, line } }));
  });
  return found.filter(({ variable }, index) => found.findIndex((one) => one.variable === variable) === index);
}

/** The object without its undefined values. */
function defined<T extends object>(object: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const pairs = Object.entries(object).filter(([, value]) => value !== undefined);
  return Object.fromEntries(pairs) as { [K in keyof T]: Exclude<T[K], undefined> };
}
