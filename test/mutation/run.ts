/**
 * `npm run mutate [-- PART…] [--jobs 2] [--fresh]`: changes the security-relevant source files in one place at
 * a time, runs the unit tests that reach the place, and prints what no test noticed. PART selects files by a
 * part of their path. A run that is broken off goes on where it was; `--fresh` begins anew. With `--bounds`, see
 * bounds/run.ts.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { removeBounds } from './bounds/run.ts';
import { isNear, testsFor } from './choose-tests.ts';
import { type Reach, reachOf } from './coverage.ts';
import { Imports, unitTests } from './imports.ts';
import type { Mutant } from './mutants.ts';
import { reasonFor } from './reasons.ts';
import { writeReport } from './report.ts';
import { type FileResult, type Kill, Kills, keepResult, type Survivor } from './results.ts';
import { mutantsFor, targets } from './targets.ts';
import { ROOT, Workspace } from './workspace.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    jobs: { type: 'string', default: '2' },
    fresh: { type: 'boolean', default: false },
    report: { type: 'boolean', default: false },
    bounds: { type: 'boolean', default: false },
  },
});

const CACHE = join(tmpdir(), 'hive-mutation-cache');
/** A mutant is late, which counts as killed, after this many times the usual time of the test file. */
const LATE_FACTOR = 4;
const LATE_MS = 6_000;

const say = (text: string): void => void process.stdout.write(`${text}\n`);
const imports = new Imports();
const atCommit = commit();

async function main(): Promise<void> {
  if (values.fresh) rmSync(CACHE, { recursive: true, force: true });
  mkdirSync(CACHE, { recursive: true });
  const folder = mkdtempSync(join(tmpdir(), 'hive-mutation-'));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
  // Tests mark their containers with it. A test that is late is killed, and cannot remove its own.
  const runId = basename(folder);
  process.env.HIVE_TEST_RUN = runId;
  process.once('exit', () => {
    removeContainers(runId);
    rmSync(folder, { recursive: true, force: true });
  });
  const jobs = Number(values.jobs);
  const workspaces = Array.from({ length: jobs }, (_, job) => new Workspace(join(folder, `${job}`)));
  if (values.bounds) {
    process.exitCode =
      (await removeBounds(positionals, workspaces[0] as Workspace, imports, say)) === 0 ? 0 : 1;
    return;
  }
  const files = [...new Set((positionals.length > 0 ? positionals : ['']).flatMap(targets))];
  const reach = await reachOfTests(files.filter(isOpen), workspaces);
  for (const file of files) await mutateFile(file, reach, workspaces);
  writeReport();
}

function removeContainers(runId: string): void {
  const format = '{{.ID}} {{.Label "hive.test.links"}}';
  try {
    const listed = execFileSync('docker', ['ps', '-a', '--format', format], { encoding: 'utf8' });
    const ids = listed
      .split('\n')
      .map((line) => line.split(' '))
      .flatMap(([id, run]) => (run === runId && id ? [id] : []));
    if (ids.length > 0) execFileSync('docker', ['rm', '-f', ...ids], { stdio: 'ignore' });
  } catch {
    // Without an engine there are none.
  }
}

/** True for a file with mutants that must be tried: whose result is not known from a run before. */
function isOpen(file: string): boolean {
  const text = imports.text(file);
  const kills = new Kills(CACHE, file, imports.digest(file));
  return mutantsFor(file, text).some((mutant) => !isKilled(kills, mutant) && !isExcused(file, mutant, text));
}

function isKilled(kills: Kills, mutant: Mutant): boolean {
  const kill = kills.get(mutant);
  return kill !== undefined && stillKills(kill);
}

/** Survivors that have a reason are not tried again. */
const isExcused = (file: string, mutant: Mutant, text: string): boolean =>
  reasonFor(file, survivorOf(mutant, text, 1)) !== undefined;

