/** Edits of random texts: nothing but the entry may change, whoever else has edited the text in between. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import '../helpers/seed.ts';
import { Document, isMap, parseDocument, visit } from 'yaml';
import { Backups } from '../../src/cli/connect/backups.ts';
import { entriesIn, type Slot, withEntry, withoutEntry } from '../../src/clients/edit/edit.ts';
import { EditFault } from '../../src/clients/edit/fault.ts';
import { openStateDir } from '../../src/runtime/memory/state-dir.ts';
import { replaceFile } from '../../src/store/replace-file.ts';

const RUNS = { numRuns: 400 };
const ENTRY = { name: 'hive', url: 'http://127.0.0.1:8001/mcp', headers: { A: 'Bearer "x" \\ # y' } };

const key = fc.constantFrom('a', 'b.c', 'd e', 'ü', 'type', 'url', 'args', 'x-1', '1', 'on');
const text = fc.constantFrom(
  '',
  'x',
  '# no',
  '// no',
  '/* no */',
  '{"',
  'a\nb',
  "it's",
  '[mcp_servers.hive]',
  ': ',
  '- ',
);
const scalar = fc.oneof(text, fc.integer(), fc.boolean());
const server = fc.dictionary(key, fc.oneof(scalar, fc.array(text, { maxLength: 3 })), { maxKeys: 4 });
const servers = fc.uniqueArray(fc.tuple(key, server), { selector: ([name]) => name, maxLength: 4 });
const rest = fc.dictionary(key, fc.oneof(scalar, server), { maxKeys: 3 });
/** What a layout leaves open, as random numbers. */
const dice = fc.infiniteStream(fc.nat({ max: 99 }));

/** Lays a value out as JSON with comments, as people and programs do. */
function jsonc(value: unknown, roll: () => number, eol: string, indent: string, depth = 0): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  const items = Array.isArray(value)
    ? value.map((item) => jsonc(item, roll, eol, indent, depth + 1))
    : Object.entries(value).map(
        ([name, item]) =>
          `${JSON.stringify(name)}${roll() < 10 ? ' ' : ''}: ${jsonc(item, roll, eol, indent, depth + 1)}`,
      );
  if (items.length === 0)
    return roll() < 80 ? `${open}${close}` : `${open}${eol}${indent.repeat(depth)}${close}`;
  const comma = roll() < 20 ? ',' : '';
  if (roll() < 25) return `${open} ${items.join(', ')}${comma} ${close}`;
  const lead = `${eol}${indent.repeat(depth + 1)}`;
  const lines = items.map((item, at) => {
    const note = roll() < 15 ? ` // "hive": {}, ${at}` : '';
    const before = roll() < 10 ? `${lead}/* { "a": [ */` : '';
    return `${before}${lead}${item}${at < items.length - 1 ? ',' : comma}${note}`;
  });
  return `${open}${lines.join('')}${eol}${indent.repeat(depth)}${close}`;
}

const jsonTexts = fc
  .tuple(rest, servers, dice, fc.constantFrom('\n', '\r\n'), fc.constantFrom('  ', '\t', '    '))
  .map(([others, own, rolls, eol, indent]) => {
    const roll = (): number => rolls.next().value;
    const value = { ...others, mcpServers: Object.fromEntries(own) };
    const bom = roll() < 10 ? '\uFEFF' : '';
    return `${bom}${roll() < 20 ? `// top${eol}` : ''}${jsonc(value, roll, eol, indent)}${roll() < 70 ? eol : ''}`;
  });

function yamlText(value: object, roll: () => number, eol: string): string {
  const document = new Document(value);
  visit(document, {
    Collection(_key, node) {
      node.flow = roll() < 20;
      if (roll() < 10 && !node.flow) node.comment = ' after';
    },
    Pair(_key, { key: name }) {
      if (roll() < 10) (name as { commentBefore?: string }).commentBefore = ' before';
    },
  });
  const options = { indent: 2 + (roll() % 3), indentSeq: roll() < 50, lineWidth: 0 };
  const written = document.toString(options);
  return (roll() < 70 ? written : written.trimEnd()).replaceAll('\n', eol);
}

const yamlTexts = (shape: 'map' | 'list', name: string) =>
  fc
    .tuple(rest, servers, dice, fc.constantFrom('\n', '\r\n'))
    .map(([others, own, rolls, eol]) => {
      const list = own.map(([id, it]) => ({ ...it, name: id }));
      const value = { [name]: shape === 'list' ? list : Object.fromEntries(own), ...others };
      return yamlText(value, () => rolls.next().value, eol);
    })
    .filter((it) => parseDocument(it).errors.length === 0); // The package writes `key:` and `[]` below it, and does not read that.

const tomlText = (value: unknown): string =>
  Array.isArray(value) ? `[${value.map(tomlText).join(',\n  # in a list ]\n  ')}]` : JSON.stringify(value);

const tomlTexts = (shape: 'map' | 'list') =>
  fc.tuple(servers, dice, fc.constantFrom('\n', '\r\n')).map(([own, rolls, eol]) => {
    const roll = (): number => rolls.next().value;
    const tables = own.map(([name, it]) => {
      const head = shape === 'list' ? '[[mcp_servers]]' : `[ mcp_servers . ${JSON.stringify(name)} ]`;
      const lines = Object.entries({ ...it, ...(shape === 'list' ? { name } : {}) }).map(
        ([id, inner]) => `${JSON.stringify(id)} = ${tomlText(inner)}${roll() < 20 ? ' # [x]' : ''}`,
      );
      return [
        roll() < 20 ? '# before' : '',
        head,
        ...lines,
        roll() < 50 ? '' : "t = '''\n[mcp_servers.hive]\n'''",
      ].join('\n');
    });
    const top = roll() < 50 ? 'model = "x" # [y]\n' : '';
    const end = roll() < 50 ? '\n[tui]\nx = 1\n' : '';
    return `${top}${tables.join('\n')}${end}${roll() < 70 ? '\n' : ''}`.replaceAll('\n', eol);
  });

