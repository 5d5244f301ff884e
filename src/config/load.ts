/** Loads a stack: reads the config file and all that it names, checks it, and freezes the result. */
import { basename, dirname, extname, resolve } from 'node:path';
import type { FileReader } from '../files/file-reader.ts';
import { processFiles } from '../files/process-files.ts';
import { defined } from '../model/collections/defined.ts';
import type { Values } from '../model/references.ts';
import type { AuthSettings, OAuthSettings, Stack, Warning } from '../model/stack.ts';
import { readBuilds } from './build/builds.ts';
import { bareNumbers } from './checks/bare-numbers.ts';
import { type Checked, flagIn } from './checks/checked.ts';
import { checkStack } from './checks/checks.ts';
import { checkComposeKeys } from './checks/compose-keys.ts';
import { checkFiles } from './checks/files.ts';
import { literalTexts } from './checks/literal-texts.ts';
import { checkMirrors } from './checks/mirrors.ts';
import { checkMounts } from './checks/mounts.ts';
import { isOff, unsetFinding, unsetOf } from './checks/unset.ts';
import { checkValuesOfRemote } from './checks/urls.ts';
import { idleViews } from './checks/views.ts';
import { warningAt, warningsOf } from './dangers/dangers.ts';
import { environmentFile } from './environment.ts';
import { composePath } from './parse/build-spec.ts';
import type { RawStack } from './parse/collect.ts';
import { understandForeign } from './parse/foreign-entries.ts';
import { type Entry, type Input, parseStack } from './parse/parse.ts';
import { readIncludes, readSource } from './parse/read.ts';
import { resolveViews } from './resolve/named-views.ts';
import { resolveServer } from './resolve/server.ts';
import { cleanProblems } from './source/clean-problems.ts';
import { ConfigError, configError, type Problem } from './source/diagnostics.ts';
import { placeOf } from './source/locate.ts';
import { isMissing, reasonOf } from './source/read-failure.ts';
import { createReport, type ProblemList } from './source/report.ts';
import type { KeyPath } from './source/source.ts';

/** `true` and `false` are the words of earlier versions. */
const DISCOVER = { off: 'off', false: 'off', project: 'project', all: 'all', true: 'all' } as const;

/**
 * Loads a config file. `values` are the variables that `${VAR}` references may refer to (see
 * readEnvironment); a missing one fails only its server, not the load.
 * @throws ConfigError with all problems, or because the file cannot be read
 */
export async function loadStack(
  file: string,
  values: Values,
  files: FileReader = processFiles,
): Promise<Stack> {
  return (await checkFile(file, values, files)).stack;
}

export interface CheckedFile {
  readonly stack: Stack;
  /** Variables without a value, each of which fails its server. */
  readonly unset: readonly Problem[];
}

/** As `loadStack`, with the places of variables that have no value. @throws ConfigError */
export async function checkFile(
  file: string,
  values: Values,
  files: FileReader = processFiles,
): Promise<CheckedFile> {
  const path = resolve(file);
  const watched = [path, environmentFile(path)];
  const report = createReport();
  const main = await readSource(path, files).catch((thrown: unknown) => {
    throw unreadable(path, thrown, watched);
  });
  const { raw: written, watched: included } = await readIncludes(main, report, files);
  const { raw, notes } = understandForeign(written, values);
  const all = main.data === undefined ? { settings: {}, entries: [] } : parseStack(raw, values, report);
  const input = { ...all, entries: all.entries.filter(isOn) };
  const checked = { raw, input, report };
  checkStack(checked);
  checkMirrors(checked, values);
  await checkComposeKeys(checked);
  const named = await checkFiles(checked, values, files);
  const { builds, watched: built } = await readBuilds(checked, files);
  const sources = [...new Set([...watched, ...included, ...named, ...built])].sort();
  const clean = (problems: readonly Problem[]): readonly Problem[] =>
    cleanProblems(problems, [main, ...raw.servers.map((it) => it.source)], values);
  const ofServers = serverProblems(checked, values);
  const odd = await checkMounts(input.entries, values, ofServers, files);
  const unset = clean(ofServers.problems);
  const warnings = [
    ...notes.map(({ source, keyPath, message }) => warningAt(source, keyPath, message)),
    ...warningsOf(raw, input, values),
    ...input.entries.flatMap(literalWarnings),
    ...odd.map(({ entry, index, text }) => entryWarning(entry, ['volumes', index], text)),
    ...bareWarnings(raw, input),
    ...idleViews(checked).map(({ path, text }) => warningAt(raw.main, path, text)),
  ];
  if (report.problems.length > 0) {
    const found = { problems: clean(report.problems), total: report.total };
    throw configError(path, found, sources, { unset, warnings });
  }
  const settings = resolveSettings(path, input);
  const defaults = input.settings.defaults ?? {};
  const context = { composeFile: settings.composeFile, defaults, values, builds, folder: dirname(path) };
  const servers = input.entries
    .map((entry) => resolveServer(entry, context))
    .sort((a, b) => (a.serverName < b.serverName ? -1 : 1));
  const stack = deepFreeze({ ...settings, watched: sources, servers, ...offServers(all), warnings });
  return { stack, unset };
}

