/**
 * Imports every file of `files/`: what comes out stands in `golden/`, and loads as a stack.
 * `HIVE_UPDATE_GOLDEN=1` writes the golden files anew: read the diff.
 */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { convert, NO_TARGET } from '../../src/import/convert.ts';
import { readFile } from '../../src/import/read-file.ts';
import { entriesYaml, variableLine } from '../../src/import/render.ts';

const FILES = join(import.meta.dirname, 'files');
const GOLDEN = join(import.meta.dirname, 'golden');

for (const name of readdirSync(FILES, { recursive: true, encoding: 'utf8' }).sort()) {
  if (!/\.\w+$/.test(name.replace(/^.*\//, '')) || !/\.(json|ya?ml|toml)$/.test(name)) continue;
  test(`${name} must be imported as its golden file says`, async () => {
    // The golden files must not depend on where the repository is.
    const file = await readFile(`/project/${name}`, readFileSync(join(FILES, name), 'utf8'));
    const { servers, variables, notes } = convert(
      [{ file, path: `/project/${name}`, home: '/home/me', target: '/project' }],
      NO_TARGET,
    );
    const said = notes.map(({ serverName, text }) => `# ${serverName ? `${serverName}: ` : ''}${text}\n`);
    const env = [...variables].map(([key, value]) => `# .env: ${variableLine(key, value)}`);
    const text = `# ${file.format}\n${said.join('')}${env.join('')}servers:\n${entriesYaml(servers, '  ')}`;
    compareGolden(join(GOLDEN, `${name.replaceAll('/', '--').replace(/\.\w+$/, '')}.yaml`), text);
  });
}

function compareGolden(path: string, text: string): void {
  if (process.env.HIVE_UPDATE_GOLDEN) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  assert.ok(existsSync(path), `${path} is missing`);
  assert.equal(text, readFileSync(path, 'utf8'));
}
