/** Holds `src/` against the table of allowed imports and globals. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { checkArchitecture } from './helpers/architecture/check.ts';
import { directFileAccess } from './helpers/architecture/file-access.ts';
import { DOCUMENT, render } from './helpers/architecture/render.ts';
import { readSources } from './helpers/architecture/sources.ts';
import { TABLE } from './helpers/architecture/table.ts';
import { textCuts } from './helpers/architecture/text-cuts.ts';

test('every import and every global must be allowed by the table', () => {
  const problems = checkArchitecture(readSources(), TABLE).map(({ message }) => message);
  assert.equal(problems.length, 0, problems.join('\n'));
});

test('CONTRIBUTING.md must show the table as it is: npm run docs writes it', () => {
  const text = readFileSync(DOCUMENT, 'utf8');
  assert.ok(text === render(text, TABLE), 'CONTRIBUTING.md is stale: run npm run docs');
});

test('files must be read through src/files, and written through src/store', () => {
  assert.deepEqual(directFileAccess(readSources()), []);
});

for (const text of [
  "import { readFileSync } from 'node:fs';",
  "import { readFile as open } from 'node:fs/promises';",
  "import * as fs from 'node:fs';",
  "import fs from 'node:fs';",
  "const { readFile } = await import('node:fs/promises');",
  "import { createReadStream } from 'node:fs';",
  "import { writeFileSync } from 'node:fs';",
])
  test(`a file that begins with ${text} must be caught`, () => {
    assert.equal(directFileAccess(new Map([['runtime/x.ts', text]])).length, 1);
  });

test('text of others must be cut by model/text/cut.ts, which marks where a secret may have been cut', () => {
  assert.deepEqual(textCuts(readSources()), []);
  for (const text of [
    'error.message.slice(0, 200)',
    "body.toString('utf8', 0, 300)",
    'line.slice(-MAX_TEXT)',
  ])
    assert.equal(textCuts(new Map([['runtime/x.ts', text]])).length, 1, text);
  for (const text of ['names.slice(0, MAX_NAMES)', "hash.digest('hex').slice(0, 32)", 'id.slice(0, 12)'])
    assert.deepEqual(textCuts(new Map([['runtime/x.ts', text]])), [], text);
});
