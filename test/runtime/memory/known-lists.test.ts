/** Inventories of the last run are found again for exactly what they belong to. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { Inventory } from '../../../src/model/catalog.ts';
import type { Unit } from '../../../src/model/compiled.ts';
import { createKnownLists } from '../../../src/runtime/memory/known-lists.ts';

const ROOT = mkdtempSync(join(tmpdir(), 'hive-lists-'));
after(() => rmSync(ROOT, { recursive: true, force: true }));

const unit = (hash: string, values?: string, serverName = 's'): Unit =>
  ({ server: { serverName, type: 'native' }, hash, values }) as unknown as Unit;

const inventory = (tool: string): Inventory => ({
  serverName: 's',
  protocolVersion: '2025-11-25',
  serverInfo: '{}',
  capabilities: { tools: {} },
  tools: [{ key: tool, json: JSON.stringify({ name: tool }) }],
  resources: [],
  templates: [],
  prompts: [],
});

test('what is kept must be known to the next gateway, for that command and those values alone', () => {
  const folder = join(ROOT, 'kept');
  createKnownLists(folder).keep(unit('h', 'v'), inventory('a'));
  const next = createKnownLists(folder);
  assert.deepEqual(next.of(unit('h', 'v')), inventory('a'));
  assert.deepEqual(next.of(unit('h', 'v', 'other')), { ...inventory('a'), serverName: 'other' });
  for (const other of [unit('h'), unit('h', 'w'), unit('i', 'v')]) assert.equal(next.of(other), undefined);
});

test('files must be for the user alone, and a damaged one must count as none', () => {
  const folder = join(ROOT, 'damaged');
  createKnownLists(folder).keep(unit('h'), inventory('a'));
  const [name = ''] = readdirSync(folder);
  const path = join(folder, name);
  assert.match(name, /^2-[0-9a-f]{32}$/, 'the next release finds it under that name');
  assert.equal(statSync(path).mode & 0o777, 0o600);
  assert.equal(statSync(folder).mode & 0o777, 0o700);
  const text = readFileSync(path, 'utf8');
  for (const bad of [text.slice(0, -5), text.replace('"a"', '"b"'), '', 'x']) {
    writeFileSync(path, bad);
    assert.equal(createKnownLists(folder).of(unit('h')), undefined);
  }
});

test('files must be bounded in number and size, those used last stay', () => {
  const folder = join(ROOT, 'many');
  const lists = createKnownLists(folder);
  for (let i = 0; i < 300; i++) lists.keep(unit(`h${i}`), inventory('a'));
  assert.equal(readdirSync(folder).length, 256);
  assert.ok(createKnownLists(folder).of(unit('h299')));
  for (const [hash, characters] of [
    ['large', 4_190_000],
    ['too large', 4_200_000],
  ] as const) {
    // The name of the tool stands in its definition as well, and both in one text of at most 8 MiB.
    lists.keep(unit(hash), inventory('x'.repeat(characters)));
    assert.equal(createKnownLists(folder).of(unit(hash)) !== undefined, hash === 'large');
  }
});

test('a file of more than 32 MiB must count as none, also if its digest fits', () => {
  const folder = join(ROOT, 'huge');
  createKnownLists(folder).keep(unit('h'), inventory('a'));
  const [name = ''] = readdirSync(folder);
  for (const bytes of [30, 33]) {
    const text = JSON.stringify({ ...inventory('a'), serverInfo: 'x'.repeat(bytes * 1024 * 1024) });
    writeFileSync(join(folder, name), `${createHash('sha256').update(text).digest('hex')}\n${text}`);
    assert.equal(createKnownLists(folder).of(unit('h')) !== undefined, bytes === 30);
  }
});

test('a folder that cannot be written must cost nothing but the memory', () => {
  const file = join(ROOT, 'file');
  writeFileSync(file, '');
  const lists = createKnownLists(join(file, 'below'));
  lists.keep(unit('h'), inventory('a'));
  assert.deepEqual(lists.of(unit('h')), inventory('a'));
});

test('an inventory that had no room must be written when it is kept again', () => {
  const folder = join(ROOT, 'filled');
  writeFileSync(folder, '');
  const lists = createKnownLists(folder);
  lists.keep(unit('h'), inventory('a'));
  rmSync(folder);
  lists.keep(unit('h'), inventory('a'));
  assert.deepEqual(createKnownLists(folder).of(unit('h')), inventory('a'));
});
