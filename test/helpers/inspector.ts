import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';

const VERSION = '2.12.0';
/** The day whose packages it is made of: the same ones each time, without a lock file of 120 packages in this repository. */
const BEFORE = '2026-11-01';
const FOLDER = join(import.meta.dirname, '../../node_modules/.cache', `inspector-${VERSION}`);
const INSTALL_TIMEOUT = 280_000;

/**
 * What one run of the MCP Inspector's command line prints, parsed. It is installed when first asked for, in 8 s, and not a
 * dependency of everybody: without its optional parts it still weighs 77 MB.
 */
export async function inspect(url: string, ...args: string[]): Promise<Record<string, unknown>> {
  if (!existsSync(FOLDER)) await install();
  const program = join(
    FOLDER,
    'node_modules/@modelcontextprotocol/inspector/clients/launcher/build/index.js',
  );
  const { stdout } = await execa(
    process.execPath,
    [program, '--cli', url, '--transport', 'http', ...args],
    // Its catalog of servers goes where it is, not into the user's home.
    { env: { HOME: FOLDER }, timeout: 120_000, stdin: 'ignore' },
  );
  return JSON.parse(stdout) as Record<string, unknown>;
}

/** Beside its place, then moved: an install that breaks off leaves nothing that looks complete. */
async function install(): Promise<void> {
  const draft = `${FOLDER}.${process.pid}`;
  mkdirSync(draft, { recursive: true });
  const flags = ['--no-audit', '--no-fund', '--ignore-scripts', '--omit=optional', '--no-package-lock'];
  await execa(
    'npm',
    [
      'install',
      ...flags,
      '--before',
      BEFORE,
      `@modelcontextprotocol/inspector@${VERSION}`,
      '--prefix',
      draft,
    ],
    { cwd: draft, timeout: INSTALL_TIMEOUT },
  );
  if (existsSync(FOLDER)) rmSync(draft, { recursive: true, force: true });
  else renameSync(draft, FOLDER);
}
