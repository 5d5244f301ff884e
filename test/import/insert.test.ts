/** Puts entries into stack files of every shape: nothing else may change. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSource } from '../../src/config/source/source.ts';
import { entriesIn, newFile, withEntries } from '../../src/import/insert.ts';

const names = (path: string, text: string) => [...entriesIn(path, text).keys()].sort();

const ADDED = new Map([
  ['one', { command: 'npx', args: ['-y', 'x'], env: { A: '1' } }],
  ['two', { url: 'https://h/mcp' }],
]);

const CASES: Readonly<Record<string, readonly [path: string, text: string]>> = {
  'a block map': [
    'h.yaml',
    'name: s\nservers:\n  a: { command: x } # why\n\n# the end\ngateway: { port: 1 }\n',
  ],
  'a block map at the end, without a line end': ['h.yaml', 'servers:\n    a:\n        command: x'],
  'a flow map': ['h.yaml', 'servers: { a: { command: x } }\nname: s\n'],
  'an empty flow map': ['h.yaml', 'servers: {}\n'],
  'a key without a value': ['h.yaml', 'servers:\nname: s\n'],
  'no key for servers': ['h.yaml', '# nothing yet\nname: s\n'],
  'an empty file': ['h.yaml', ''],
  'only a comment': ['h.yaml', '# mine\n'],
  'lines that end in CR LF': ['h.yaml', 'servers:\r\n  a: { command: x }\r\nname: s\r\n'],
  JSON: ['h.json', '{\n  "mcpServers": {\n    "a": { "command": "x" }\n  },\n  "name": "s"\n}\n'],
  'JSON in one line': ['h.json', '{"servers":{"a":{"command":"x"}}}'],
  'JSON without servers yet': ['h.json', '{ "servers": {} }'],
  'JSON with comments and a comma at the end': [
    'h.jsonc',
    '{ // mine\n  "servers": {\n    "a": { "command": "x" }, // last, }\n  },\n}\n',
  ],
};

for (const [what, [path, text]] of Object.entries(CASES))
  test(`entries added to ${what} must leave its other bytes as they were`, () => {
    const next = withEntries(path, text, ADDED);
    assert.ok(next !== undefined);
    assert.deepEqual(names(path, next), [...names(path, text), 'one', 'two'].sort());
    const { data, errors } = parseSource(path, next);
    assert.deepEqual(errors, []);
    const { servers, mcpServers } = data as Record<string, Record<string, unknown>>;
    assert.deepEqual((servers ?? mcpServers)?.one, ADDED.get('one'));
    assert.deepEqual((servers ?? mcpServers)?.two, ADDED.get('two'));
    for (const piece of text.split(/[\r\n]+/)) assert.ok(next.includes(piece.replace(/[\s{}]+$/, '')), piece);
  });

for (const text of ['- a\n', 'servers: [a]\n', 'servers: text\n', '{ "name": "s" }'])
  test(`a file without a place for servers must be refused: ${text.trim()}`, () => {
    assert.equal(withEntries('h.json', text, ADDED), undefined);
  });

test('a new file must be read back as what was written', () => {
  for (const path of ['h.yaml', 'h.json']) {
    const { data } = parseSource(path, newFile(path, ADDED));
    assert.deepEqual(data, { servers: Object.fromEntries(ADDED) });
  }
});