interface Kind {
  readonly name: string;
  readonly slot: Slot;
  readonly texts: fc.Arbitrary<string>;
}

const KINDS: readonly Kind[] = [
  { name: 'JSON', slot: { format: 'json', key: ['mcpServers'], shape: 'map' }, texts: jsonTexts },
  {
    name: 'YAML map',
    slot: { format: 'yaml', key: ['extensions'], shape: 'map' },
    texts: yamlTexts('map', 'extensions'),
  },
  {
    name: 'YAML list',
    slot: { format: 'yaml', key: ['mcpServers'], shape: 'list' },
    texts: yamlTexts('list', 'mcpServers'),
  },
  {
    name: 'TOML tables',
    slot: { format: 'toml', key: ['mcp_servers'], shape: 'map' },
    texts: tomlTexts('map'),
  },
  {
    name: 'TOML list',
    slot: { format: 'toml', key: ['mcp_servers'], shape: 'list' },
    texts: tomlTexts('list'),
  },
];

/** Undefined if the text is refused, which is allowed but must be rare. */
function connected(before: string, slot: Slot, name = 'hive'): string | undefined {
  try {
    return withEntry(before, slot, name, { ...ENTRY, name });
  } catch (thrown) {
    assert.ok(thrown instanceof EditFault, String(thrown));
    return undefined;
  }
}

/** True if `part` is `whole` with pieces left out. */
function isWithin(part: string, whole: string): boolean {
  let at = 0;
  for (const character of whole) if (character === part[at]) at++;
  return at === part.length;
}

for (const { name, slot, texts } of KINDS) {
  test(`${name}: an entry must be added and removed without a loss of one byte`, () => {
    let refused = 0;
    fc.assert(
      fc.property(texts, (before) => {
        const text = connected(before, slot);
        if (text === undefined) return void refused++;
        assert.ok(isWithin(before, text), 'a byte was lost');
        assert.deepEqual(JSON.parse(JSON.stringify(entriesIn(text, slot).get('hive'))), ENTRY);
        const left = withoutEntry(text, slot, 'hive');
        assert.deepEqual([...entriesIn(left, slot)], [...entriesIn(before, slot)]);
        assert.equal(
          left.replace(/[\s,]/g, '').replace(/\{\}|\[\]/, ''),
          before.replace(/[\s,]/g, '').replace(/\{\}|\[\]/, ''),
        );
      }),
      RUNS,
    );
    assert.ok(refused < RUNS.numRuns / 20, `${refused} refused`);
  });

  test(`${name}: an entry that somebody else has added behind ours must outlive ours`, () => {
    fc.assert(
      fc.property(texts, (before) => {
        const text = connected(before, slot);
        const edited = text === undefined ? undefined : connected(text, slot, 'other');
        if (edited === undefined) return;
        const left = withoutEntry(edited, slot, 'hive');
        assert.deepEqual([...entriesIn(left, slot).keys()], [...entriesIn(before, slot).keys(), 'other']);
      }),
      RUNS,
    );
  });
}

test('a file that was connected must be undone to the very bytes, whatever it held', (t) => {
  const root = mkdtempSync(join(tmpdir(), 'hive-undo-'));
  t.after(() => rmSync(root, { recursive: true }));
  const backups = new Backups(openStateDir('/x/hive.yaml', { HIVE_STATE_DIR: root }));
  const path = join(root, 'file');
  const current = (): Buffer => readFileSync(path);
  for (const { slot, texts } of KINDS)
    fc.assert(
      fc.property(texts, (before) => {
        const text = connected(before, slot);
        if (text === undefined) return;
        writeFileSync(path, before);
        const [old, next] = [Buffer.from(before), Buffer.from(text)];
        const write = (from: Buffer, to: Buffer) =>
          assert.equal(replaceFile({ path, before: from, after: to, maxBytes: 1 << 20, now: 0 }), 'done');
        backups.keep(path, old);
        write(old, next);
        backups.remember(path, 'hive', old, next);
        const written = backups.get(path, 'hive');
        const original = written && backups.original(written, current());
        assert.ok(Buffer.isBuffer(original));
        write(next, original);
        assert.deepEqual(current(), old);
      }),
      { numRuns: 20 },
    );
});

test('any text at all must be edited or refused, and never break anything', () => {
  const anyText = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(...'{}[]",:/*#\n -a=\'') }));
  fc.assert(
    fc.property(anyText, fc.nat(KINDS.length - 1), (before, at) => {
      const slot = KINDS[at]?.slot as Slot;
      const text = connected(before, slot);
      if (text !== undefined) assert.ok(entriesIn(text, slot).has('hive'));
    }),
    { numRuns: 3_000 },
  );
});

test('the generated YAML must have maps in both layouts, or the properties would show little', () => {
  const flows = fc.sample(yamlTexts('map', 'extensions'), 50).map((it) => {
    const { contents } = parseDocument(it);
    return (
      isMap(contents) &&
      isMap(contents.get('extensions')) &&
      (contents.get('extensions') as { flow?: boolean }).flow
    );
  });
  assert.ok(new Set(flows).size > 1);
});
