/**
 * `npm run first-minutes [-- IMAGE]`: packs Hive, and types its first minutes in an empty container of an image that has Node
 * and npm (default: node:20-slim). Prints the transcript; fails if a command fails or anything of Hive is left.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');
const [image = 'node:20-slim'] = process.argv.slice(2);
/** Passed on to the container, for registries behind a proxy. */
const PASSED = ['NODE_EXTRA_CA_CERTS', 'HTTPS_PROXY', 'NPM_CONFIG_REGISTRY'];

const folder = mkdtempSync(join(tmpdir(), 'hive-first-minutes-'));
try {
  run('npm', ['pack', '--silent', '--pack-destination', folder]);
  const [packed = ''] = readdirSync(folder);
  const mounts = [
    `${join(folder, packed)}:/${packed}:ro`,
    `${join(import.meta.dirname, 'session.sh')}:/first-minutes.sh:ro`,
  ];
  run('docker', [
    ...['run', '--rm', '--init', '--network', 'host'],
    ...mounts.flatMap((mount) => ['--volume', mount]),
    ...PASSED.flatMap((name) => ['--env', name]),
    ...[image, 'sh', '/first-minutes.sh', `/${packed}`],
  ]);
} finally {
  rmSync(folder, { recursive: true });
}

/**
 * @param {string} command
 * @param {readonly string[]} words
 */
function run(command, words) {
  const { status } = spawnSync(command, words, { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'] });
  if (status !== 0) process.exitCode = 1;
}
