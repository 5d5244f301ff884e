/** Holds `src/` against the table of allowed imports and globals. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { checkArchitecture } from './helpers/architecture/check.ts';
import { KNOWN } from './helpers/architecture/known.ts';
import { DOCUMENT, render } from './helpers/architecture/render.ts';
import { readSources } from './helpers/architecture/sources.ts';
import { TABLE } from './helpers/architecture/table.ts';

const problems = checkArchitecture(readSources(), TABLE);

test('every import and every global must be allowed by the table', () => {
  const wrong = problems.filter(({ offence }) => !KNOWN.includes(offence)).map(({ message }) => message);
  assert.equal(wrong.length, 0, wrong.join('\n'));
});

test('an exception must leave the list as soon as nothing needs it', () => {
  const offences = new Set(problems.map(({ offence }) => offence));
  const needless = KNOWN.filter((known) => !offences.has(known));
  assert.equal(
    needless.length,
    0,
    `remove from KNOWN in test/helpers/architecture/known.ts:\n${needless.join('\n')}`,
  );
});

test('CONTRIBUTING.md must show the table as it is: npm run docs writes it', () => {
  const text = readFileSync(DOCUMENT, 'utf8');
  assert.ok(text === render(text, TABLE), 'CONTRIBUTING.md is stale: run npm run docs');
});
