/** Breaks Hive in many ways, and checks that a short chaos run fails each time, and passes with Hive as it is. */
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { build } from 'esbuild';
import { execa } from 'execa';
import { SABOTAGES, type Sabotage } from './sabotages.ts';

const { BUNDLE } = await import(join(import.meta.dirname, '../../../scripts/bundle-options.mjs'));
const ROOT: string = BUNDLE.absWorkingDir;
const ROUNDS = 3;
/** A run that prints nothing for so long has stopped: its own waits are shorter. */
const SILENCE_MS = 300_000;
/** How long a run that is broken off may take to remove what it has started. */
const CLEANUP_MS = 60_000;

/**
 * @param only part of the names of the sabotages to try; '' for all, and Hive as it is
 * @param signal breaks off, and leaves nothing behind
 * @returns the exit code
 */
export async function testItself(
  log: (text: string) => void,
  only: string,
  signal: AbortSignal,
): Promise<number> {
  const chosen = SABOTAGES.filter(({ name }) => name.includes(only));
  let failures = 0;
  for (const sabotage of only === '' ? [undefined, ...chosen] : chosen) {
    const began = Date.now();
    const problem = await trial(sabotage, signal);
    if (signal.aborted) return 1;
    const seconds = Math.round((Date.now() - began) / 1000);
    log(
      `${problem === undefined ? 'ok' : 'NOT OK'}  ${sabotage?.name ?? 'as it is'} (${seconds} s)${problem ?? ''}`,
    );
    if (problem !== undefined) failures += 1;
  }
  log(failures === 0 ? 'passed' : `failed: ${failures} trials`);
  return failures === 0 ? 0 : 1;
}

/** The end of the run's output if its verdict is not the right one. */
async function trial(sabotage: Sabotage | undefined, signal: AbortSignal): Promise<string | undefined> {
  const folder = mkdtempSync(join(tmpdir(), 'hive-sabotage-'));
  try {
    const program = await buildIn(folder, sabotage);
    const { exitCode, stdout, stderr } = await run(sabotage, program, folder, signal);
    const isRight = sabotage
      ? exitCode === 1 && stdout.split('\n').some((line) => sabotage.expected.test(line))
      : exitCode === 0;
    return isRight ? undefined : `\n${stdout.split('\n').slice(-40).join('\n')}\n${stderr}`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A chaos run that does what shows the sabotage, and ends once it has shown. Never rejects. */
async function run(sabotage: Sabotage | undefined, program: string, folder: string, signal: AbortSignal) {
  const silence = new AbortController();
  const running = execa(process.execPath, [join(ROOT, 'test/chaos/run.ts'), ...argumentsFor(sabotage)], {
    env: { HIVE_TEST_PROGRAM: relative(ROOT, program), TMPDIR: folder },
    reject: false,
    cancelSignal: AbortSignal.any([signal, silence.signal]),
    forceKillAfterDelay: CLEANUP_MS,
  });
  const timer = setTimeout(() => silence.abort(), SILENCE_MS);
  running.stdout.on('data', () => timer.refresh());
  const { exitCode, stdout, stderr } = await running;
  clearTimeout(timer);
  return { exitCode, stdout, stderr };
}

function argumentsFor(sabotage: Sabotage | undefined): string[] {
  const all = [
    '--engine',
    'none',
    '--rounds',
    String(sabotage?.rounds ?? ROUNDS),
    '--clients',
    '8',
    '--seed',
    '12',
  ];
  if (!sabotage) return all;
  const { acts = [], faults = ['none'], expected } = sabotage;
  return [
    ...all,
    ...acts.flatMap((name) => ['--act', name]),
    ...faults.flatMap((name) => ['--fault', name]),
    '--until',
    expected.source,
  ];
}

/** Builds a copy of Hive, sabotaged. */
async function buildIn(folder: string, sabotage: Sabotage | undefined): Promise<string> {
  for (const name of ['src', 'package.json'])
    cpSync(join(ROOT, name), join(folder, name), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  if (sabotage) apply(sabotage, join(folder, sabotage.path));
  await build({ ...BUNDLE, absWorkingDir: folder });
  return join(folder, 'dist/main.js');
}

function apply({ name, path, text, replacement }: Sabotage, file: string): void {
  const parts = readFileSync(file, 'utf8').split(text);
  if (parts.length !== 2) throw new Error(`${name}: the text occurs ${parts.length - 1} times in ${path}`);
  writeFileSync(file, parts.join(replacement));
}
