/** Breaks Hive in many ways, and checks that a short chaos run fails each time, and passes with Hive as it is. */
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { build } from 'esbuild';
import { execa } from 'execa';
import { SABOTAGES, type Sabotage } from './sabotages.ts';

const { BUNDLE } = await import(join(import.meta.dirname, '../../../scripts/bundle-options.mjs'));
const ROOT: string = BUNDLE.absWorkingDir;
const RUN = [
  '--engine',
  'none',
  '--minutes',
  '0.5',
  '--kills',
  '3',
  '--clients',
  '8',
  '--seed',
  '12',
  '--calm',
  '25',
];
const RUN_MS = 300_000;
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
    const problem = await trial(sabotage, signal);
    if (signal.aborted) return 1;
    log(`${problem === undefined ? 'ok' : 'NOT OK'}  ${sabotage?.name ?? 'as it is'}${problem ?? ''}`);
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
    const { exitCode, stdout, stderr } = await execa(
      process.execPath,
      [join(ROOT, 'test/chaos/run.ts'), ...RUN],
      {
        env: { HIVE_TEST_PROGRAM: relative(ROOT, program), TMPDIR: folder },
        reject: false,
        timeout: RUN_MS,
        cancelSignal: signal,
        forceKillAfterDelay: CLEANUP_MS,
      },
    );
    const isRight = sabotage
      ? exitCode === 1 && stdout.split('\n').some((line) => sabotage.expected.test(line))
      : exitCode === 0;
    return isRight ? undefined : `\n${stdout.split('\n').slice(-40).join('\n')}\n${stderr}`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
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
