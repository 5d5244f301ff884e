/**
 * The file of every client after `hive connect`: without a file, with an empty one, with comments and a server of
 * the user's own, the same with CRLF, with a token, and over stdio. `HIVE_UPDATE_GOLDEN=1` writes them anew: read
 * the diff.
 */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { CLIENTS } from '../../src/clients/clients.ts';
import type { Client } from '../../src/clients/data/client.ts';
import { type Endpoint, entryFor } from '../../src/clients/dialects.ts';
import { entriesIn, withEntry, withoutEntry } from '../../src/clients/edit/edit.ts';

const GOLDEN = join(import.meta.dirname, 'golden');

const HTTP = { kind: 'http', url: 'http://127.0.0.1:8001/mcp' } as const;
const STDIO = {
  kind: 'stdio',
  command: '/node',
  args: ['/hive/main.js', 'stdio', '-c', '/x/hive.yaml'],
} as const;

function commented({ format, key, shape }: Client): string {
  const name = key.join('.');
  if (format === 'json')
    return `{\n  // how it looks\n  "theme": "dark",\n  "${name}": {\n    "mine": { "command": "x" }, // keep\n    /* "off": {} */\n  },\n}\n`;
  if (format === 'toml')
    return shape === 'map'
      ? `# top\nmodel = "x" # y\n\n[${name}.mine] # keep\ncommand = "x"\n\n# the rest\n[tui]\ntheme = "dark"\n`
      : `# top\nmodel = "x" # y\n\n[[${name}]] # keep\nname = "mine"\n\n# the rest\n[tui]\ntheme = "dark"\n`;
  const item = shape === 'map' ? '  mine: # keep\n    cmd: x\n' : '  - name: mine # keep\n    command: x\n';
  return `# top\n${name}:\n${item}  # off: {}\n\n# the rest\ntheme: dark\n`;
}

function casesOf(client: Client): Record<string, readonly [before: string, endpoint: Endpoint]> {
  const usual = client.stdioOnly ? STDIO : HTTP;
  const text = commented(client);
  return {
    absent: ['', usual],
    empty: ['\n', usual],
    commented: [text, usual],
    crlf: [text.replaceAll('\n', '\r\n'), usual],
    ...(client.stdioOnly ? {} : { token: ['', { ...HTTP, token: { value: 'hive_TOKEN' } }] }),
    ...(client.stdioOnly || client.reference === undefined
      ? {}
      : { reference: ['', { ...HTTP, token: { variable: 'HIVE_TOKEN' } }] }),
    stdio: ['', STDIO],
  };
}

for (const client of CLIENTS)
  test(`the file of ${client.title} must be written as its golden file says, and be undone`, () => {
    const parts = Object.entries(casesOf(client)).map(([what, [before, endpoint]]) => {
      const entry = entryFor(client, endpoint, 'hive');
      const after = withEntry(before, client, 'hive', entry);
      assert.deepEqual(JSON.parse(JSON.stringify(entriesIn(after, client).get('hive'))), entry, what);
      if (before.includes('mine'))
        assert.equal(
          withoutTrailingComma(withoutEntry(after, client, 'hive')),
          withoutTrailingComma(before),
          what,
        );
      return `=== ${what}\n${after.replaceAll('\r', '\u240d')}`;
    });
    compareGolden(`${client.id}.txt`, parts.join(''));
  });

/** A comma behind the last member of an object is not put back by a removal; undo has the whole file. */
const withoutTrailingComma = (text: string): string => text.replace(/("mine": \{ "command": "x" \}),/, '$1');

function compareGolden(name: string, text: string): void {
  const path = join(GOLDEN, name);
  if (process.env.HIVE_UPDATE_GOLDEN) {
    mkdirSync(GOLDEN, { recursive: true });
    writeFileSync(path, text);
  }
  assert.ok(existsSync(path), `${path} is missing`);
  assert.equal(text, readFileSync(path, 'utf8'));
}

test('every golden file must be the one of a client', () => {
  assert.deepEqual(readdirSync(GOLDEN).sort(), CLIENTS.map(({ id }) => `${id}.txt`).sort());
});
