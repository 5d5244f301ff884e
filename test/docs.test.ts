/** Holds README.md, CONTRIBUTING.md and docs/ against the code. */
import assert from 'node:assert/strict';
import { cpSync, existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { parse } from 'yaml';
import { COMMANDS } from '../src/cli/commands.ts';
import { loadStack } from '../src/config/load.ts';
import { CODES } from '../src/errors.ts';
import { RPC } from '../src/wire/codes.ts';
import { TARGETS } from './fuzz/targets.ts';

const ROOT = join(import.meta.dirname, '..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const README = read('README.md');

/** Code blocks of a language, without their fences. */
const blocks = (text: string, language: string): string[] =>
  [...text.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, 'gms'))].map(([, code = '']) => code);

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

test('the README’s table of commands must have every command', () => {
  const table = README.slice(README.indexOf('## Commands'), README.indexOf('Exit codes:'));
  const commands = COMMANDS.map(({ name }) => name);
  assert.ok(commands.length > 5);
  assert.deepEqual(
    commands.filter((name) => !new RegExp(`(\`|npx hive )${name}\\b`).test(table)),
    [],
  );
});

test('the README must name every key of the config', () => {
  const { definitions, properties } = JSON.parse(read('schemas/stack.schema.json'));
  const entries = Object.values<{ properties: object }>(definitions).map((entry) => entry.properties);
  const keys = [properties, ...entries].flatMap((entry) => Object.keys(entry));
  assert.ok(keys.includes('maxInFlight') && keys.includes('composeFile'), keys.join());
  assert.deepEqual(
    keys.filter((key) => key !== '$schema' && !README.includes(`\`${key}\``)),
    [],
  );
});

test('every config in the README must load unchanged', async (t) => {
  const configs = blocks(README, 'yaml').filter((text) => !text.startsWith('services:'));
  assert.ok(configs.length >= 3);
  for (const text of configs) {
    const whole = text.includes('servers:') ? text : wholeOf(text);
    const stack = await loadStack(exampleFile(t, whole), { DOCS_TOKEN: 'x' });
    assert.equal(stack.servers.length, Object.keys(parse(whole).servers).length);
  }
});

/** Puts entries below `servers`, settings beside it. */
const wholeOf = (text: string): string =>
  text.startsWith(' ') ? `servers:\n${text}` : `${text}\nservers: {}\n`;

/** Writes the example where readers would put it: in stacks/, beside its Dockerfiles. */
function exampleFile(t: TestContext, text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'hive-readme-'));
  t.after(() => rmSync(folder, { recursive: true }));
  cpSync(join(ROOT, 'dockerfiles'), join(folder, 'dockerfiles'), { recursive: true });
  cpSync(join(ROOT, 'stacks'), join(folder, 'stacks'), { recursive: true });
  writeFileSync(join(folder, 'stacks/time.Dockerfile'), blocks(README, 'dockerfile')[0] ?? '');
  writeFileSync(join(folder, 'stacks/example.yaml'), text);
  return join(folder, 'stacks/example.yaml');
}

test('text to be pasted into JSON files must be JSON', () => {
  const cells = [...README.matchAll(/\| `(\{.*\})` \|$/gm)].map(([, cell = '']) => cell);
  const pasted = [...cells, ...blocks(README, 'json')];
  assert.ok(pasted.length >= 4);
  for (const text of pasted) assert.match(JSON.stringify(JSON.parse(text)), /8001\/mcp|stdio/);
});

test('links between documents must lead to existing files', () => {
  const documents = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', ...globSync('docs/*.md', { cwd: ROOT })];
  const dead = documents.flatMap((document) =>
    [...read(document).matchAll(/\]\((?!https?:|#)([^)#]+)/g)]
      .map(([, target = '']) => target)
      .filter((target) => !existsSync(join(ROOT, dirname(document), target)))
      .map((target) => `${document}: ${target}`),
  );
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

test('docs/fuzzing.md must have a row for each target, and name each input that is kept', () => {
  const text = read('docs/fuzzing.md');
  for (const { name } of TARGETS) assert.ok(text.includes(`| \`${name}\` |`), name);
  const kept = globSync('test/fuzz/kept/*/*.json', { cwd: ROOT });
  assert.deepEqual(
    kept.filter((path) => !text.includes(`\`${path.slice('test/fuzz/kept/'.length)}\``)),
    [],
  );
});
