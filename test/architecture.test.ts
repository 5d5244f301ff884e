import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { test } from 'node:test';

const SRC = join(import.meta.dirname, '../src');

/** Who may import whom, by first-level folder (or file) of src. A stage meets another only in `model`; the spine joins them. */
const ALLOWED: Record<string, readonly string[]> = {
  model: [],
  'errors.ts': ['model'],
  'log.ts': [],
  'clock.ts': ['model'],
  rpc: ['model', 'errors.ts'],
  config: ['model', 'errors.ts'],
  compile: ['model', 'errors.ts'],
  reconcile: ['model', 'errors.ts'],
  runtime: ['model', 'errors.ts', 'log.ts', 'rpc'],
  catalog: ['model', 'errors.ts', 'rpc'],
  edge: ['model', 'errors.ts', 'log.ts', 'rpc'],
  'desired.ts': ['model', 'config', 'compile', 'reconcile', 'runtime'],
  'runs.ts': ['model'],
  'tell.ts': ['model', 'errors.ts', 'config', 'catalog', 'runtime'],
  'edit.ts': ['model', 'errors.ts', 'desired.ts', 'compile', 'runtime'],
  'gateway.ts': [
    'runs.ts',
    'edit.ts',
    'tell.ts',
    'desired.ts',
    'model',
    'errors.ts',
    'log.ts',
    'clock.ts',
    'config',
    'compile',
    'reconcile',
    'runtime',
    'catalog',
    'edge',
  ],
  cli: [
    'model',
    'errors.ts',
    'rpc',
    'log.ts',
    'clock.ts',
    'config',
    'compile',
    'reconcile',
    'runtime',
    'desired.ts',
    'gateway.ts',
  ],
  'main.ts': ['cli', 'model', 'errors.ts', 'config'],
};

/** Modules that reach the world, and the only folders that may. */
const WORLD: Record<string, readonly string[]> = {
  'node:child_process': ['runtime', 'cli'],
  execa: ['runtime'],
  dockerode: ['runtime', 'gateway.ts'],
  'node:fs': ['config', 'runtime', 'cli', 'edge'],
  'node:fs/promises': ['config', 'runtime', 'cli', 'edge'],
  'node:http': ['edge', 'runtime', 'cli'],
};

const files = globSync('**/*.ts', { cwd: SRC });

/** What a file imports, types included: a type that leaks across a boundary couples it just the same. */
function importsOf(file: string): string[] {
  const text = readFileSync(join(SRC, file), 'utf8');
  return [...text.matchAll(/(?:from|import\()\s*'([^']+)'/g)].map((match) => match[1] ?? '');
}

const areaOf = (file: string): string => file.split('/')[0] ?? file;

test('stages import only what the table allows', () => {
  const wrong = files.flatMap((file) =>
    importsOf(file)
      .filter((target) => target.startsWith('.'))
      .map((target) => areaOf(relative(SRC, join(SRC, dirname(file), target))))
      .filter((area) => area !== areaOf(file) && !ALLOWED[areaOf(file)]?.includes(area))
      .map(
        (area) =>
          `src/${file} imports ${area}: move what they share to model/, or change ALLOWED with a reason`,
      ),
  );
  assert.deepEqual(wrong, []);
});

test('only the folders named may reach the world', () => {
  const wrong = files.flatMap((file) =>
    importsOf(file)
      .filter((target) => WORLD[target] && !WORLD[target].includes(areaOf(file)))
      .map((target) => `src/${file} imports ${target}, which only ${WORLD[target]?.join(', ')} may`),
  );
  assert.deepEqual(wrong, []);
});

test('every file under src has its row in the table', () => {
  assert.deepEqual(
    files.map(areaOf).filter((area) => !(area in ALLOWED)),
    [],
  );
});
