/**
 * Examples in the documents: config files load, and commands exist. Above a block that is no whole example stands
 * `<!-- a part -->`.
 */
import assert from 'node:assert/strict';
import { cpSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { parse } from 'yaml';
import { COMMANDS } from '../src/cli/commands.ts';
import { loadStack } from '../src/config/load.ts';

const ROOT = join(import.meta.dirname, '..');
const DOCUMENTS = [
  ...['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'bench/README.md'],
  ...globSync('docs/*.md', { cwd: ROOT }),
];

interface Block {
  /** `docs/config.md:7` */
  readonly place: string;
  readonly language: string;
  readonly code: string;
}

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const BLOCKS = DOCUMENTS.flatMap((path) => blocksOf(path, read(path)));

function blocksOf(path: string, text: string): Block[] {
  const found = text.matchAll(/^(<!-- a part -->\n)?```(\w*)\n(.*?)^```$/gms);
  return [...found].flatMap(({ index, 1: part, 2: language = '', 3: code = '' }) => {
    const line = text.slice(0, index).split('\n').length;
    return part ? [] : [{ place: `${path}:${line}`, language, code }];
  });
}

const inLanguage = (language: string): Block[] => BLOCKS.filter((block) => block.language === language);

test('every fence must be closed', () => {
  for (const path of DOCUMENTS) assert.equal((read(path).match(/^```/gm) ?? []).length % 2, 0, path);
});

test('every config in the documents must load unchanged', async (t) => {
  const configs = inLanguage('yaml').filter(({ code }) => !code.startsWith('services:'));
  assert.ok(configs.length >= 8);
  for (const { place, code } of configs) {
    const whole = /^(mcpServers|servers):/m.test(code) ? code : wholeOf(code);
    const stack = await loadStack(exampleFile(t, whole), { DOCS_TOKEN: 'x', REPORTS_SECRET: 'x' }).catch(
      (error) => assert.fail(`${place}: ${error.message}`),
    );
    assert.equal(stack.servers.length, Object.keys(parse(whole).servers).length, place);
  }
});

test('every Compose file in the documents must be one', () => {
  const files = inLanguage('yaml').filter(({ code }) => code.startsWith('services:'));
  assert.ok(files.length >= 2);
  for (const { place, code } of files)
    for (const service of Object.values<{ image?: string }>(parse(code).services))
      assert.equal(typeof service.image, 'string', place);
});

/** Puts entries below `servers`, settings beside it. */
const wholeOf = (text: string): string =>
  text.startsWith(' ') ? `servers:\n${text}` : `${text}\nservers: {}\n`;

/** Writes the example where readers would put it: in stacks/, beside its Dockerfiles. */
function exampleFile(t: TestContext, text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'hive-docs-'));
  t.after(() => rmSync(folder, { recursive: true }));
  cpSync(join(ROOT, 'dockerfiles'), join(folder, 'dockerfiles'), { recursive: true });
  cpSync(join(ROOT, 'stacks'), join(folder, 'stacks'), { recursive: true });
  const dockerfile = inLanguage('dockerfile').find(({ place }) => place.startsWith('docs/config.md'));
  writeFileSync(join(folder, 'stacks/time.Dockerfile'), dockerfile?.code ?? '');
  mkdirSync(join(folder, 'stacks/time'));
  writeFileSync(join(folder, 'stacks/time/Dockerfile'), dockerfile?.code ?? '');
  writeFileSync(join(folder, 'stacks/example.yaml'), text);
  return join(folder, 'stacks/example.yaml');
}

test('text to be pasted into JSON files must be JSON', () => {
  const cells = [...read('docs/clients.md').matchAll(/\| `(\{.*\})` \|$/gm)].map(([, cell = '']) => cell);
  const pasted = [...cells, ...inLanguage('json').map(({ code }) => code)];
  assert.ok(pasted.length >= 4);
  for (const text of pasted) assert.match(JSON.stringify(JSON.parse(text)), /8001\/mcp|stdio/);
});

test('no document may hold a credential that works', () => {
  for (const path of DOCUMENTS)
    for (const [digest, hex = ''] of read(path).matchAll(/sha256:([0-9a-f]{64})/g))
      assert.equal(hex, '0'.repeat(64), `${path}: ${digest}`);
});

const CALLS = DOCUMENTS.flatMap((path) => callsIn(read(path)).map((words) => ({ path, words })));

/** The words behind `hive`, in spans of code and in lines of a block that begin with it or with a prompt. */
function callsIn(text: string): string[][] {
  const spans = [...text.matchAll(/`(?:npx )?hive ([^`\n]+)`/g)].map(([, call = '']) => call);
  const lines = [...text.matchAll(/^(?:\$ )?(?:npx )?hive ((?:[a-z]|-).*)$/gm)].map(([, call = '']) => call);
  return [...spans, ...lines].map((call) => (call.split(/\s{2,}|[;#|]| && /)[0] ?? '').trim().split(/\s+/));
}

const optionsOf = (name: string): string[] =>
  (COMMANDS.find((it) => it.name === name)?.options ?? []).flatMap(
    ([syntax]) => syntax.match(/--?[a-z][a-z-]*/g) ?? [],
  );

test('every command in the documents must exist, with its options', () => {
  assert.ok(CALLS.length > 60);
  // Made by the library for the command line.
  const names = [...COMMANDS.map(({ name }) => name), 'help', '--version', '--help', 'COMMAND'];
  for (const { path, words } of CALLS) {
    const [first = '', ...rest] = words;
    const name = first.replace(/[,.]$/, '');
    assert.ok(names.includes(name), `${path}: hive ${words.join(' ')}`);
    for (const word of rest) {
      const option = /^\[?(--?[a-z][a-z-]*)/.exec(word)?.[1];
      if (option && option !== '--help')
        assert.ok(optionsOf(name).includes(option), `${path}: hive ${words.join(' ')}`);
    }
  }
});

test('every npm script in the documents must exist', () => {
  const { scripts } = JSON.parse(read('package.json'));
  const used = DOCUMENTS.flatMap((path) =>
    [...read(path).matchAll(/npm run ([a-z][\w:-]*)/g)].map(([, name = '']) => ({ path, name })),
  );
  assert.ok(used.length > 10);
  for (const { path, name } of used) assert.ok(name in scripts, `${path}: npm run ${name}`);
});
