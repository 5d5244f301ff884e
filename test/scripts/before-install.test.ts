import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { readFacts } from '../helpers/architecture/facts.ts';

const ROOT = join(import.meta.dirname, '../..');
/** Run by whatever Node the machine has, in a clone where nothing is installed. */
const ENTRIES = ['bin/hive.mjs', 'bin/in-checkout.mjs', 'bin/installed.mjs', 'scripts/run.mjs'];

/** Files that the entries load before Node 24 and the packages are there, each with its text. */
function loadedFirst(): Map<string, string> {
  const found = new Map<string, string>();
  const visit = (path: string) => {
    if (found.has(path)) return;
    const text = readFileSync(join(ROOT, path), 'utf8');
    found.set(path, text);
    for (const { specifier } of readFacts(path, text).imports)
      if (specifier?.startsWith('.')) visit(join(dirname(path), specifier));
  };
  for (const entry of ENTRIES) visit(entry);
  return found;
}

test('what runs before the install must need no package, no TypeScript and no newer Node than 18', () => {
  const files = loadedFirst();
  assert.ok(files.has('scripts/start.mjs') && files.has('scripts/packages.mjs'));
  for (const [path, text] of files) {
    const modules = readFacts(path, text).imports.flatMap(({ specifier }) => specifier ?? []);
    assert.ok(path.endsWith('.mjs'), path);
    assert.deepEqual(
      modules.filter((name) => !/^(node:|\.)/.test(name)),
      [],
      path,
    );
    // Node 20.11 and 22 brought these.
    assert.doesNotMatch(text, /import\.meta\.(dirname|filename)|globSync|getBuiltinModule|styleText/, path);
  }
});
