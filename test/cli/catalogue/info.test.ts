/** `hive info` and `hive search`: what they print. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Entry } from '../../../src/catalogue/entry/entry.ts';
import { toServer } from '../../../src/catalogue/server/to-server.ts';
import { entryNamed, kindOf } from '../../../src/cli/catalogue/open.ts';
import { renderInfo } from '../../../src/cli/catalogue/render-info.ts';
import { renderFound } from '../../../src/cli/catalogue/search.ts';
import { GatewayError } from '../../../src/errors.ts';

const ENTRY: Entry = {
  id: 'hive/notes',
  title: 'Notes',
  description: 'Keeps notes.',
  category: 'memory',
  home: 'https://example.com',
  ways: [
    { kind: 'image', image: 'example/notes', volumes: ['notes:/data'], env: { KEY: '${KEY}' } },
    {
      kind: 'pypi',
      package: 'notes',
      version: '1.0',
      with: ['mcp<2'],
      args: ['{{file}}'],
      env: { KEY: '${KEY}' },
    },
  ],
  parameters: [
    { name: 'file', type: 'string', required: true, example: '/srv/notes', description: 'The file.' },
  ],
  secrets: [{ name: 'KEY', description: 'A key.' }],
  needs: 'call',
  tools: [{ name: 'add' }, { name: 'find' }],
  verified: {
    way: 'pypi',
    version: '1.0',
    date: '2026-11-29',
    bytes: 4_000,
    startMs: 1_234,
    sha256: 'ab'.repeat(32),
  },
};

test('an entry must be shown with its needs, tools, record, ways, and the lines for hive.yaml', () => {
  const [image, pypi] = ENTRY.ways;
  assert.ok(image && pypi);
  const fits = [{ way: image, lacks: 'a container engine' }, { way: pypi }];
  const made = toServer(ENTRY, { way: 'pypi', missing: 'reference' });
  assert.equal(
    renderInfo(ENTRY, fits, made),
    `Notes (hive/notes)
Keeps notes.
memory, https://example.com

needs       KEY (it starts without; calls fail): A key.
parameters  file (required; such as /srv/notes): The file.
tools       2 tools, 4000 bytes, about 1000 tokens in a model's context
            add, find
verified    pypi 1.0 on 2026-11-29: listed its tools after 1.2 s; sha256 of the list abababababab
runs as     image example/notes (this machine lacks a container engine)
            pypi notes 1.0 with mcp<2

for hive.yaml (pypi):

servers:
  notes:
    command: [uvx, --with, mcp<2, notes==1.0, "\${FILE}"]
    env:
      KEY: \${KEY}

set in .env beside it: KEY, FILE`,
  );
});

test('an entry that cannot run must say why, and one that nobody started that it is not verified', () => {
  const entry: Entry = {
    id: 'docker/x',
    title: 'X',
    description: 'X',
    ways: [],
    unsupported: 'it is a picture',
  };
  const text = renderInfo(entry, [], toServer(entry));
  assert.match(text, /verified {4}no: nobody has started it/);
  assert.match(text, /Hive cannot run it: it is a picture/);
});

test('an entry must be found by its id, its name, and Hive’s own before others', () => {
  const docker = { ...ENTRY, id: 'docker/notes' };
  const other = { ...ENTRY, id: 'docker/Other-Thing' };
  const all = [docker, ENTRY, other];
  assert.equal(entryNamed('docker/notes', all), docker);
  assert.equal(entryNamed('NOTES', all), ENTRY);
  assert.equal(entryNamed('other-thing', all), other);
  assert.throws(
    () => entryNamed('docker/note', all),
    (error: GatewayError) => error.code === 'USAGE' && /did you mean docker\/notes/.test(error.hint ?? ''),
  );
  assert.throws(
    () => entryNamed('qqqqqqqqqq', all),
    (error: GatewayError) => /npx hive search/.test(error.hint ?? ''),
  );
  assert.throws(() => kindOf('docker'), GatewayError);
});

test('what was found must fit the terminal, and name what was searched in place of a typing error', () => {
  const long = {
    ...ENTRY,
    description: 'A description that goes on and on and on and on and on and on and on and on.',
  };
  const text = renderFound(
    'notse',
    { total: 3, entries: [long], corrected: new Map([['notse', 'notes']]) },
    80,
  );
  assert.match(
    text,
    /^no entry has the word notse: searched for notes\nENTRY +RUNS AS +TOOLS +VERIFIED +WHAT\n/,
  );
  assert.ok(
    text
      .split('\n')
      .slice(1, 3)
      .every((line) => line.length <= 80),
    text,
  );
  assert.match(
    text,
    /3 servers, the first 1 of them here \(--limit\); more about one: npx hive info hive\/notes$/,
  );
  assert.equal(
    renderFound('x', { total: 0, entries: [], corrected: new Map() }, 80),
    'no entry has any word of: x',
  );
});
