/**
 * The first config of folders with different files: golden outputs. HIVE_UPDATE_GOLDEN=1 writes them anew.
 */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { type Draft, draftConfig } from '../../../src/cli/init/draft.ts';
import type { Runners } from '../../../src/cli/init/examples.ts';
import type { Machine } from '../../../src/clients/data/client.ts';
import { loadStack } from '../../../src/config/load.ts';
import { CASES } from './cases.ts';

const ROOT = mkdtempSync(join(tmpdir(), 'hive-init-'));
after(() => rmSync(ROOT, { recursive: true }));

const ALL: Runners = { npx: true, uvx: true, docker: true };
const NONE: Runners = { npx: false, uvx: false, docker: false };

interface Made {
  readonly folder: string;
  readonly draft: Draft;
}

/** Files whose names begin with `~` are in the home. */
async function draftFor(
  files: Readonly<Record<string, string>>,
  runners = ALL,
  wanted: (names: readonly string[]) => readonly string[] = (names) => names,
): Promise<Made> {
  const root = mkdtempSync(join(ROOT, 'case-'));
  const [folder, home] = [join(root, 'project'), join(root, 'home')];
  mkdirSync(folder);
  for (const [name, text] of Object.entries(files)) {
    const path = name.startsWith('~/') ? join(home, name.slice(2)) : join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text.replaceAll('FOLDER', folder));
  }
  const machine: Machine = { platform: 'linux', home, env: {} };
  const facts = { folder, machine, runners, port: undefined, composeFile: undefined };
  const target = join(folder, 'hive.yaml');
  const schema = '/opt/hive/stack.schema.json';
  const draft = await draftConfig({ ...facts, target, schema }, async (origins) =>
    wanted([...origins.keys()]),
  );
  return { folder, draft };
}

/** Loads as Hive would, and must have no problem. */
async function load({ folder, draft }: Made, text = draft.text) {
  const file = join(folder, 'hive.yaml');
  writeFileSync(file, text);
  return loadStack(file, Object.fromEntries(draft.variables));
}

function rendered({ text, variables, unset, notes }: Draft): string {
  const list = (title: string, lines: readonly string[]): string =>
    lines.length === 0 ? '' : `\n--- ${title}\n${lines.join('\n')}\n`;
  return [
    text,
    list(
      '.env',
      [...variables].map(([name, value]) => `${name}=${value}`),
    ),
    list('unset', unset),
    list('notes', notes),
  ].join('');
}

for (const [name, { files, runners = ALL }] of Object.entries(CASES))
  test(`the first config of a folder with ${name} must load, and be as the golden file`, async () => {
    const made = await draftFor(files, runners);
    const { servers } = await load(made);
    assert.deepEqual(
      servers.map(({ serverName }) => serverName),
      made.draft.serverNames,
    );
    const golden = join(import.meta.dirname, 'golden', `${name.replaceAll(/\W+/g, '-')}.txt`);
    const text = rendered(made.draft);
    assert.ok(!text.includes(ROOT), 'a path of this machine');
    if (process.env.HIVE_UPDATE_GOLDEN) {
      mkdirSync(dirname(golden), { recursive: true });
      writeFileSync(golden, text);
    }
    assert.equal(text, readFileSync(golden, 'utf8'));
  });

test('each example behind a # must load once the # is taken away', async () => {
  for (const runners of [ALL, NONE]) {
    const made = await draftFor({}, runners);
    const lines = made.draft.text.split('\n');
    const start = lines.findIndex((line) => line.includes('Other kinds of servers'));
    const examples = lines.slice(start).map((line) => line.replace(/^( {2})# (?=( {2})?[a-z]+:)/, '$1'));
    const { servers } = await load(made, [...lines.slice(0, start), ...examples].join('\n'));
    assert.equal(servers.length, 5);
  }
});

test('the example that is on must be one that this machine can start', async () => {
  for (const [runners, name] of [
    [ALL, 'everything'],
    [{ ...ALL, npx: false }, 'time'],
    [{ ...NONE, docker: true }, 'fetch'],
    [NONE, 'hive'],
  ] as const)
    assert.deepEqual((await draftFor({}, runners)).draft.serverNames, [name]);
});

test('servers that nobody wants must leave no trace, and no secret', async () => {
  const token = 'ghp_abcdefghijklmnopqrstu';
  const entry = (name: string) => ({
    command: name,
    env: { [`${name.toUpperCase()}_TOKEN`]: `${token}${name}` },
  });
  const files = { '.mcp.json': JSON.stringify({ mcpServers: { a: entry('a'), b: entry('b') } }) };
  const { draft } = await draftFor(files, ALL, () => ['b']);
  assert.deepEqual(draft.serverNames, ['b']);
  assert.deepEqual([...draft.variables.keys()], ['B_TOKEN']);
  assert.doesNotMatch(rendered(draft), /\ba:|A_TOKEN|ghp_\w+a\b/);
  assert.deepEqual((await draftFor(files, ALL, () => [])).draft.serverNames, ['everything']);
});

test('a value that .env has already must be used under its name, and not written twice', async () => {
  const secret = 'ghp_abcdefghijklmnopqrstu';
  const file = { mcpServers: { a: { command: 'a', env: { GH_TOKEN: secret } } } };
  const { draft } = await draftFor({ '.mcp.json': JSON.stringify(file), '.env': `GH_TOKEN=${secret}\n` });
  assert.equal(draft.variables.size, 0);
  assert.match(draft.text, /GH_TOKEN: \$\{GH_TOKEN\}/);
});
