/** Errors about servers that ended: whose fault that was decides how soon they are tried again. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ExitFacts } from '../../../../src/runtime/links/link.ts';
import { exitError } from '../../../../src/runtime/upstream/requests/failures.ts';

const OUTPUT = {
  stderr: ['API_KEY is not set'],
  noise: [],
  advice: { hint: 'set API_KEY', needsEdit: true },
};
const KILLED: readonly ExitFacts[] = [
  { signal: 'SIGKILL' },
  { signal: 'SIGTERM' },
  { exitCode: 137 },
  { exitCode: 143 },
  { exitCode: 137, oomKilled: true },
];

for (const facts of KILLED)
  test(`a server that was killed must not wait for an edit, whatever it complained of: ${JSON.stringify(facts)}`, () => {
    const { needsEdit, hint = '' } = exitError('s', facts, OUTPUT);
    assert.equal(needsEdit, false);
    assert.doesNotMatch(hint, /API_KEY/);
  });

for (const facts of [{ exitCode: 1 }, { exitCode: 0 }, { signal: 'SIGSEGV' }, {}])
  test(`a server that ended by itself must wait for the edit that it wants: ${JSON.stringify(facts)}`, () => {
    const { needsEdit, hint } = exitError('s', facts, OUTPUT);
    assert.deepEqual([needsEdit, hint], [true, 'set API_KEY']);
  });