/** Runs each unit test that is near one of the files once, without a mutation. */
async function reachOfTests(files: readonly string[], workspaces: readonly Workspace[]): Promise<Reach[]> {
  const tests = unitTests().filter((test) => files.some((file) => isNear(test, file, imports)));
  const found: Reach[] = [];
  await inParallel(tests, workspaces, async (test, workspace) => {
    const reach = await reachOf(test, files, workspace, imports, CACHE);
    if (reach.failed !== '') say(`${test} fails without a mutation, and holds nothing: ${reach.failed}`);
    found.push(reach);
  });
  say(`${tests.length} test files for ${files.length} source files`);
  return found.sort((a, b) => (a.testFile < b.testFile ? -1 : 1));
}

async function mutateFile(
  file: string,
  reach: readonly Reach[],
  workspaces: readonly Workspace[],
): Promise<void> {
  const text = imports.text(file);
  const mutants = mutantsFor(file, text);
  const kills = new Kills(CACHE, file, imports.digest(file));
  const survivors = new Map<Mutant, Survivor>();
  await inParallel(mutants, workspaces, async (mutant, workspace) => {
    if (isKilled(kills, mutant)) return;
    const unnoticed = (tests: number): void => void survivors.set(mutant, survivorOf(mutant, text, tests));
    if (isExcused(file, mutant, text)) return unnoticed(1);
    const tests = testsFor(file, mutant, reach, imports);
    const mutated = text.slice(0, mutant.start) + mutant.after + text.slice(mutant.end);
    const by = await workspace.with(file, mutated, () => firstFailure(tests, workspace));
    if (by) kills.add(mutant, { ...by, digest: imports.digest(by.testFile) });
    else unnoticed(tests.length);
  });
  const left = mutants.flatMap((mutant) => survivors.get(mutant) ?? []);
  const killed = mutants.length - left.length;
  for (const { line, before, after, tests } of left)
    say(
      `  ${file}:${line}  ${oneLine(before)}  →  ${oneLine(after)}${tests === 0 ? '  (no test reaches it)' : ''}`,
    );
  say(`${file}: ${killed} of ${mutants.length} killed`);
  const result: FileResult = {
    digest: imports.digest(file),
    commit: atCommit,
    mutants: mutants.length,
    killed,
    survivors: left,
  };
  keepResult(file, result);
}

/** True while the test that killed a mutant is there. */
function stillKills({ testFile, digest, test }: Kill): boolean {
  try {
    return imports.digest(testFile) === digest || imports.text(testFile).includes(test);
  } catch {
    return false;
  }
}

const survivorOf = ({ line, before, after }: Mutant, text: string, tests: number): Survivor => ({
  line,
  on: text.split('\n')[line - 1]?.trim() ?? '',
  before,
  after,
  tests,
});

async function firstFailure(
  tests: readonly Reach[],
  workspace: Workspace,
): Promise<{ testFile: string; test: string } | undefined> {
  for (const { testFile, ms } of tests) {
    const { kind, test } = await workspace.run(testFile, { limitMs: LATE_MS + LATE_FACTOR * ms });
    if (kind !== 'passed') return { testFile, test: kind === 'late' ? 'late' : test };
  }
  return undefined;
}

/** Each workspace takes the next item once it has finished the one before. */
async function inParallel<T>(
  items: readonly T[],
  workspaces: readonly Workspace[],
  work: (item: T, workspace: Workspace) => Promise<void>,
): Promise<void> {
  const left = [...items];
  const worker = async (workspace: Workspace): Promise<void> => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item, workspace);
  };
  await Promise.all(workspaces.map(worker));
}

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').slice(0, 90);

/** The commit at the start, with a mark if files of the tree differ from it. */
function commit(): string {
  const git = (...args: string[]): string =>
    execFileSync('git', args, { cwd: ROOT, encoding: 'utf8' }).trim();
  const changed = git('status', '--porcelain', '--', 'src', 'test', ':!test/mutation').length > 0;
  return git('rev-parse', '--short', 'HEAD') + (changed ? '+' : '');
}

if (values.report) writeReport();
else await main();
