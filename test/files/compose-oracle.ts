/** Asks the real `docker compose config` how it reads files. Needs no engine. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Reason to skip, or false. */
export const lacksCompose =
  spawnSync('docker', ['compose', 'version']).status !== 0 && 'docker compose is not here';

/** The variables that are set outside of all files. */
export const OUTSIDE: Readonly<Record<string, string>> = { OUT: 'out$x', PLACE: '/srv/place' };

export interface Service {
  readonly environment?: Readonly<Record<string, string | null>>;
  readonly volumes?: readonly { type: string; source?: string; target: string; read_only?: boolean }[];
}

/** A folder of its own for `work`, gone afterwards. */
export async function inFolder<T>(work: (folder: string) => Promise<T> | T): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'hive-oracle-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The services of a Compose file in this folder, as Compose reads them. Undefined if it refuses the file. */
export function composeConfig(
  folder: string,
  document: string | object,
): Record<string, Service> | undefined {
  const file = join(folder, 'compose.json');
  writeFileSync(file, typeof document === 'string' ? document : JSON.stringify(document));
  const { PATH = '', HOME = '/' } = process.env;
  const options = { encoding: 'utf8', env: { PATH, HOME, ...OUTSIDE }, stdio: 'pipe' } as const;
  const args = [
    'compose',
    '-p',
    'oracle',
    '--project-directory',
    folder,
    '-f',
    file,
    'config',
    '--format',
    'json',
  ];
  try {
    const output = execFileSync('docker', args, { ...options, maxBuffer: 1 << 26 });
    return (JSON.parse(output) as { services: Record<string, Service> }).services;
  } catch {
    return undefined;
  }
}

/** In its output Compose writes `$$` for `$`. */
export const plain = (text: string): string => text.replaceAll('$$', '$');
