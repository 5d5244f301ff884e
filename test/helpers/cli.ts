/** Runs the command line in a temporary folder. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import { execa } from 'execa';
import { MAIN } from './program.ts';
import { guardStack, unguardStack } from './watchdog.ts';

const PATIENCE = 120_000;

export interface Ended {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** A temporary folder with these files, and the command line run in it, without added arguments. */
export interface Shell {
  readonly folder: string;
  /** Never throws. An exit code of `undefined` means that the command did not end in time. */
  hive(...args: string[]): Promise<Ended>;
}

export function createShell(
  t: TestContext,
  files: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>> = {},
): Shell {
  const folder = mkdtempSync(join(tmpdir(), 'hivetest-cli-'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  guardStack(basename(folder), folder);
  t.after(() => {
    rmSync(folder, { recursive: true, force: true });
    unguardStack(basename(folder));
  });
  return {
    folder,
    async hive(...args) {
      const { exitCode, stdout, stderr } = await execa(process.execPath, [MAIN, ...args], {
        env: { HIVE_STATE_DIR: join(folder, '.state'), NO_COLOR: '1', ...env },
        cwd: folder,
        reject: false,
        stdin: 'ignore',
        timeout: PATIENCE,
      });
      return { exitCode, stdout, stderr };
    },
  };
}
