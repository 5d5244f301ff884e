/** The MCP Inspector's command line as a client. */
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';

const VERSION = '2.12.0';
/** Packages are those of this day: the same in each run, without a lock file of 120 packages in this repository. */
const BEFORE = '2026-11-01';
const FOLDER = join(import.meta.dirname, '../../node_modules/.cache', `inspector-${VERSION}`);
const INSTALL_TIMEOUT = 280_000;

/**
 * Parsed output of one run of the MCP Inspector's command line. The first use installs the Inspector, in 8 s. It is not a
 * dependency of the project, because it takes 77 MB even without its optional parts.
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
    // The Inspector stores its catalog of servers in its own folder, not in the user's home.
    { env: { HOME: FOLDER }, timeout: 120_000, stdin: 'ignore' },
  );
  return JSON.parse(stdout) as Record<string, unknown>;
}

/** Installs beside the final place, then moves: an interrupted install leaves nothing that looks complete. */
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
