/**
 * `prepack` and `postpack` of npm: builds, and gives package.json the keys that an installed Hive needs for as long as npm
 * packs. The packages of this project are bundled into dist/, so the installed one needs none.
 */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensurePackages } from './packages.mjs';

const ROOT = join(import.meta.dirname, '..');
const MANIFEST = join(ROOT, 'package.json');
/** The text of package.json while npm packs. One that is there already is of a run that was broken off. */
const KEPT = join(ROOT, '.package.json.kept');
/** Node on which the build runs: bin/installed.mjs refuses older ones. */
const ENGINES = { node: '>=20.16' };
const TAKEN = ['name', 'version', 'description', 'keywords', 'license', 'type', 'bin'];

if (process.argv[2] === 'before') await before();
else after();

async function before() {
  after();
  // In a fresh clone nothing is installed yet.
  await ensurePackages(ROOT);
  const { outputs } = await import('./bundle.mjs');
  const text = readFileSync(MANIFEST, 'utf8');
  const all = JSON.parse(text);
  // dist/ may hold files of older builds, which do not belong in the package.
  const built = outputs.filter((/** @type {string} */ path) => path.endsWith('.js'));
  const files = [
    'bin/*.mjs',
    'catalogue/*.br',
    'catalogue/*.LICENSE',
    'templates/*/*.yaml',
    'schemas/*.json',
    ...built,
  ];
  const manifest = { ...Object.fromEntries(TAKEN.map((key) => [key, all[key]])), engines: ENGINES, files };
  writeFileSync(KEPT, text);
  writeFileSync(MANIFEST, `${JSON.stringify(manifest, null, 2)}\n`);
}

function after() {
  if (!existsSync(KEPT)) return;
  writeFileSync(MANIFEST, readFileSync(KEPT, 'utf8'));
  rmSync(KEPT);
}
