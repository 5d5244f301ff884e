/** Runs the official conformance suite. The first run of these tests installs it here, from its own package.json. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { withLock } from '../../src/setup/lock.ts';

const HERE = import.meta.dirname;
const INSTALL_MS = 600_000;
const RUN_MS = 280_000;

/** How to run the suite, by its line, and the era of the client that it plays. */
export const LINES = {
  '0.1.16 active': { era: 'legacy', suite: ['conformance-stable'] },
  '0.2.0-alpha.12 2025-11-25': {
    era: 'legacy',
    suite: ['conformance-next', '--requirements', '2025-11-25'],
  },
  '0.2.0-alpha.12 2026-07-28': {
    era: 'modern',
    suite: ['conformance-next', '--requirements', '2026-07-28'],
  },
} as const;
export type Line = keyof typeof LINES;

/** Number of passed and failed checks of each scenario. */
export type Outcome = ReadonlyMap<string, { readonly passed: number; readonly failed: number }>;

/** Several test files need the suite at the same time, and it must be installed once, and whole. */
export function installSuite(): Promise<void> {
  const name = `conformance-${createHash('sha256').update(HERE).digest('hex').slice(0, 16)}`;
  return withLock(name, install, () => {});
}

async function install(): Promise<void> {
  // npm writes this file last.
  if (existsSync(join(HERE, 'node_modules/.package-lock.json'))) return;
  const packages = join(HERE, '../../scripts/packages.mjs');
  const { npmCommand } = (await import(packages)) as { npmCommand: () => string[] };
  const [file, ...args] = [...npmCommand(), 'ci', '--no-audit', '--no-fund', '--ignore-scripts'];
  await execa(file as string, args, { cwd: HERE, timeout: INSTALL_MS });
}

/** @throws if the suite ends without its summary */
export async function runSuite(line: Line, url: string, folder: string): Promise<Outcome> {
  const [name, ...options] = LINES[line].suite;
  const program = join(HERE, 'node_modules', name, 'dist/index.js');
  const { all } = await execa(process.execPath, [program, 'server', '--url', url, ...options], {
    cwd: folder,
    all: true,
    reject: false,
    timeout: RUN_MS,
    env: { NO_COLOR: '1' },
  });
  const [, summary] = all.split('=== SUMMARY ===');
  if (summary === undefined) throw new Error(`the suite gave no summary:\n${all.slice(-4000)}`);
  const rows = summary.matchAll(/^[✓✗] ([\w-]+): (\d+) passed, (\d+) failed/gmu);
  return new Map(
    [...rows].map(([, scenario = '', passed, failed]) => [
      scenario,
      { passed: Number(passed), failed: Number(failed) },
    ]),
  );
}

/** Packages of the suite's two lines. */
export type ClientLine = 'conformance-stable' | 'conformance-next';

export interface ClientResult {
  readonly scenario: string;
  readonly isPassed: boolean;
  readonly output: string;
}

const SCENARIO_MS = 60_000;
const programOf = (line: ClientLine): string => join(HERE, 'node_modules', line, 'dist/index.js');

export async function clientScenarios(line: ClientLine): Promise<string[]> {
  const { stdout } = await execa(process.execPath, [programOf(line), 'list', '--client']);
  return [...stdout.matchAll(/^ {2}- (\S+)/gm)].map(([, scenario = '']) => scenario);
}

/** Runs one client scenario; the client is Hive with an SDK client in front of it (client.ts). */
export async function runClientScenario(
  line: ClientLine,
  scenario: string,
  folder: string,
): Promise<ClientResult> {
  const command = `${process.execPath} ${join(HERE, 'client.ts')}`;
  const args = [
    'client',
    '--command',
    command,
    '--scenario',
    scenario,
    '--timeout',
    String(SCENARIO_MS - 5_000),
  ];
  const { all, exitCode } = await execa(process.execPath, [programOf(line), ...args], {
    cwd: folder,
    all: true,
    reject: false,
    timeout: SCENARIO_MS,
    env: { NO_COLOR: '1' },
  });
  return { scenario, isPassed: exitCode === 0 && all.includes('OVERALL: PASSED'), output: all };
}
