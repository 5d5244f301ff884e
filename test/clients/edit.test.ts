/** Edits of single texts: the layout that they keep, and the texts that they refuse. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { entriesIn, type Slot, withEntry, withoutEntry } from '../../src/clients/edit/edit.ts';
import { EditFault } from '../../src/clients/edit/fault.ts';

const JSON_SLOT: Slot = { format: 'json', key: ['mcpServers'], shape: 'map' };
const TOML_SLOT: Slot = { format: 'toml', key: ['mcp_servers'], shape: 'map' };
const TOML_LIST: Slot = { ...TOML_SLOT, shape: 'list' };
const YAML_SLOT: Slot = { format: 'yaml', key: ['extensions'], shape: 'map' };
const YAML_LIST: Slot = { format: 'yaml', key: ['mcpServers'], shape: 'list' };
const ENTRY = { url: 'u' };
const NAMED = { name: 'hive', url: 'u' };

interface Case {
  readonly what: string;
  readonly slot: Slot;
  readonly before: string;
  readonly after: string;
  /** Text after the removal, if not `before`. */
  readonly left?: string;
}

const CASES: readonly Case[] = [
  {
    what: 'an object that holds others',
    slot: JSON_SLOT,
    before: '{\n\t"mcpServers": {\n\t\t"a": { "command": "x" } // mine\n\t\t// "b": {}\n\t}\n}',
    after:
      '{\n\t"mcpServers": {\n\t\t"a": { "command": "x" }, // mine\n\t\t// "b": {}\n\t\t"hive": {\n\t\t\t"url": "u"\n\t\t}\n\t}\n}',
  },
  {
    what: 'a trailing comma',
    slot: JSON_SLOT,
    before: '{\r\n  "mcpServers": {\r\n    "a": {},\r\n  },\r\n}\r\n',
    after:
      '{\r\n  "mcpServers": {\r\n    "a": {},\r\n    "hive": {\r\n      "url": "u"\r\n    }\r\n  },\r\n}\r\n',
    left: '{\r\n  "mcpServers": {\r\n    "a": {}\r\n  },\r\n}\r\n',
  },
  {
    what: 'one line',
    slot: JSON_SLOT,
    before: '{"mcpServers":{"a":{}}}',
    after: '{"mcpServers":{"a":{},"hive":{"url":"u"}}}',
  },
  {
    what: 'one line with blanks',
    slot: JSON_SLOT,
    before: '{ "mcpServers": { "a": {} } }\n',
    after: '{ "mcpServers": { "a": {}, "hive": {"url":"u"} } }\n',
  },
  {
    what: 'an empty object',
    slot: JSON_SLOT,
    before: '{\n  "theme": "dark",\n  "mcpServers": {}\n}\n',
    after: '{\n  "theme": "dark",\n  "mcpServers": {\n    "hive": {\n      "url": "u"\n    }\n  }\n}\n',
    left: '{\n  "theme": "dark",\n  "mcpServers": {\n  }\n}\n',
  },
  {
    what: 'a key that is missing, behind a BOM',
    slot: JSON_SLOT,
    before: '\uFEFF{\n  "theme": "dark"\n}',
    after: '\uFEFF{\n  "theme": "dark",\n  "mcpServers": {\n    "hive": {\n      "url": "u"\n    }\n  }\n}',
    left: '\uFEFF{\n  "theme": "dark",\n  "mcpServers": {\n  }\n}',
  },
  {
    what: 'comments alone',
    slot: JSON_SLOT,
    before: '// settings',
    after: '// settings\n{\n  "mcpServers": {\n    "hive": {\n      "url": "u"\n    }\n  }\n}\n',
    left: '// settings\n{\n  "mcpServers": {\n  }\n}\n',
  },
  {
    what: 'a key with a dot',
    slot: { ...JSON_SLOT, key: ['amp.mcpServers'] },
    before: '{\n  "amp.mcpServers": {\n    "a": {}\n  }\n}\n',
    after: '{\n  "amp.mcpServers": {\n    "a": {},\n    "hive": {\n      "url": "u"\n    }\n  }\n}\n',
  },
  {
    what: 'servers that stand a level deeper in newer files',
    slot: { ...JSON_SLOT, key: ['mcp'], innerKey: 'servers' },
    before: '{\n  "mcp": {\n    "servers": {\n      "a": {}\n    }\n  }\n}\n',
    after:
      '{\n  "mcp": {\n    "servers": {\n      "a": {},\n      "hive": {\n        "url": "u"\n      }\n    }\n  }\n}\n',
  },
  {
    what: 'a table',
    slot: TOML_SLOT,
    before: '# mine\nmodel = "x"\n\n[mcp_servers.a] # b\ncommand = "y"\n',
    after: '# mine\nmodel = "x"\n\n[mcp_servers.a] # b\ncommand = "y"\n\n[mcp_servers.hive]\nurl = "u"\n',
  },
  {
    what: 'a table in a text without a final line end',
    slot: TOML_SLOT,
    before: 'model = """\n[mcp_servers.hive]\n"""',
    after: 'model = """\n[mcp_servers.hive]\n"""\n\n[mcp_servers.hive]\nurl = "u"',
  },
  { what: 'no text', slot: TOML_SLOT, before: '', after: '[mcp_servers.hive]\nurl = "u"\n' },
  {
    what: 'tables in a list',
    slot: TOML_LIST,
    before: '[[mcp_servers]]\r\nname = "a"\r\n\r\n[mcp_servers.env]\r\nK = "hive"\r\n',
    after:
      '[[mcp_servers]]\r\nname = "a"\r\n\r\n[mcp_servers.env]\r\nK = "hive"\r\n\r\n[[mcp_servers]]\r\nname = "hive"\r\nurl = "u"\r\n',
  },
  {
    what: 'an empty list in brackets',
    slot: TOML_LIST,
    before: 'mcp_servers = [] # none\n[tui]\nx = 1\n',
    after: 'mcp_servers = [{ name = "hive", url = "u" }] # none\n[tui]\nx = 1\n',
  },
  {
    what: 'a block map between others',
    slot: YAML_SLOT,
    before: '# mine\nextensions:\n    a:\n        cmd: x # y\n\n# next\nother: 1\n',
    after: '# mine\nextensions:\n    a:\n        cmd: x # y\n    hive:\n      url: u\n\n# next\nother: 1\n',
  },
  {
    what: 'a block list',
    slot: YAML_LIST,
    before: 'name: x\nmcpServers:\n- name: a\n  command: y',
    after: 'name: x\nmcpServers:\n- name: a\n  command: y\n- name: hive\n  url: u',
  },
  {
    what: 'a key without a value',
    slot: YAML_SLOT,
    before: 'extensions: # none\nother: 1\n',
    after: 'extensions: # none\n  hive:\n    url: u\nother: 1\n',
    left: 'extensions: {} # none\nother: 1\n',
  },
  {
    what: 'a map in braces',
    slot: YAML_SLOT,
    before: 'extensions: { a: { cmd: x } }\r\n',
    after: 'extensions: { a: { cmd: x }, "hive": {"url":"u"} }\r\n',
  },
  {
    what: 'an empty list',
    slot: YAML_LIST,
    before: 'mcpServers: []\n',
    after: 'mcpServers: [{"name":"hive","url":"u"}]\n',
  },
  {
    what: 'a missing key',
    slot: YAML_SLOT,
    before: 'a: 1',
    after: 'a: 1\nextensions:\n  hive:\n    url: u',
    left: 'a: 1\nextensions: {}',
  },
];

