/** Installs published servers, each in a folder of its own that later runs use again. */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import type { RealServer } from './servers.ts';

/** A server that was installed, or why it could not be. */
export type Installed =
  | { readonly server: RealServer; readonly command: string; readonly args: readonly string[] }
  | { readonly server: RealServer; readonly why: string };

/** Python of at least 3.12, which some of the servers need. */
const PYTHONS = [process.env.HIVE_TEST_PYTHON, 'python3.13', 'python3.12', 'python3'];
const INSTALL_MS = 600_000;

/** @param cache folder of the installations; a broken one is made anew */
export async function install(server: RealServer, cache: string): Promise<Installed> {
  const at = [`${server.package}@${server.version}`, ...(server.beside ?? [])].join(' ');
  const folder = join(cache, at.replaceAll('/', '+'));
  try {
    if (!existsSync(folder)) await installInto(folder, server);
    return { server, ...commandOf(server, folder) };
  } catch (error) {
    return { server, why: lastLine(error) };
  }
}

/** The folder gets its name last: a run that is broken off leaves no half of an installation. */
async function installInto(folder: string, server: RealServer): Promise<void> {
  const draft = `${folder}.new`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true });
  const at =
    server.from === 'npm' ? `${server.package}@${server.version}` : `${server.package}==${server.version}`;
  if (server.from === 'npm') {
    const flags = ['--no-save', '--no-audit', '--no-fund', '--ignore-scripts'];
    await execa('npm', ['install', '--prefix', draft, ...flags, at], { timeout: INSTALL_MS });
  } else {
    await execa(await python(), ['-m', 'venv', draft]);
    await execa(
      join(draft, 'bin/python'),
      ['-m', 'pip', 'install', '--quiet', at, ...(server.beside ?? [])],
      {
        timeout: INSTALL_MS,
      },
    );
  }
  renameSync(draft, folder);
}

async function python(): Promise<string> {
  const check = 'import sys; sys.exit(sys.version_info < (3, 12))';
  for (const name of PYTHONS)
    if (name && (await execa(name, ['-c', check], { reject: false })).exitCode === 0) return name;
  throw new Error('no Python of 3.12 or later: set HIVE_TEST_PYTHON');
}

function commandOf(server: RealServer, folder: string): { command: string; args: readonly string[] } {
  if (server.from === 'npm') return { command: process.execPath, args: [npmProgram(server, folder)] };
  // The first line of a program names the draft folder.
  const bin = join(folder, 'bin');
  const program = server.program ?? server.package;
  if (!readdirSync(bin).includes(program)) throw new Error(`${server.package} has no program ${program}`);
  return { command: join(bin, 'python'), args: [join(bin, program)] };
}

function npmProgram({ package: name, program }: RealServer, folder: string): string {
  const root = join(folder, 'node_modules', name);
  const { bin } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const path = typeof bin === 'string' ? bin : (bin[program ?? ''] ?? Object.values(bin)[0]);
  return join(root, String(path));
}

function lastLine(error: unknown): string {
  const { stderr, message } = Object(error) as { stderr?: string; message?: string };
  const lines = (stderr || message || String(error)).split('\n').filter((line) => /error/i.test(line));
  return (lines[0] ?? message ?? '').slice(0, 200);
}