/** Of entries that are refused too: whoever mends them wants to know all. */
function serverProblems({ raw, input }: Omit<Checked, 'report'>, values: Values): ProblemList {
  const { main, servers } = raw;
  const report = createReport();
  for (const server of servers.filter(({ data }) => !isOff(data)))
    for (const { variable, keyPath } of unsetOf(server, values))
      report.at(server.source, keyPath, unsetFinding(server, variable, basename(main.path)));
  for (const entry of input.entries)
    if (entry.kind === 'remote' && !entry.isPartial)
      checkValuesOfRemote(entry, values, flagIn(entry, report));
  return report;
}

const entryWarning = (entry: Entry, path: KeyPath, text: string): Warning =>
  warningAt(entry.source, [...entry.keyPath, ...path], text);

function bareWarnings({ main, settings }: RawStack, { entries }: Input): Warning[] {
  const { defaults } = settings;
  const { container } = Object(defaults);
  return [
    ...bareNumbers(defaults).map(({ path, text }) => warningAt(main, ['defaults', ...path], text)),
    ...bareNumbers(container).map(({ path, text }) =>
      warningAt(main, ['defaults', 'container', ...path], text),
    ),
    ...entries.flatMap((entry) =>
      bareNumbers(entry.data).map(({ path, text }) =>
        entryWarning(entry, path, `server "${entry.serverName}": ${text}`),
      ),
    ),
  ];
}

const literalWarnings = (entry: Entry): Warning[] =>
  literalTexts(entry).map(({ path, text }) =>
    entryWarning(entry, path, `server "${entry.serverName}" ${text}`),
  );

const isOn = ({ input: { enabled = true, disabled = false } }: Entry): boolean => enabled && !disabled;

function offServers({ entries }: Input): Pick<Stack, 'off'> {
  const off = entries
    .filter((entry) => !isOn(entry))
    .map(({ serverName, source, keyPath }) => ({ serverName, place: placeOf(source, keyPath) }));
  off.sort((a, b) => (a.serverName < b.serverName ? -1 : 1));
  return off.length > 0 ? { off } : {};
}

function unreadable(path: string, thrown: unknown, watched: readonly string[]): ConfigError {
  const message = `cannot read the config file: ${reasonOf(thrown)}`;
  const hint = isMissing(thrown)
    ? `correct its path, or create it: ${path}`
    : 'the config must be a readable UTF-8 text file';
  const place = { path, line: 1 };
  const problem = { message, hint, place, keyPath: '', column: 1, snippet: '', underlineFrom: 0, length: 1 };
  const code = isMissing(thrown) ? 'CONFIG_NOT_FOUND' : 'CONFIG_INVALID';
  return new ConfigError(code, message, { problems: [problem], watched, cause: thrown });
}

function resolveSettings(file: string, { settings }: Input): Omit<Stack, 'watched' | 'servers' | 'warnings'> {
  const { auth, views } = settings;
  const { host = '127.0.0.1', port = 8001, discover = false, ...access } = settings.gateway ?? {};
  return {
    name: settings.name ?? derivedName(file),
    file,
    composeFile: composePath(file, { settings }),
    gateway: { host, port: Number(port), discover: DISCOVER[`${discover}`], ...defined(access) },
    ...(auth && { auth: resolveAuth(auth, dirname(file)) }),
    ...(views && { views: resolveViews(views) }),
  };
}

function resolveAuth(
  { tokens = {}, oauth }: NonNullable<Input['settings']['auth']>,
  folder: string,
): AuthSettings {
  const digests = Object.entries(tokens).map(([name, digest]) => [name, digest.slice('sha256:'.length)]);
  return {
    tokens: Object.fromEntries(digests),
    ...(oauth && { oauth: resolveOAuth(oauth, folder) }),
  };
}

function resolveOAuth(
  { tls, scopes = [], ...oauth }: NonNullable<NonNullable<Input['settings']['auth']>['oauth']>,
  folder: string,
): OAuthSettings {
  return defined({ ...oauth, scopes, tls: tls && { ca: resolve(folder, tls.ca) } });
}

/** Names of files and folders that do not distinguish stacks. */
const GENERIC = new Set(['stack', 'stacks', 'default', 'hive', 'mcp', 'config', 'servers']);

/**
 * The name of the file's folder, then that of the file unless it is generic. A generic folder has that of its
 * parent before it, and so on: files that are far from each other should not get one name.
 */
export function derivedName(file: string): string {
  const words: string[] = [];
  for (let path = dirname(file); ; path = dirname(path)) {
    const word = projectName(basename(path));
    if (word !== '') words.unshift(word);
    if (path === dirname(path) || !(GENERIC.has(word) || word === '')) break;
  }
  const own = projectName(basename(file, extname(file)));
  if (!GENERIC.has(own) && own !== words.at(-1)) words.push(own);
  return projectName(words.join('-')) || 'hive';
}

/** The nearest name that Compose accepts as a project name. */
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
