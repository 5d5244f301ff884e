/** Holds README.md, CONTRIBUTING.md and docs/ against the code. */
import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { COMMANDS } from '../src/cli/commands.ts';
import { CODES } from '../src/errors.ts';
import { RPC } from '../src/wire/codes.ts';
import { TARGETS } from './fuzz/targets.ts';

const ROOT = join(import.meta.dirname, '..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const DOCUMENTS = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', ...globSync('docs/*.md', { cwd: ROOT })];

test('docs/errors.md must explain every error code with its exit code, and no other', () => {
  const rows = [...read('docs/errors.md').matchAll(/^\| `(\w+)` \| (\d) \|/gm)];
  assert.deepEqual(Object.fromEntries(rows.map(([, code, exit]) => [code, Number(exit)])), CODES);
});

test('docs/errors.md must explain every JSON-RPC code of the gateway', () => {
  const own = Object.values(RPC).filter((code) => code > -32_000);
  assert.deepEqual(
    own.filter((code) => !read('docs/errors.md').includes(`| ${code} |`)),
    [],
  );
});

test('the table of commands in docs/operations.md must have every command', () => {
  const text = read('docs/operations.md');
  const table = text.slice(text.indexOf('## Commands'), text.indexOf('Exit codes:'));
  const commands = COMMANDS.map(({ name }) => name);
  assert.ok(commands.length > 5);
  assert.deepEqual(
    commands.filter((name) => !new RegExp(`(\`|hive )${name}\\b`).test(table)),
    [],
  );
});

test('docs/config.md must name every key of the config', () => {
  const text = read('docs/config.md');
  const { definitions, properties } = JSON.parse(read('schemas/stack.schema.json'));
  const entries = Object.values<{ properties: object }>(definitions).map((entry) => entry.properties);
  const keys = [properties, ...entries].flatMap((entry) => Object.keys(entry));
  assert.ok(keys.includes('maxInFlight') && keys.includes('composeFile'), keys.join());
  assert.deepEqual(
    keys.filter((key) => key !== '$schema' && !text.includes(`\`${key}\``)),
    [],
  );
});

test('links between documents must lead to existing files', () => {
  const dead = DOCUMENTS.flatMap((document) =>
    [...read(document).matchAll(/\]\((?!https?:|#)([^)#]+)/g)]
      .map(([, target = '']) => target)
      .filter((target) => !existsSync(join(ROOT, dirname(document), target)))
      .map((target) => `${document}: ${target}`),
  );
  assert.deepEqual(dead, []);
});

/** The anchors that GitHub gives the headings of a document. */
const anchors = (text: string): string[] =>
  [...text.replace(/^```.*?^```/gms, '').matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );

test('links to a part of a document must lead to one of its headings', () => {
  const links = DOCUMENTS.flatMap((document) =>
    [...read(document).matchAll(/\]\((?!https?:)([^)#]*)#([^)]+)\)/g)].map(([, path = '', anchor = '']) => ({
      document,
      target: path ? join(dirname(document), path) : document,
      anchor,
    })),
  );
  assert.ok(links.length >= 5);
  const dead = links.filter(({ target, anchor }) => !anchors(read(target)).includes(anchor));
  assert.deepEqual(dead, []);
});

test('files and folders that docs/architecture.md names must exist', () => {
  const named = [...read('docs/architecture.md').matchAll(/`([\w-]+(?:\/[\w.-]+)*(?:\.ts|\/))`/g)];
  const paths = named.map(([, path = '']) => path).filter((path) => !/NAME/.test(path));
  assert.ok(paths.length > 20);
  assert.deepEqual(
    paths.filter((path) => !existsSync(join(ROOT, path)) && !existsSync(join(ROOT, 'src', path))),
    [],
  );
});

test('each threat in SECURITY.md must name tests that exist', () => {
  const rows = read('SECURITY.md')
    .split('\n')
    .filter((line) => /^\| (?!asset|-)/.test(line));
  assert.ok(rows.length > 15);
  for (const row of rows) {
    const [, attacker = '', , defence = '', tests = ''] = row.split('|').slice(1, -1);
    assert.ok(attacker.trim() && defence.trim(), row);
    const files = [...tests.matchAll(/`([^`]+)`/g)].map(([, file = '']) => file);
    assert.ok(files.length > 0, row);
    for (const file of files)
      assert.ok(/^test\/.*\.test\.ts$/.test(file) && existsSync(join(ROOT, file)), file);
  }
});

test('tests that a document names must exist', () => {
  const named = DOCUMENTS.flatMap((document) =>
    [...read(document).matchAll(/`(test\/[\w./-]+\.test\.ts)`/g)].map(([, path = '']) => ({
      document,
      path,
    })),
  );
  assert.ok(named.length > 20);
  assert.deepEqual(
    named.filter(({ path }) => !path.includes('NAME') && !existsSync(join(ROOT, path))),
    [],
  );
});

test('docs/fuzzing.md must have a row for each target, and name each input that is kept', () => {
  const text = read('docs/fuzzing.md');
  for (const { name } of TARGETS) assert.ok(text.includes(`| \`${name}\` |`), name);
  const kept = globSync('test/fuzz/kept/*/*.json', { cwd: ROOT });
  assert.deepEqual(
    kept.filter((path) => !text.includes(`\`${path.slice('test/fuzz/kept/'.length)}\``)),
    [],
  );
});
