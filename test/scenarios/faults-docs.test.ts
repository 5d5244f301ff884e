import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

const ROOT = join(import.meta.dirname, '../..');
const DOC = readFileSync(join(ROOT, 'docs/faults.md'), 'utf8');

function rows(from: string, to: string): string[] {
  const part = DOC.slice(DOC.indexOf(from), DOC.indexOf(to));
  return part.split('\n').filter((line) => line.startsWith('| ') && line.includes('`'));
}

test('every guarantee in docs/faults.md must name an existing test', () => {
  const texts = globSync('test/**/*.test.ts', { cwd: ROOT })
    .filter((path) => !path.endsWith('faults-docs.test.ts'))
    .map((path) => readFileSync(join(ROOT, path), 'utf8'));
  const named = rows('| fault |', '## Bounds').map((row) => /\| `([^`]+)` \|$/.exec(row)?.[1] ?? row);
  assert.ok(named.length > 15);
  const source = texts.join('\n');
  assert.deepEqual(
    named.filter((name) => !source.includes(name)),
    [],
  );
});

test('every bound in docs/faults.md must name an existing test', () => {
  const source = globSync('test/**/*.test.ts', { cwd: ROOT })
    .filter((path) => !path.endsWith('faults-docs.test.ts'))
    .map((path) => readFileSync(join(ROOT, path), 'utf8'))
    .join('\n');
  const named = rows('| what | bound | proved by |', '## Time limits').map((row) => ({
    row,
    test: /\| `([^`]+)` \| `[^`]+` \|$/.exec(row)?.[1],
  }));
  assert.ok(named.length > 60);
  const unproved = named.filter(({ test }) => !test || !source.includes(test));
  assert.deepEqual(
    unproved.map(({ row }) => row),
    [],
  );
});

test('every bound in docs/faults.md must name an existing file', () => {
  const files = rows('| what |', '## After').map((row) => /\| `([^`]+)` \|$/.exec(row)?.[1] ?? row);
  assert.ok(files.length > 8);
  assert.deepEqual(
    files.filter((file) => !existsSync(join(ROOT, file))),
    [],
  );
});

const hasSystemd = existsSync('/usr/bin/systemd-analyze');
test('systemd must accept the unit', {
  skip: !hasSystemd && 'no systemd-analyze here',
}, () => {
  const folder = mkdtempSync(join(tmpdir(), 'hive-unit-'));
  try {
    const unit = join(folder, 'hive.service');
    writeFileSync(unit, readFileSync(join(ROOT, 'docs/hive.service'), 'utf8').replaceAll('/opt/hive', ROOT));
    execFileSync('systemd-analyze', ['verify', unit], { stdio: 'pipe' });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
