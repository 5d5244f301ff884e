/** Loads a stack: reads the config file and all that it names, checks it, and freezes the result. */
import { basename, dirname, resolve } from 'node:path';
import type { FileReader } from '../files/file-reader.ts';
import { processFiles } from '../files/process-files.ts';
import { defined } from '../model/collections/defined.ts';
import type { Values } from '../model/references.ts';
import { type ReadSecrets, readNoSecrets, type SecretTroubles } from '../model/secrets/secrets.ts';
import type { Stack, Warning } from '../model/stack.ts';
import { addedWarnings, admit } from './admit.ts';
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
import { type AddedEntries, type AddedText, parseAdded, withAdded } from './parse/added.ts';
import type { RawStack } from './parse/collect.ts';
import { understandForeign } from './parse/foreign-entries.ts';
import { type Entry, type Input, parseStack } from './parse/parse.ts';
import { readIncludes, readSource } from './parse/read.ts';
import { resolveServer } from './resolve/server.ts';
import { resolveSettings } from './resolve/settings.ts';
import { withSecrets } from './secret-references.ts';
import { cleanProblems } from './source/clean-problems.ts';
import { ConfigError, configError, type Problem } from './source/diagnostics.ts';
import { placeOf } from './source/locate.ts';
import { isMissing, reasonOf } from './source/read-failure.ts';
import { createReport, type ProblemList } from './source/report.ts';
import type { KeyPath, Source } from './source/source.ts';

/**
 * Loads a config file. `values` are the variables that `${VAR}` references may refer to (see
 * readEnvironment); a missing one fails only its server, not the load. `added` is what was added at run time.
 * @throws ConfigError with all problems, or because the file cannot be read
 */
export async function loadStack(
  file: string,
  values: Values,
  files: FileReader = processFiles,
  added?: AddedText,
  secrets: ReadSecrets = readNoSecrets,
): Promise<Stack> {
  return (await checkFile(file, values, files, added, secrets)).stack;
}

export interface CheckedFile {
  readonly stack: Stack;
  /** Variables without a value, each of which fails its server. */
  readonly unset: readonly Problem[];
  /** The given ones, and the secrets that the file refers to. */
  readonly values: Values;
}

/**
 * As `loadStack`, with the places of variables that have no value. Added entries with problems wait, and do
 * not keep the file from loading.
 *
 * @throws ConfigError
 */
export async function checkFile(
  file: string,
  environment: Values,
  files: FileReader = processFiles,
  added?: AddedText,
  secrets: ReadSecrets = readNoSecrets,
): Promise<CheckedFile> {
  const path = resolve(file);
  const main = await readSource(path, files).catch((thrown: unknown) => {
    throw unreadable(path, thrown, [path, environmentFile(path)]);
  });
  return admit(parseAdded(added, dirname(path)), (entries) =>
    checkSources(main, entries, { environment, files, secrets }),
  );
}

interface Surroundings {
  readonly environment: Values;
  readonly files: FileReader;
  readonly secrets: ReadSecrets;
}

async function checkSources(
  main: Source,
  added: AddedEntries,
  { environment, files, secrets }: Surroundings,
): Promise<CheckedFile> {
  const { path } = main;
  const watched = [path, environmentFile(path)];
  const report = createReport();
  const { raw: written, watched: included } = await readIncludes(main, report, files);
  const { raw: declared, notes } = understandForeign(written, environment);
  const { raw, waiting } = withAdded(declared, added);
  const { values, troubles, watched: stores } = await withSecrets(raw, environment, secrets);
  const all = main.data === undefined ? { settings: {}, entries: [] } : parseStack(raw, values, report);
  const input = { ...all, entries: all.entries.filter(isOn) };
  const checked = { raw, input, report };
  checkStack(checked);
  checkMirrors(checked, values);
  await checkComposeKeys(checked);
  const named = await checkFiles(checked, values, files);
  const { builds, watched: built } = await readBuilds(checked, files);
  const sources = [...new Set([...watched, ...included, ...named, ...built, ...stores])].sort();
  const clean = (problems: readonly Problem[]): readonly Problem[] =>
    cleanProblems(problems, [main, ...raw.servers.map((it) => it.source)], values);
  const ofServers = serverProblems(checked, values, troubles);
  const odd = await checkMounts(input.entries, values, ofServers, files);
  const unset = clean(ofServers.problems);
  const warnings = [
    ...notes.map(({ source, keyPath, message }) => warningAt(source, keyPath, message)),
    ...warningsOf(raw, input, values),
    ...input.entries.flatMap(literalWarnings),
    ...odd.map(({ entry, index, text }) => entryWarning(entry, ['volumes', index], text)),
    ...bareWarnings(raw, input),
    ...idleViews(checked).map(({ path: at, text }) => warningAt(raw.main, at, text)),
    ...addedWarnings(added, waiting),
  ];
  if (report.problems.length > 0) {
    const found = { problems: clean(report.problems), total: report.total };
    throw configError(path, found, sources, { unset, warnings });
  }
  const settings = resolveSettings(path, input);
  const defaults = input.settings.defaults ?? {};
  const context = {
    ...{ composeFile: settings.composeFile, defaults, builds, folder: main.folder },
    ...{ values, troubles },
  };
  const servers = input.entries
    .map((entry) => resolveServer(entry, context))
    .sort((a, b) => (a.serverName < b.serverName ? -1 : 1));
  const aside = {
    ...offServers(all),
    ...(waiting.length > 0 && { waiting }),
    ...defined({ addedDamage: added.damage }),
  };
  const stack = deepFreeze({ ...settings, watched: sources, servers, ...aside, warnings });
  return { stack, unset, values };
}

/** Of entries that are refused too: whoever mends them wants to know all. */
function serverProblems(
  { raw, input }: Omit<Checked, 'report'>,
  values: Values,
  troubles: SecretTroubles,
): ProblemList {
  const { main, servers } = raw;
  const report = createReport();
  for (const server of servers.filter(({ data }) => !isOff(data)))
    for (const { variable, keyPath } of unsetOf(server, values))
      report.at(server.source, keyPath, unsetFinding(server, variable, basename(main.path), troubles));
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

function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  for (const inner of Object.values(value)) deepFreeze(inner);
  return Object.freeze(value);
}