for (const { what, slot, before, after, left = before } of CASES)
  test(`${slot.format}: ${what} must take an entry and lose it, with every other byte as it was`, () => {
    const entry = slot.shape === 'list' ? NAMED : ENTRY;
    const text = withEntry(before, slot, 'hive', entry);
    assert.equal(text, after);
    assert.deepEqual({ ...entriesIn(text, slot).get('hive') }, entry);
    assert.equal(withoutEntry(text, slot, 'hive'), left);
  });

test('a value must find its place at any depth, for the digests of tokens', () => {
  const slot: Slot = { format: 'yaml', key: ['auth', 'tokens'], shape: 'map' };
  const texts: readonly (readonly [before: string, after: string])[] = [
    ['a: 1\n', 'a: 1\nauth:\n  tokens:\n    me: x\n'],
    ['auth:\n    oauth: {}\nb: 2\n', 'auth:\n    oauth: {}\n    tokens:\n      me: x\nb: 2\n'],
    ['auth:\n  tokens:\n    a: y # mine\n', 'auth:\n  tokens:\n    a: y # mine\n    me: x\n'],
    ['auth: { tokens: { a: y } }\n', 'auth: { tokens: { a: y, "me": "x" } }\n'],
    ['auth:\n  tokens: # none\nb: 2', 'auth:\n  tokens: # none\n    me: x\nb: 2'],
  ];
  for (const [before, after] of texts) assert.equal(withEntry(before, slot, 'me', 'x'), after);
});

const REFUSED: readonly (readonly [slot: Slot, text: string])[] = [
  [JSON_SLOT, '{ "mcpServers": [] }'],
  [JSON_SLOT, '[]'],
  [JSON_SLOT, '{ "mcpServers": { }'],
  [JSON_SLOT, '{ "a": 1 } x'],
  [JSON_SLOT, `${'['.repeat(10_000)}`],
  [TOML_SLOT, 'mcp_servers = { a = { command = "x" } }'],
  [TOML_SLOT, 'a = '],
  [TOML_LIST, 'mcp_servers = [{ name = "a" }]'],
  [YAML_SLOT, 'extensions: text\n'],
  [YAML_SLOT, '- a\n'],
  [YAML_SLOT, 'a: 1\n---\nb: 2\n'],
  [YAML_SLOT, 'extensions: &x\n  a: {}\nother: *x\n'],
  [YAML_LIST, 'a: [\n'],
];

for (const [slot, text] of REFUSED)
  test(`${slot.format}: ${JSON.stringify(text.slice(0, 50))} must be refused rather than broken`, () => {
    assert.throws(() => withEntry(text, slot, 'hive', slot.shape === 'list' ? NAMED : ENTRY), EditFault);
  });

test('an entry that is not there must be refused, and not another one removed', () => {
  for (const [slot, text] of [
    [JSON_SLOT, '{ "mcpServers": { "a": {} } }'],
    [TOML_SLOT, '[mcp_servers.a]\n'],
    [TOML_LIST, '[[mcp_servers]]\nname = "a"\n'],
    [YAML_SLOT, 'extensions: { a: {} }\n'],
    [YAML_LIST, 'mcpServers:\n  - name: a\n'],
  ] as const)
    assert.throws(() => withoutEntry(text, slot, 'hive'), EditFault);
});
